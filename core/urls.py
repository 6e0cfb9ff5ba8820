"""Addresses of this room: it has pages of the panel only."""

from django.urls import path

from core import account_views

app_name = "core"
urlpatterns: list = []
staff_urlpatterns = [
    path("people/<int:pk>/roles/", account_views.user_roles, name="user_roles"),
    path("people/<int:pk>/password/", account_views.give_password, name="give_password"),
    path("people/<int:pk>/phone/", account_views.reset_second_factor, name="reset_second_factor"),
    path("people/<int:pk>/close/", account_views.close_account, name="close_account"),
    path("people/<int:pk>/open/", account_views.open_account, name="open_account"),
    path("links/<int:pk>/revoke/", account_views.revoke_link, name="revoke_link"),
    path("files/<int:pk>/", account_views.download_file, name="download_file"),
]

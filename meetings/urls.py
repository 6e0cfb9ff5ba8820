"""Addresses of this room."""

from django.urls import path

from meetings import staff_views, views

app_name = "meetings"

urlpatterns = [
    path("spotkanie/<str:token>/", views.choose, name="choose"),
    path("deklaracja/<str:token>/", views.declare, name="declare"),
    path("deklaracja/<str:token>/kod/", views.declare_code, name="declare_code"),
    path("deklaracja/mentor/<str:token>/", views.mentor_answer, name="mentor_answer"),
]

staff_urlpatterns = [
    path("<int:edition_pk>/invite/", staff_views.invite, name="meetings_invite"),
    path("<int:edition_pk>/remind/", staff_views.remind, name="meetings_remind"),
    path("session/<int:pk>/", staff_views.session_day, name="meetings_session_day"),
    path("session/<int:pk>/follow-up/", staff_views.follow_up, name="meetings_follow_up"),
    path("session/<int:pk>/list.xlsx", staff_views.export, name="meetings_export"),
    path(
        "declaration/<int:pk>/accept/",
        staff_views.accept_declaration,
        name="meetings_accept_declaration",
    ),
    path(
        "declaration/<int:pk>/return/",
        staff_views.return_declaration,
        name="meetings_return_declaration",
    ),
]

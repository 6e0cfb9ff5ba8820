"""Addresses of this room: public pages, and pages of the panel."""

from django.http import HttpResponse
from django.urls import include, path

pages = [
    path("wypisz/<str:token>/", lambda r, token: HttpResponse(), name="unsubscribe"),
    path("logowanie/", lambda r: HttpResponse(), name="sign_in"),
    path("logowanie/<str:token>/", lambda r, token: HttpResponse(), name="sign_in_link"),
]
# `sign_in` and `sign_in_link` are also known without the room's name: settings.LOGIN_URL uses it.
urlpatterns = [path("", include((pages, "mailing"))), *pages[1:]]
staff_urlpatterns: list = []

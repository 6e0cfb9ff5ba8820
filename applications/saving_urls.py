"""Addresses of saving while one types. They come before the survey's own pages."""

from django.urls import path

from applications.views import host_saving

urlpatterns = [
    path(
        "ankieta/l/<str:token>/<slug:page>/zapis/",
        host_saving.survey_autosave,
        name="survey_autosave",
    ),
]
staff_urlpatterns: list = []

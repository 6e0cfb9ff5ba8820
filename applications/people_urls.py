"""Addresses of people whom a survey names, and of the panel's pages about added questions."""

from django.urls import path

from applications.staff_views import questions
from applications.views import people

urlpatterns = [
    path("ankieta/mentor/<str:token>/", people.named_mentor, name="named_mentor"),
    path("ankieta/adres/<str:token>/", people.confirm_address, name="confirm_address"),
]
staff_urlpatterns = [
    path("pytania/<int:edition_pk>/podglad/", questions.preview, name="preview_questions"),
    path("pytania/kopia/", questions.copy, name="copy_questions"),
]

"""Addresses of saving while one types, and of colleagues; before the survey's own pages."""

from django.urls import path

from applications.staff_views import host_colleagues as staff
from applications.views import host_colleagues, host_saving

urlpatterns = [
    path("ankieta/przejecie/<str:token>/", host_colleagues.take_over, name="take_over"),
    path("ankieta/l/<str:token>/przejecie/", host_colleagues.ask_take_over, name="ask_take_over"),
    path("ankieta/l/<str:token>/osoby/", host_colleagues.colleagues, name="survey_colleagues"),
    path(
        "ankieta/l/<str:token>/osoby/<int:pk>/koniec/",
        host_colleagues.end_colleague,
        name="end_colleague",
    ),
    path(
        "ankieta/l/<str:token>/<slug:page>/zapis/",
        host_saving.survey_autosave,
        name="survey_autosave",
    ),
]
staff_urlpatterns = [
    path("gminy/<int:pk>/przekazanie/", staff.hand_over, name="hand_over_survey"),
    path("gminy/przejecia/<int:pk>/", staff.answer_take_over, name="answer_take_over"),
]

"""Addresses of this room: public pages, and pages of the panel."""

from django.urls import path

from applications import intern_urls
from applications.views import host, host_door

app_name = "applications"

HOST_SURVEY = [
    path("ankieta/", host_door.survey_door, name="survey_door"),
    path("ankieta/podpowiedzi/", host_door.gmina_suggestions, name="gmina_suggestions"),
    path("ankieta/gmina/<str:teryt>/", host_door.survey_gmina, name="survey_gmina"),
    path("ankieta/link-wyslany/", host_door.survey_link_sent, name="survey_link_sent"),
    path("ankieta/l/<str:token>/", host.survey, name="survey"),
    path("ankieta/l/<str:token>/kod/", host.survey_code, name="survey_code"),
    path("ankieta/l/<str:token>/kod/wyslij/", host.survey_send_code, name="survey_send_code"),
    path("ankieta/l/<str:token>/zapisano/", host.survey_saved, name="survey_saved"),
    path("ankieta/l/<str:token>/sprawdz/", host.survey_check, name="survey_check"),
    path("ankieta/l/<str:token>/wyslano/", host.survey_receipt, name="survey_receipt"),
    path("ankieta/l/<str:token>/odpowiedzi/", host.survey_answers, name="survey_answers"),
    path("ankieta/l/<str:token>/<slug:page>/", host.survey_page, name="survey_page"),
]
urlpatterns: list = [*HOST_SURVEY, *intern_urls.urlpatterns]
staff_urlpatterns: list = [*intern_urls.staff_urlpatterns]

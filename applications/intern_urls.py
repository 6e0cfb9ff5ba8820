"""Addresses of the intern side; `applications.urls` joins them with those of the hosts."""

from django.urls import path

from applications.staff_views import intern_selection
from applications.staff_views import interns as staff
from applications.views import evaluators, heads, intern_entrance, interns

urlpatterns = [
    path("zayavka/", intern_entrance.start, name="intern_start"),
    path("zayavka/nadislano/", intern_entrance.link_sent, name="intern_link_sent"),
    path("zayavka/hromady/", intern_entrance.hromadas, name="intern_hromadas"),
    path("zayavka/kerivnyk/<str:token>/", heads.answer, name="intern_head"),
    path("zayavka/<str:token>/", interns.application, name="intern_application"),
    path("zayavka/<str:token>/vkhid/", interns.door, name="intern_door"),
    path("zayavka/<str:token>/kod/", interns.send_code, name="intern_code"),
    path("zayavka/<str:token>/perevirka/", interns.check, name="intern_check"),
    path("zayavka/<str:token>/vidpovidi/", interns.answers, name="intern_answers"),
    path("zayavka/<str:token>/zupynka/", interns.stop, name="intern_stop"),
    path("zayavka/<str:token>/vidklykannia/", interns.withdraw, name="intern_withdraw"),
    path("zayavka/<str:token>/poizdka/", interns.journey, name="intern_journey"),
    path("zayavka/<str:token>/storinka/<slug:slug>/", interns.page, name="intern_page"),
    path(
        "zayavka/<str:token>/storinka/<slug:slug>/chernetka/",
        interns.autosave,
        name="intern_autosave",
    ),
    path("ocena/", evaluators.evaluations, name="evaluations"),
    path("ocena/<int:pk>/", evaluators.sheet, name="evaluation"),
    path("ocena/<int:pk>/wylaczenie/", evaluators.recuse, name="evaluation_recuse"),
]
staff_urlpatterns = [
    path("kandydaci/<int:pk>/kontrola/", staff.check_formally, name="formal_check"),
    path("kandydaci/<int:pk>/zwrot/", staff.return_for_correction, name="return_application"),
    path("kandydaci/<int:pk>/odrzucenie/", staff.reject_formally, name="reject_application"),
    path("kandydaci/<int:pk>/kierownik/", staff.ask_head, name="ask_head"),
    path("kandydaci/<int:pk>/wycofanie/", staff.withdraw, name="withdraw_application"),
    path("kandydaci/<int:pk>/dane/", staff.restricted, name="restricted_answers"),
    path("kandydaci/<int:pk>/plik/<int:file_pk>/", staff.download, name="application_file"),
    path("kandydaci/<int:pk>/oceniajacy/", intern_selection.assign, name="assign_evaluators"),
    path("kandydaci/<int:pk>/rozmowa/", intern_selection.interview, name="record_interview"),
    path("kandydaci/<int:pk>/przygotowanie/", intern_selection.prepare, name="mark_preparing"),
    path("kandydaci/<int:pk>/lista/", intern_selection.checklist, name="travel_checklist"),
    path("kandydaci/<int:pk>/gotowosc/", intern_selection.ready, name="mark_ready"),
    path("kandydaci/<int:pk>/rezygnacja/", intern_selection.cannot_travel, name="cannot_travel"),
    path("kandydaci/praca/", intern_selection.worklists, name="intern_worklists"),
    path("kandydaci/rozdzial/", intern_selection.distribute, name="distribute_evaluators"),
    path("kandydaci/ranking/", intern_selection.ranking, name="ranking"),
]

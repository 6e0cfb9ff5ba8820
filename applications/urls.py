"""Addresses of this room: public pages, and pages of the panel."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from applications import intern_urls, people_urls, saving_urls
from applications.staff_views import (
    entrances,
    host_after,
    host_partners,
    host_phone,
    host_returns,
    host_versions,
    hosts,
    unlisted,
)
from applications.views import host, host_door, host_paper, host_sent, host_separate, late_codes
from applications.views import unlisted as unlisted_door

app_name = "applications"

HOST_SURVEY = [
    path("ankieta/", host_door.survey_door, name="survey_door"),
    path("ankieta/podpowiedzi/", host_door.gmina_suggestions, name="gmina_suggestions"),
    path("ankieta/spoza-listy/", unlisted_door.survey_unlisted, name="survey_unlisted"),
    path("ankieta/formularz.pdf", host_paper.blank, name="survey_blank"),
    path("ankieta/gmina/<slug:teryt>/", host_door.survey_gmina, name="survey_gmina"),
    path("ankieta/link-wyslany/", host_door.survey_link_sent, name="survey_link_sent"),
    path("ankieta/l/<str:token>/", host.survey, name="survey"),
    path(
        "ankieta/gmina/<slug:teryt>/kod/", late_codes.late_code_of_gmina, name="late_code_of_gmina"
    ),
    path(
        "ankieta/l/<str:token>/kod-po-terminie/",
        late_codes.late_code_by_link,
        name="late_code_by_link",
    ),
    path("ankieta/l/<str:token>/kod/", host.survey_code, name="survey_code"),
    path("ankieta/l/<str:token>/kod/wyslij/", host.survey_send_code, name="survey_send_code"),
    path("ankieta/l/<str:token>/zapisano/", host.survey_saved, name="survey_saved"),
    path("ankieta/l/<str:token>/sprawdz/", host.survey_check, name="survey_check"),
    path("ankieta/l/<str:token>/wyslano/", host_sent.survey_receipt, name="survey_receipt"),
    path("ankieta/l/<str:token>/odpowiedzi/", host_sent.survey_answers, name="survey_answers"),
    path("ankieta/l/<str:token>/ankieta.pdf", host_paper.filled, name="survey_pdf"),
    path("ankieta/l/<str:token>/osobna/", host_separate.separate, name="survey_separate"),
    path("ankieta/l/<str:token>/<slug:page>/", host.survey_page, name="survey_page"),
]
HOST_PANEL = [
    path("gminy/praca/", hosts.worklist, name="host_worklist"),
    path("gminy/wejscia/", entrances.entrances, name="entrances"),
    path("gminy/zaproszenia/", hosts.invite, name="invite_hosts"),
    path("gminy/do-sprawdzenia/", unlisted.waiting, name="unlisted"),
    path("gminy/do-sprawdzenia/<slug:teryt>/", unlisted.verify, name="verify_gmina"),
    path("gminy/do-sprawdzenia/<slug:teryt>/tak/", unlisted.confirm, name="confirm_gmina"),
    path("gminy/do-sprawdzenia/<slug:teryt>/nie/", unlisted.refuse, name="refuse_gmina"),
    path("gminy/do-sprawdzenia/<slug:teryt>/ze-spisem/", unlisted.tie, name="tie_gmina"),
    path("gminy/partnerzy/", host_partners.waiting, name="partners"),
    path("gminy/<int:pk>/partner/<int:place>/", host_partners.match, name="match_partner"),
    path("gminy/telefon/", host_phone.find, name="phone_find"),
    path("gminy/telefon/<slug:teryt>/", host_phone.begin, name="phone_begin"),
    path("gminy/<int:pk>/telefon/", host_phone.check, name="phone_check"),
    path("gminy/<int:pk>/telefon/potwierdzenie/", host_phone.hand_over, name="phone_hand_over"),
    path("gminy/<int:pk>/telefon/wyslij/", host_phone.send_stated, name="phone_send"),
    path("gminy/<int:pk>/telefon/strona/<slug:slug>/", host_phone.page, name="phone_page"),
    path("gminy/po-terminie/", host_after.after, name="host_after"),
    path("gminy/po-terminie/kod/", host_after.make_code, name="make_late_code"),
    path("gminy/po-terminie/kod/<int:pk>/", host_after.revoke_code, name="revoke_late_code"),
    path("gminy/po-terminie/szkic/<int:pk>/", host_after.note_draft, name="note_late_draft"),
    path("gminy/<int:pk>/decyzja/", hosts.decide, name="decide_survey"),
    path("gminy/<int:pk>/wyjatek/", hosts.ask_exception, name="ask_exception"),
    path("gminy/<int:pk>/wyjatek/zgoda/", hosts.approve_exception, name="approve_exception"),
    path("gminy/<int:pk>/wyjatek/odmowa/", hosts.refuse_exception, name="refuse_exception"),
    path("gminy/<int:pk>/wycofanie/", hosts.withdraw, name="withdraw_survey"),
    path("gminy/<int:pk>/zwrot/", host_returns.return_questions, name="return_survey"),
    path("gminy/<int:pk>/zwrot/termin/", host_returns.more_time, name="return_more_time"),
    path("gminy/<int:pk>/zwrot/cofnij/", host_returns.take_back, name="take_back_return"),
    path("gminy/<int:pk>/linki/", hosts.revoke_links, name="revoke_links"),
    path("gminy/<int:pk>/wersje/", host_versions.versions, name="survey_versions"),
    path("gminy/<int:pk>/wersje/<int:position>/", host_versions.version, name="survey_version"),
    path(
        "gminy/<int:pk>/wersje/<int:position>/ankieta.pdf",
        host_versions.version_pdf,
        name="survey_version_pdf",
    ),
    path("gminy/<int:pk>/scalanie/", host_versions.merge, name="merge_surveys"),
    path("gminy/<int:pk>/scalanie/cofnij/", host_versions.take_back, name="take_back_merge"),
]
urlpatterns: list = [
    *saving_urls.urlpatterns,
    *people_urls.urlpatterns,
    *HOST_SURVEY,
    *intern_urls.urlpatterns,
]
staff_urlpatterns: list = [
    *saving_urls.staff_urlpatterns,
    *HOST_PANEL,
    *people_urls.staff_urlpatterns,
    *intern_urls.staff_urlpatterns,
]
panel_pages = [
    (
        _("Municipalities to verify"),
        "admin:applications_unlisted",
        "applications.verify_municipalities",
    ),
    (
        _("Partner hromadas not in the register"),
        "admin:applications_partners",
        "applications.verify_municipalities",
    ),
    (
        _("Survey by telephone"),
        "admin:applications_phone_find",
        "applications.enter_host_surveys",
    ),
    (
        _("Where the surveys come from"),
        "admin:applications_entrances",
        "applications.view_hostsurvey",
    ),
]

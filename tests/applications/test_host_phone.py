"""A survey that an office dictates on the telephone (A20)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from applications.enums import Entrance, SurveyStatus, VersionKind
from applications.models import HostSurvey, LateDraft
from applications.services import host as services
from applications.services import host_phone, late_codes
from core import audit
from mailing.models import Letter
from programme.models import ConsentGiven
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.programme import EditionFactory, GminaFactory

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://testserver(/\S*ankieta/l/[\w-]+/)")
DECLARED = ("osw_prawda", "osw_zalacznik", "rodo_info")


def told(**changes) -> dict:
    """What is dictated: everything but the declarations."""
    answers = host_answers(**changes)
    return {key: value for key, value in answers.items() if key not in DECLARED}


@pytest.fixture
def edition():
    now = timezone.now()
    return EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=10),
        survey_closes_at=now + timedelta(days=10),
        applications_open_at=now - timedelta(days=5),
        applications_close_at=now + timedelta(days=20),
    )


@pytest.fixture
def gmina():
    return GminaFactory(name="Serock")


def begin(edition, gmina, actor):
    return host_phone.begin_phone_survey(
        edition,
        gmina=gmina,
        caller="Anna Nowak, sekretarz gminy",
        email="urzad@serock.example",
        actor=actor,
        now=timezone.now(),
    )


@pytest.fixture
def dictated(edition, gmina, coordinator):
    survey = begin(edition, gmina, coordinator)
    HostSurvey.objects.filter(pk=survey.pk).update(draft_answers=told())
    return HostSurvey.objects.get(pk=survey.pk)


def at(name: str, *args) -> str:
    return reverse(f"admin:applications_phone_{name}", args=args)


def test_telephone_survey_says_by_whom_when_and_with_whom(edition, gmina, coordinator):
    survey = begin(edition, gmina, coordinator)

    assert (survey.entrance, survey.taken_by, survey.caller) == (
        Entrance.PHONE,
        coordinator,
        "Anna Nowak, sekretarz gminy",
    )
    assert survey.status == SurveyStatus.DRAFT


def test_database_asks_who_took_it(edition):
    with pytest.raises(IntegrityError, match="says_by_whom_and_when"), transaction.atomic():
        HostSurveyFactory(edition=edition, entrance=Entrance.PHONE)


def test_survey_that_was_begun_is_gone_on_with(edition, gmina, coordinator, second_coordinator):
    """A12: a double click, or a colleague who answers when the office calls back."""
    first = begin(edition, gmina, coordinator)

    assert begin(edition, gmina, second_coordinator) == first


def test_next_to_a_draft_it_is_a_possible_duplicate(edition, coordinator):
    """A13."""
    draft = HostSurveyFactory(edition=edition, draft_answers={"nip": "1234563218"}, answers={})

    survey = begin(edition, draft.gmina, coordinator)

    assert (survey.status, survey.duplicate_of) == (SurveyStatus.DUPLICATE, draft)


def test_after_the_closing_nothing_is_begun(edition, gmina, coordinator):
    edition.survey_closes_at = timezone.now() - timedelta(days=1)
    edition.save()

    with pytest.raises(services.SurveyClosed):
        begin(edition, gmina, coordinator)


def test_what_is_dictated_past_the_closing_is_kept(edition, dictated, coordinator):
    """FT-21: a page that staff save too late is a late draft like any other, not lost."""
    edition.survey_closes_at = timezone.now() - timedelta(hours=1)
    edition.save()

    with pytest.raises(services.SurveyClosed):
        host_phone.save_phone_page(
            dictated,
            page="uwagi",
            answers={"uwagi": "Spóźnione."},
            actor=coordinator,
            now=timezone.now(),
        )

    assert LateDraft.objects.get().answers["uwagi"] == "Spóźnione."
    dictated.refresh_from_db()
    assert "uwagi" not in dictated.draft_answers


def test_nobody_ticks_declarations_for_the_office(dictated, coordinator):
    """A20: the page of the declarations is not for staff, whatever is posted."""
    with pytest.raises(services.SurveyLocked):
        host_phone.save_phone_page(
            dictated,
            page="oswiadczenia",
            answers=dict.fromkeys(DECLARED, True),
            actor=coordinator,
            now=timezone.now(),
        )

    assert set(DECLARED) & set(HostSurvey.objects.get().draft_answers) == set()


def test_office_gets_a_copy_and_confirms_by_its_link(client, dictated, coordinator):
    """A20: a draft until the office itself declares and sends; then a version by link."""
    host_phone.ask_to_confirm(dictated, actor=coordinator, now=timezone.now())

    letter = Letter.objects.get(letter="applications/phone_survey")
    before = HostSurvey.objects.get()
    address = LINK.search(letter.text).group(1)
    client.post(f"{address}kod/wyslij/")
    code = re.search(r"\b\d{6}\b", Letter.objects.latest("pk").text).group()
    client.post(f"{address}kod/", {"code": code})
    client.post(f"{address}oswiadczenia/", dict.fromkeys(DECLARED, "on"))
    client.post(f"{address}sprawdz/")

    after = HostSurvey.objects.get()
    assert (letter.to, letter.status) == ("a.nowak@brzeziny.example", "queued")
    assert "Anna Nowak, sekretarz gminy" in letter.text
    assert "Sekretarz gminy" in letter.text
    assert (before.status, before.submitted_at) == (SurveyStatus.DRAFT, None)
    assert (after.status, after.versions.get().kind) == (SurveyStatus.SUBMITTED, VersionKind.LINK)
    assert {after.answers[key] for key in DECLARED} == {True}


def test_link_of_the_letter_shows_nothing_before_the_code(client, dictated, coordinator):
    """SEC-M1."""
    host_phone.ask_to_confirm(dictated, actor=coordinator, now=timezone.now())
    address = LINK.search(Letter.objects.latest("pk").text).group(1)

    response = client.get(address)

    assert (response.status_code, response["Location"]) == (302, f"{address}kod/")


def test_incomplete_survey_is_not_sent_to_be_confirmed(dictated, coordinator):
    HostSurvey.objects.update(draft_answers=told(nocleg=""))
    dictated.refresh_from_db()

    with pytest.raises(services.SurveyIncomplete) as refusal, transaction.atomic():
        host_phone.ask_to_confirm(dictated, actor=coordinator, now=timezone.now())

    assert refusal.value.gaps == {"nocleg": ("nocleg",)}
    assert Letter.objects.count() == 0


def test_stated_declarations_name_who_stated_them(dictated, coordinator):
    """A20: sent at once, with the member of staff, told by the receipt."""
    sent = host_phone.send_as_stated(
        dictated,
        stated_by="Barbara Zielińska, wójt",
        actor=coordinator,
        now=timezone.now(),
    )

    version = sent.versions.get()
    receipt = Letter.objects.get(letter="applications/survey_receipt")
    assert (sent.status, sent.caller) == (SurveyStatus.SUBMITTED, "Barbara Zielińska, wójt")
    assert (version.kind, version.actor) == (VersionKind.PHONE, coordinator)
    assert (receipt.to, receipt.status) == ("a.nowak@brzeziny.example", "queued")
    assert "Barbara Zielińska, wójt" in receipt.text
    assert LINK.search(receipt.text)
    assert "applications.hostsurvey.stated_by_phone" in set(
        audit.history(sent).values_list("action", flat=True)
    )


def test_voluntary_consents_are_never_taken_by_telephone(dictated, coordinator):
    HostSurvey.objects.update(draft_answers=told(zgoda_newsletter=False))
    dictated.refresh_from_db()

    host_phone.send_as_stated(
        dictated, stated_by="Jan Kot, wójt", actor=coordinator, now=timezone.now()
    )

    kinds = set(ConsentGiven.objects.values_list("text__kind", flat=True))
    assert kinds & {"news", "listing"} == set()


def test_without_a_name_nothing_is_stated(dictated, coordinator):
    with pytest.raises(host_phone.NobodyNamed):
        host_phone.send_as_stated(dictated, stated_by="  ", actor=coordinator, now=timezone.now())


def test_survey_that_was_sent_is_no_longer_for_the_telephone(dictated, coordinator):
    host_phone.send_as_stated(
        dictated, stated_by="Jan Kot, wójt", actor=coordinator, now=timezone.now()
    )
    dictated.refresh_from_db()

    with pytest.raises(services.SurveyLocked):
        host_phone.save_phone_page(
            dictated, page="uwagi", answers={"uwagi": "x"}, actor=coordinator, now=timezone.now()
        )


# --- The pages


def test_coordinator_takes_a_survey_from_the_search_to_the_receipt(
    coordinator_client, edition, gmina
):
    """A20: the same pages and the same rules as for the municipality."""
    found = coordinator_client.get(at("find") + "?q=serock")
    begun = coordinator_client.post(
        at("begin", gmina.teryt), {"caller": "Anna Nowak, sekretarz", "email": "a@serock.example"}
    )
    survey = HostSurvey.objects.get()
    first = coordinator_client.post(
        at("page", survey.pk, "gmina"),
        {"nazwa_urzedowa": "Gmina Serock", "ludnosc": "12 000", "czlonkostwo": ["zmp"]},
    )
    HostSurvey.objects.update(draft_answers=told())
    stated = {"stated_by": "Barbara Zielińska, wójt", "was_read_out": "on"}
    done = coordinator_client.post(at("send", survey.pk), stated, follow=True)

    assert [each.name for each in found.context["found"]] == ["Serock"]
    assert begun["Location"] == at("page", survey.pk, "gmina")
    assert first["Location"] == at("page", survey.pk, "adres")
    assert HostSurvey.objects.get().status == SurveyStatus.SUBMITTED
    html = done.content.decode()
    assert "Potwierdzenie jest w drodze" in html
    assert "Barbara Zielińska, wójt" in html


def test_limit_is_tested_before_the_rest(coordinator_client, edition, gmina, coordinator):
    """A10: 80 001 stops at the first page."""
    survey = begin(edition, gmina, coordinator)
    data = {"nazwa_urzedowa": "Gmina Serock", "ludnosc": "80 001", "czlonkostwo": ["zmp"]}

    refused = coordinator_client.post(at("page", survey.pk, "gmina"), data)
    later = coordinator_client.get(at("page", survey.pk, "kontakt"))

    assert list(refused.context["form"].errors) == ["ludnosc"]
    assert later["Location"] == at("page", survey.pk, "gmina")


def test_themes_are_ordered_by_buttons(coordinator_client, dictated):
    order = {"tematy": ["waste", "education", "energy_climate"], "rank": "down:waste"}

    coordinator_client.post(at("page", dictated.pk, "kolejnosc"), order)

    assert HostSurvey.objects.get().draft_answers["tematy"] == [
        "education",
        "waste",
        "energy_climate",
    ]


def test_page_of_declarations_does_not_exist_in_the_panel(coordinator_client, dictated):
    assert coordinator_client.get(at("page", dictated.pk, "oswiadczenia")).status_code == 404


def test_stating_asks_for_a_name_and_for_reading_out(coordinator_client, dictated):
    page = coordinator_client.post(at("send", dictated.pk), {"stated_by": "Anna"})

    assert sorted(page.context["form"].errors) == ["stated_by", "was_read_out"]
    assert HostSurvey.objects.get().status == SurveyStatus.DRAFT


def test_button_hands_the_survey_over(coordinator_client, dictated):
    coordinator_client.post(at("hand_over", dictated.pk))

    assert Letter.objects.get().letter == "applications/phone_survey"


def test_gaps_lead_to_their_page(coordinator_client, dictated):
    HostSurvey.objects.update(draft_answers=told(nocleg=""))

    page = coordinator_client.get(at("check", dictated.pk))

    address = at("page", dictated.pk, "nocleg") + "?back=check"
    assert [gap["href"] for gap in page.context["gaps"]] == [address]


def test_survey_of_the_municipality_itself_is_not_written_in(coordinator_client, edition):
    """Something that could be changed: a draft that the office writes by its own link."""
    own = HostSurveyFactory(edition=edition, draft_answers=told(), answers={})

    for name, rest in (("check", ()), ("page", ("uwagi",))):
        assert coordinator_client.get(at(name, own.pk, *rest)).status_code == 404
    assert coordinator_client.post(at("send", own.pk), {}).status_code == 404


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_only_coordinators_take_surveys(signed_in, request, dictated, who):
    client = signed_in(request.getfixturevalue(who))

    assert client.get(at("find")).status_code == 403
    assert client.get(at("check", dictated.pk)).status_code == 403
    assert client.post(at("hand_over", dictated.pk)).status_code == 403


@pytest.mark.parametrize("name", ["hand_over", "send"])
def test_verbs_do_nothing_on_get(coordinator_client, dictated, name):
    assert coordinator_client.get(at(name, dictated.pk)).status_code == 405


def test_search_writes_nothing(coordinator_client, edition, gmina, no_writes):
    coordinator_client.get(at("find"))

    with no_writes():
        coordinator_client.get(at("find") + "?q=serock")
        coordinator_client.get(at("begin", gmina.teryt))


# --- After the closing (FT-21)


def closed(edition) -> None:
    now = timezone.now()
    edition.survey_closes_at = now - timedelta(hours=1)
    edition.save()


def test_survey_stated_too_late_is_kept_as_a_late_draft(edition, dictated, coordinator):
    """FT-21: not sent and not lost; the survey itself stays as it was at the closing."""
    closed(edition)

    with pytest.raises(services.SurveyClosed):
        host_phone.send_as_stated(
            dictated, stated_by="Jan Kot, wójt", actor=coordinator, now=timezone.now()
        )

    late = LateDraft.objects.get()
    kept = HostSurvey.objects.get()
    assert (late.was_to_be_sent, late.settled_at) == (True, None)
    assert {late.answers[key] for key in DECLARED} == {True}
    assert late.answers["kontakt_email"] == told()["kontakt_email"]
    assert (kept.draft_answers, kept.submitted_at) == (told(), None)


def test_late_dictation_is_sent_with_a_late_code(edition, gmina, dictated, coordinator):
    """A17, FT-21: what was dictated late goes out, with what was stated."""
    closed(edition)
    with pytest.raises(services.SurveyClosed):
        host_phone.save_phone_page(
            dictated,
            page="uwagi",
            answers={"uwagi": "Po terminie"},
            actor=coordinator,
            now=timezone.now(),
        )
    _code, letters = late_codes.make_code(
        edition,
        note="Telefon",
        gmina=gmina,
        expires_at=timezone.now() + timedelta(days=1),
        actor=coordinator,
        now=timezone.now(),
    )
    late_codes.use_code(edition, gmina=gmina, typed=letters)

    sent = host_phone.send_as_stated(
        dictated, stated_by="Jan Kot, wójt", actor=coordinator, now=timezone.now()
    )

    assert (sent.answers["uwagi"], sent.is_late) == ("Po terminie", True)
    assert sent.answers["osw_prawda"] is True


def test_page_of_the_telephone_is_one_line_of_the_history(dictated, coordinator):
    """Who wrote it down and when, once; the office's own page says so by itself."""
    host_phone.save_phone_page(
        dictated, page="uwagi", answers={"uwagi": "Tak."}, actor=coordinator, now=timezone.now()
    )

    lines = audit.history(dictated).filter(data__page="uwagi")

    assert [(line.action, line.actor) for line in lines] == [
        ("applications.hostsurvey.phone_page", coordinator)
    ]

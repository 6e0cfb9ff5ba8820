"""The coordinators' desk: invitations, decisions, exceptions, records."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from applications.enums import SurveyStatus
from applications.models import HostInvitation, HostSurvey
from applications.selectors.host import InvitationLine
from applications.services import host as services
from core.admin import url_of
from mailing.models import Letter, Mailing
from mailing.services import mailing_rows, mailings
from tests.factories.applications import HostSurveyFactory, host_answers
from tests.factories.programme import ContactFactory, EditionFactory, GminaFactory

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
WORKLIST = "/admin/applications/gminy/praca/"
INVITE = "/admin/applications/gminy/zaproszenia/"


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def sent(edition):
    draft = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    return services.submit_survey(draft, now=NOW)


def office(**gmina):
    """A gmina whose office has a contact with an address."""
    place = GminaFactory(**gmina)
    ContactFactory(organisation__gmina=place)
    return place


def record(survey) -> str:
    return reverse("admin:applications_hostsurvey_change", args=[survey.pk])


def verb(name: str, survey) -> str:
    return reverse(f"admin:applications_{name}", args=[survey.pk])


def test_plan_says_who_gets_the_letter_and_who_does_not(coordinator_client, edition):
    invited = office(name="Adamów")
    office(name="Bełchatów", population=80_001)
    GminaFactory(name="Czarnocin")
    HostSurveyFactory(edition=edition, organisation__gmina__name="Dobroń")

    plan = coordinator_client.get(INVITE).context["plan"]

    assert [row.teryt for row in plan.will] == [invited.teryt]
    assert [(row.name, row.reason) for row in plan.will_not] == [
        ("Bełchatów", "powyżej limitu mieszkańców"),
        ("Czarnocin", "brak adresu e-mail urzędu"),
        ("Dobroń", "ma już ankietę"),
    ]


def test_chosen_municipality_gets_a_draft_letter(coordinator_client, edition):
    chosen, other = office(name="Adamów"), office(name="Brójce")

    coordinator_client.post(INVITE, {"gminas": [chosen.teryt]})
    again = coordinator_client.get(INVITE).context["plan"]

    assert HostInvitation.objects.get().organisation.gmina == chosen
    assert Letter.objects.get().status == Letter.Status.DRAFT
    assert [row.teryt for row in again.will] == [other.teryt]


def test_more_than_fifty_become_a_mailing_that_a_second_person_lets_go(
    coordinator_client, coordinator, edition
):
    """P26: the button for all is no way around the second person."""
    for _number in range(51):
        office()

    answer = coordinator_client.post(INVITE, {"everybody": "1"})

    mailing = Mailing.objects.get()
    assert answer["Location"] == url_of(mailing)
    assert (mailing.status, mailing.author, mailing.audience) == (
        "draft",
        coordinator,
        "applications/municipalities",
    )
    assert (HostInvitation.objects.count(), Letter.objects.count()) == (0, 0)
    mailing_rows.work_out(mailing, actor=coordinator, now=NOW)
    assert mailing.recipients.chosen().count() == 51
    assert mailings.needs_second_person(mailing, actor=coordinator, now=NOW)


def test_service_refuses_more_than_fifty_at_once(coordinator, edition):
    """P26: whoever calls it."""
    lines = [InvitationLine(office(), None, None, email=f"a{n}@x.example") for n in range(51)]

    with pytest.raises(services.TooManyAtOnce):
        services.invite_hosts(edition, lines=lines, actor=coordinator, now=NOW)

    assert services.invite_hosts(edition, lines=lines[:50], actor=coordinator, now=NOW) == 50


def test_all_of_the_plan_are_invited_by_one_button(coordinator_client, edition):
    for name in ("Adamów", "Brójce", "Czarnocin"):
        office(name=name)
    office(name="Bełchatów", population=90_000)

    coordinator_client.post(INVITE, {"everybody": "1"})

    assert HostInvitation.objects.count() == 3


def test_inviting_nobody_is_an_error_in_words(coordinator_client, edition):
    office()

    page = coordinator_client.post(INVITE, {})

    assert page.context["form"].non_field_errors() == ["Proszę wybrać co najmniej jedną gminę."]


@pytest.mark.parametrize("item_count", [1, 3])
def test_plan_query_count(coordinator_client, edition, item_count, django_assert_num_queries):
    for number in range(item_count):
        office(name=f"Adamów {number}")

    with django_assert_num_queries(12):
        coordinator_client.get(INVITE)


@pytest.mark.parametrize("item_count", [1, 3])
def test_worklist_query_count(coordinator_client, edition, item_count, django_assert_num_queries):
    for _number in range(item_count):
        HostSurveyFactory(edition=edition, submitted=True)

    with django_assert_num_queries(10):
        page = coordinator_client.get(WORKLIST)

    assert len(page.context["rows"]) == item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_query_count(coordinator_client, edition, item_count, django_assert_num_queries):
    for _number in range(item_count):
        HostSurveyFactory(edition=edition, submitted=True)

    with django_assert_num_queries(11):
        coordinator_client.get(reverse("admin:applications_hostsurvey_changelist"))


def test_worklist_shows_the_verdict_with_its_figure(coordinator_client, sent):
    """A21: value, day and source."""
    sent.gmina.populations.update(value=80_001)

    row = coordinator_client.get(WORKLIST).context["rows"][0]

    assert row.facts.is_eligible is False
    assert row.facts.reasons == ["Gmina ma więcej mieszkańców, niż dopuszcza ta edycja."]
    assert row.facts.figure.startswith("80\u00a0001 (31 grudnia 2024, ")


def test_button_decides_and_says_so(coordinator_client, sent):
    page = coordinator_client.post(verb("decide_survey", sent), follow=True)

    assert HostSurvey.objects.get().status == SurveyStatus.ELIGIBLE
    assert "List czeka w skrzynce nadawczej" in page.content.decode()


def test_second_press_is_told_by_whom(coordinator_client, second_coordinator, signed_in, sent):
    coordinator_client.post(verb("decide_survey", sent))

    page = signed_in(second_coordinator).post(verb("decide_survey", sent), follow=True)

    assert [str(message) for message in page.context["messages"]][0] != ""
    assert sent.decisions.count() == 1


def test_exception_page_asks_for_a_reason_and_waits(coordinator_client, sent):
    sent.gmina.populations.update(value=80_500)

    empty = coordinator_client.post(verb("ask_exception", sent), {"reason": ""})
    coordinator_client.post(verb("ask_exception", sent), {"reason": "Gmina z hromadą partnerską."})
    own = coordinator_client.post(verb("approve_exception", sent), follow=True)

    assert list(empty.context["form"].errors) == ["reason"]
    assert HostSurvey.objects.get().status == SurveyStatus.EXCEPTION
    assert "drugą osobę" in own.content.decode()


def test_second_person_approves_by_button(coordinator, second_coordinator, signed_in, sent):
    sent.gmina.populations.update(value=80_500)
    services.ask_exception(sent, reason="Gmina z hromadą.", actor=coordinator, now=NOW)

    signed_in(second_coordinator).post(verb("approve_exception", sent))

    assert HostSurvey.objects.get().status == SurveyStatus.ELIGIBLE


def test_exception_is_offered_only_to_whom_it_helps(
    coordinator, second_coordinator, signed_in, sent
):
    """Not for a municipality that the rules admit; not for approval by the one who asked."""
    first, second = signed_in(coordinator), signed_in(second_coordinator)
    admitted = first.get(record(sent)).content.decode()
    sent.gmina.populations.update(value=80_500)
    refused = first.get(record(sent)).content.decode()
    services.ask_exception(sent, reason="Gmina z hromadą.", actor=coordinator, now=NOW)

    own, others = (who.get(record(sent)).content.decode() for who in (first, second))

    ask, approve = verb("ask_exception", sent), verb("approve_exception", sent)
    assert (ask in admitted, ask in refused) == (False, True)
    assert (approve in own, approve in others) == (False, True)


def test_record_shows_answers_by_topic_in_polish(coordinator_client, sent):
    page = coordinator_client.get(record(sent))

    titles = [section.title for section in page.context["answer_sections"]]
    assert titles[0] == "Państwa gmina"
    assert "Sekretarz gminy" in page.content.decode()


def test_draft_is_not_for_an_auditor(signed_in, auditor, edition):
    """P03: something that could leak."""
    draft = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})
    client = signed_in(auditor)

    assert client.get(record(draft)).status_code == 302
    listed = client.get(reverse("admin:applications_hostsurvey_changelist"))
    assert draft.gmina.name not in listed.content.decode()


def test_auditor_sees_answers_without_names(signed_in, auditor, sent):
    """P04: pseudonymised."""
    html = signed_in(auditor).get(record(sent)).content.decode()

    assert "Sekretarz gminy" in html
    assert "kontakt_email" not in html
    assert sent.answers["kontakt_email"] not in html
    assert sent.answers["kierownik_nazwisko"] not in html


def test_administrator_sees_of_a_draft_only_that_it_is_there(administrator_client, edition):
    draft = HostSurveyFactory(edition=edition, draft_answers=host_answers(), answers={})

    html = administrator_client.get(record(draft)).content.decode()

    assert draft.gmina.name in html
    assert "Sekretarz gminy" not in html


@pytest.mark.parametrize("name", ["decide_survey", "approve_exception", "withdraw_survey"])
def test_auditor_presses_nothing(signed_in, auditor, sent, name):
    assert signed_in(auditor).post(verb(name, sent)).status_code == 403
    assert HostSurvey.objects.get().status == SurveyStatus.SUBMITTED


@pytest.mark.parametrize("name", ["decide_survey", "approve_exception", "revoke_links"])
def test_verbs_do_nothing_on_get(coordinator_client, sent, name):
    assert coordinator_client.get(verb(name, sent)).status_code == 405


def test_list_action_decides_the_chosen(coordinator_client, edition, sent):
    untouched = HostSurveyFactory(edition=edition, submitted=True)

    coordinator_client.post(
        reverse("admin:applications_hostsurvey_changelist"),
        {"action": "decide_chosen", "_selected_action": [sent.pk]},
    )

    sent.refresh_from_db()
    untouched.refresh_from_db()
    assert (sent.status, untouched.status) == (SurveyStatus.ELIGIBLE, SurveyStatus.SUBMITTED)


def test_closed_links_open_nothing(client, coordinator_client, sent):
    """SEC-M10."""
    from django.db import transaction

    with transaction.atomic():
        token = services.new_link(sent, email=sent.email, now=NOW)
    before = client.get(f"/ankieta/l/{token}/kod/").status_code

    coordinator_client.post(verb("revoke_links", sent))

    assert (before, client.get(f"/ankieta/l/{token}/kod/").status_code) == (200, 410)


def test_decision_keeps_the_figure_that_it_used(coordinator_client, coordinator, sent):
    """A21: the official figure, its day and source stand at the decision, as they were used."""
    services.decide_eligibility(sent, actor=coordinator, now=NOW)
    sent.gmina.populations.update(value=79_999)

    page = coordinator_client.get(record(sent))

    [line] = page.context["decision_lines"]
    assert line.figure.startswith("12\u00a0000 (31 grudnia 2024, Główny Urząd Statystyczny")
    assert (line.limit, line.version) == ("80\u00a0000", 1)
    assert page.context["facts"].figure.startswith("79\u00a0999")

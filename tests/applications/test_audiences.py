"""To whom of this room a mailing can go, and why not (E13, E19, E20)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.emails.host_reminders import unsent_key
from applications.enums import Entrance, SurveyStatus
from applications.models import HostInvitation
from core import roles
from mailing.audiences import NoLetter
from mailing.models import Letter, Mailing
from mailing.services import (
    mailing_previews,
    mailing_rows,
    mailing_sending,
    mailings,
    suppress,
)
from tests.factories.applications import (
    HostInvitationFactory,
    HostSurveyFactory,
    InternApplicationFactory,
)
from tests.factories.core import UserFactory
from tests.factories.mailing import LetterFactory
from tests.factories.programme import (
    ContactFactory,
    EditionFactory,
    GminaFactory,
    OrganisationFactory,
)

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=11)
pytestmark = pytest.mark.django_db
NOTICE = {
    "subject_pl": "Wiadomość",
    "body_pl": "{salutation},\n\npiszemy do: {name}.",
    "subject_uk": "Повідомлення",
    "body_uk": "{salutation}!\n\nПишемо до: {name}.",
    "subject_en": "Message",
    "body_en": "{salutation},\n\nwe write to: {name}.",
}


@pytest.fixture
def edition():
    return EditionFactory()


@pytest.fixture
def olena():
    roles.sync_permissions()
    return UserFactory(role=roles.COORDINATOR)


def mailing_to(audience: str, wish: dict, actor, *, letter: str = "", words=None) -> Mailing:
    """A mailing with its recipients worked out."""
    mailing = mailings.draft_mailing(
        title="Test",
        letter=letter or "mailing/notice",
        audience=audience,
        wish=wish,
        words=words if words is not None or letter else NOTICE,
        actor=actor,
        now=NOW,
    )
    return mailing_rows.work_out(mailing, actor=actor, now=NOW)


def invitations_of(edition, actor, **wish) -> Mailing:
    return mailing_to(
        "applications/municipalities",
        {"edition": edition.pk, "query": ""} | wish,
        actor,
        letter="applications/host_invitation",
    )


def reminders_of(edition, actor, **wish) -> Mailing:
    return mailing_to(
        "applications/unanswered",
        {"edition": edition.pk} | wish,
        actor,
        letter="applications/host_reminder",
    )


def verdicts(mailing: Mailing) -> dict[str, str]:
    return {row.key: row.why_not for row in mailing.recipients.order_by("pk")}


def let_go(mailing: Mailing, actor) -> None:
    """Look at it, test it, schedule it, and send what is due."""
    Mailing.objects.filter(pk=mailing.pk).update(previewed_at=NOW, tested_at=NOW)
    mailing.refresh_from_db()
    mailings.schedule(mailing, actor=actor, now=NOW)


def test_every_gmina_has_a_verdict_with_its_reason(edition, olena):
    """E20: who gets it and why, who does not and why."""
    fits = ContactFactory(head=True).organisation.gmina
    unknown = ContactFactory(organisation__gmina=GminaFactory(population__none=True))
    above = ContactFactory(organisation__gmina=GminaFactory(population=90_000))
    invited = HostInvitationFactory(edition=edition).organisation.gmina
    answered = HostSurveyFactory(edition=edition, submitted=True).gmina
    lonely = OrganisationFactory().gmina
    stopped = ContactFactory(email="stop@gmina.example").organisation.gmina
    suppress("STOP@gmina.example", cause="unsubscribed", now=NOW)

    mailing = invitations_of(edition, olena)

    unknown, above = unknown.organisation.gmina, above.organisation.gmina
    assert verdicts(mailing) == {
        fits.teryt: "",
        unknown.teryt: "",
        above.teryt: "Above the population limit of the edition.",
        invited.teryt: "Already invited.",
        answered.teryt: "Has a survey already.",
        lonely.teryt: "No e-mail address of the office is on file.",
        stopped.teryt: "The address is on the stop list.",
    }
    why = dict(mailing.recipients.chosen().values_list("key", "why"))
    assert why[fits.teryt] == "A municipality within the population limit of the edition."
    assert why[unknown.teryt].startswith("No population is on file;")


def test_salutations_of_all_stand_in_one_table(edition, olena):
    """E19: right for office, sex and case, before anything is sent."""
    ContactFactory(head=True, grammatical_gender="m", title="burmistrz")
    ContactFactory(head=True, grammatical_gender="f", title="wojt")
    ContactFactory(head=True, grammatical_gender="", title="prezydent")
    office = OrganisationFactory(email="urzad@brzeziny.example")

    mailing = invitations_of(edition, olena)

    seen = list(mailing.recipients.chosen().order_by("pk").values_list("salutation", flat=True))
    assert sorted(seen) == [
        "Szanowna Pani Wójt",
        "Szanowni Państwo",
        "Szanowni Państwo",
        "Szanowny Panie Burmistrzu",
    ]
    row = mailing.recipients.get(about_id=office.gmina_id)
    assert (row.email, row.salutation) == ("urzad@brzeziny.example", "Szanowni Państwo")


def test_filter_of_the_panel_chooses_gminas(edition, olena):
    here = ContactFactory(organisation__gmina=GminaFactory(voivodeship="lubelskie"))
    ContactFactory(organisation__gmina=GminaFactory(voivodeship="łódzkie"))

    mailing = invitations_of(edition, olena, query="voivodeship=lubelskie&o=2&p=3")

    assert verdicts(mailing) == {here.organisation.gmina.teryt: ""}


def test_filters_of_the_list_take_the_place_of_gminas_that_were_ticked(
    coordinator_client, coordinator, edition
):
    """E20: whoever is chosen anew in the list is who gets it; the other answers stay."""
    first, second = GminaFactory.create_batch(2)
    mailing = invitations_of(edition, coordinator, teryts=[first.teryt], above_limit_too="yes")
    assert set(verdicts(mailing)) == {first.teryt}
    page = reverse("admin:mailing_choose", args=[mailing.pk])

    shown = coordinator_client.get(f"{page}?query=").context["form"]
    coordinator_client.post(f"{page}?query=", {"above_limit_too": "yes"})

    mailing.refresh_from_db()
    assert shown["above_limit_too"].initial == "yes"
    assert mailing.wish == {"edition": edition.pk, "query": "", "above_limit_too": "yes"}
    assert set(verdicts(mailing)) == {first.teryt, second.teryt}


def test_unknown_filter_is_refused_with_a_sentence(edition, olena):
    from mailing.audiences import BadWish

    with pytest.raises(BadWish, match="filtr"):
        invitations_of(edition, olena, query="organisation__contacts__email=x@y.pl")


def test_invitation_of_a_mailing_opens_the_survey_and_counts_as_letter(edition, olena):
    """A19: what comes of the mailing is counted as the letter; the link is the office's own."""
    contact = ContactFactory(head=True)
    mailing = invitations_of(edition, olena)
    let_go(mailing, olena)

    assert mailing_sending.send_next(now=LATER) == 1

    invitation = HostInvitation.objects.get()
    letter = Letter.objects.get()
    assert (invitation.entrance, invitation.invited_by, invitation.email) == (
        "mail",
        olena,
        contact.email,
    )
    assert (letter.status, letter.is_bulk, letter.to) == ("queued", True, contact.email)
    assert letter.key == f"mailing.{mailing.pk}.{contact.organisation.gmina.teryt}"
    assert letter.about == invitation
    assert "/ankieta/l/" in letter.text


def test_office_invited_by_hand_meanwhile_is_left_out(edition, olena):
    """E13: asked again at the moment of sending."""
    contact = ContactFactory(head=True)
    mailing = invitations_of(edition, olena)
    let_go(mailing, olena)
    HostInvitationFactory(
        edition=edition, organisation=contact.organisation, contact=contact, email="inny@x.example"
    )

    assert mailing_sending.send_next(now=LATER) == 0

    row = mailing.recipients.get()
    assert (row.why_not, row.left_out_at, row.letter) == ("Already invited.", LATER, None)
    mailing.refresh_from_db()
    assert mailing.status == "finished"


def test_changed_address_is_not_written_to(edition, olena):
    contact = ContactFactory(head=True)
    mailing = invitations_of(edition, olena)
    let_go(mailing, olena)
    contact.email = "nowy@gmina.example"
    contact.save()

    assert mailing_sending.send_next(now=LATER) == 0

    assert mailing.recipients.get().why_not.startswith("The address on file has changed")


def test_unanswered_are_those_without_a_sent_survey(edition, olena):
    """The letter: reminders to those who have not answered, or only have a draft."""
    silent = HostInvitationFactory(edition=edition)
    begun = HostInvitationFactory(edition=edition)
    draft = HostSurveyFactory(
        edition=edition, organisation=begun.organisation, invitation=begun, email="kto@inny.example"
    )
    sent = HostInvitationFactory(edition=edition)
    HostSurveyFactory(edition=edition, organisation=sent.organisation, submitted=True)
    gone = HostInvitationFactory(edition=edition)
    HostSurveyFactory(
        edition=edition, organisation=gone.organisation, status=SurveyStatus.WITHDRAWN
    )
    back = HostInvitationFactory(edition=edition)
    for status in (SurveyStatus.DRAFT, SurveyStatus.WITHDRAWN):
        HostSurveyFactory(edition=edition, organisation=back.organisation, status=status)
    promised = HostInvitationFactory(edition=edition)
    reminded = HostSurveyFactory(edition=edition, organisation=promised.organisation)
    LetterFactory(key=unsent_key(reminded), sent=True)
    HostInvitationFactory(edition=EditionFactory(year=2025))

    mailing = reminders_of(edition, olena)

    code = {
        name: one.organisation.gmina.teryt
        for name, one in locals().items()
        if name in ("silent", "begun", "sent", "gone", "back", "promised")
    }
    assert verdicts(mailing) == {
        code["silent"]: "",
        code["begun"]: "",
        code["sent"]: "The survey has been sent.",
        code["gone"]: "The municipality does not take part.",
        code["back"]: "",
        code["promised"]: (
            "The reminder before the deadline has gone; it promised to be the last."
        ),
    }
    rows = {row.key: row for row in mailing.recipients.all()}
    assert rows[code["begun"]].email == draft.email
    assert rows[code["begun"]].salutation == "Szanowni Państwo"
    assert rows[code["silent"]].why == "Invited, and the survey has not been begun."


WAITS = "The invitation itself has not been sent yet."
UNKNOWN = "It is not known whether the invitation arrived: clear that up in the outbox first."
LOST = "The invitation did not reach the office: find another address first."


def put(letter: Letter, status: str) -> None:
    """The letter, as far as it has come."""
    lease = NOW if status == "sending" else None
    Letter.objects.filter(pk=letter.pk).update(status=status, accepted_at=NOW, lease_until=lease)


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        (["draft"], WAITS),
        (["queued"], WAITS),
        (["ambiguous"], UNKNOWN),
        (["sending"], UNKNOWN),
        (["bounced", "ambiguous", "queued"], UNKNOWN),
        (["ambiguous", "delivered"], ""),
        (["bounced", "retry"], WAITS),
        (["failed"], LOST),
        (["bounced"], LOST),
        (["cancelled", "suppressed"], LOST),
        (["accepted"], ""),
        (["bounced", "delivered"], ""),
    ],
)
def test_nobody_is_reminded_of_an_invitation_that_never_came(edition, olena, statuses, sentence):
    """E20: "we invited you" is true of everybody who gets the letter."""
    silent, other = HostInvitationFactory(edition=edition), HostInvitationFactory(edition=edition)
    for status in statuses:
        link = LetterFactory(letter="applications/host_invitation", about=silent)
        put(link, status)
    away = LetterFactory(letter="applications/host_eligible", about=other)
    Letter.objects.filter(pk=away.pk).update(status="failed")

    mailing = reminders_of(edition, olena)

    assert verdicts(mailing) == {
        silent.organisation.gmina.teryt: sentence,
        other.organisation.gmina.teryt: "",
    }


def test_invitation_that_comes_back_meanwhile_leaves_the_office_out(edition, olena):
    """E13: asked once more at the moment of sending."""
    silent = HostInvitationFactory(edition=edition)
    link = LetterFactory(letter="applications/host_invitation", about=silent, sent=True)
    mailing = reminders_of(edition, olena)
    let_go(mailing, olena)
    Letter.objects.filter(pk=link.pk).update(status="bounced")

    assert mailing_sending.send_next(now=LATER) == 0

    assert mailing.recipients.get().why_not == LOST


@pytest.mark.parametrize(
    ("of_ours", "of_theirs", "wanted"),
    [
        (["bounced"], ["delivered"], ("theirs", "")),
        (["queued"], ["delivered"], ("theirs", "")),
        (["delivered"], ["delivered"], ("ours", "")),
        (["delivered"], ["bounced"], ("ours", "")),
        ([], ["delivered"], ("ours", "")),
        (["bounced"], ["queued"], ("theirs", WAITS)),
        (["bounced"], ["ambiguous"], ("theirs", UNKNOWN)),
        (["queued"], ["ambiguous"], ("theirs", UNKNOWN)),
        (["bounced"], ["failed"], ("ours", LOST)),
    ],
)
def test_office_with_two_links_is_reminded_where_one_arrived(
    edition, olena, of_ours, of_theirs, wanted
):
    """E20: our letter came back, and the office has asked for the link at another address."""
    ours = HostInvitationFactory(edition=edition)
    theirs = HostInvitationFactory(
        edition=edition,
        organisation=ours.organisation,
        contact=None,
        email="sekretariat@inny.example",
        entrance=Entrance.OTHER,
    )
    for invitation, statuses in ((ours, of_ours), (theirs, of_theirs)):
        for status in statuses:
            link = LetterFactory(letter="applications/host_invitation", about=invitation)
            put(link, status)

    row = reminders_of(edition, olena).recipients.get()

    name = {ours.email: "ours", theirs.email: "theirs"}[row.email]
    assert (name, row.why_not) == wanted


def test_office_whose_draft_is_there_is_reminded_whatever_came_of_the_invitation(edition, olena):
    """It has come in by another door, so it has the survey."""
    begun = HostInvitationFactory(edition=edition)
    HostSurveyFactory(edition=edition, organisation=begun.organisation, invitation=begun)
    link = LetterFactory(letter="applications/host_invitation", about=begun)
    Letter.objects.filter(pk=link.pk).update(status="failed")

    assert verdicts(reminders_of(edition, olena)) == {begun.organisation.gmina.teryt: ""}


@pytest.mark.parametrize(("part", "kept"), [("draft", "begun"), ("not_begun", "silent")])
def test_only_one_half_of_the_unanswered_can_be_reminded(edition, olena, part, kept):
    silent = HostInvitationFactory(edition=edition)
    begun = HostInvitationFactory(edition=edition)
    HostSurveyFactory(edition=edition, organisation=begun.organisation, invitation=begun)

    mailing = reminders_of(edition, olena, part=part)

    wanted = {"begun": begun, "silent": silent}[kept]
    assert list(verdicts(mailing)) == [wanted.organisation.gmina.teryt]


def test_reminder_has_a_fresh_link_of_its_own(edition, olena):
    invitation = HostInvitationFactory(edition=edition)
    mailing = reminders_of(edition, olena)
    let_go(mailing, olena)

    mailing_sending.send_next(now=LATER)

    letter = Letter.objects.get(letter="applications/host_reminder")
    assert letter.to == invitation.email
    assert letter.about == invitation
    assert "/ankieta/l/" in letter.text
    assert letter.subject == f"Przypomnienie: ankieta Państwa gminy – {edition.name}"


def test_office_that_lost_its_municipality_stops_nobody_else(edition, olena):
    """A row without its office is left out with a reason; the others get their letter."""
    stays, leaves = HostInvitationFactory.create_batch(2, edition=edition)
    mailing = reminders_of(edition, olena)
    let_go(mailing, olena)
    gone = mailing.recipients.get(about_id=leaves.organisation.gmina_id)
    type(leaves).objects.filter(pk=leaves.pk).update(organisation=OrganisationFactory())

    with pytest.raises(NoLetter, match="The record is gone"):
        mailing_previews.preview_for(gone, now=LATER)
    mailing_sending.send_next(now=LATER)

    gone.refresh_from_db()
    assert gone.why_not == "The record is gone."
    assert [letter.to for letter in Letter.objects.all()] == [stays.email]


def test_after_the_closing_nobody_is_reminded(edition, olena):
    """E13: the deadline passed between the choice and the sending."""
    HostInvitationFactory(edition=edition)
    mailing = reminders_of(edition, olena)
    let_go(mailing, olena)

    mailing_sending.send_next(now=edition.survey_closes_at)

    assert mailing.recipients.get().why_not == "The survey of this edition is closed."
    assert not Letter.objects.exists()


def test_cost_of_working_out_does_not_grow_with_rows(edition, olena):
    """A query more for a row would be 2 435 queries more for the letter."""

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            invitations_of(edition, olena)
        return len(seen)

    ContactFactory(head=True)
    queries()
    one = queries()
    for _number in range(4):
        ContactFactory(head=True)

    assert queries() == one
    assert one <= 32


def test_people_of_surveys_and_candidates_are_chosen_in_their_lists(edition, olena):
    survey = HostSurveyFactory(edition=edition, submitted=True)
    HostSurveyFactory(edition=edition)
    away = HostSurveyFactory(edition=edition, status=SurveyStatus.WITHDRAWN)
    ready = InternApplicationFactory(edition=edition, submitted=True, email_confirmed_at=NOW)
    unsure = InternApplicationFactory(edition=edition, submitted=True, email_confirmed_at=None)

    submitted = mailing_to(
        "applications/survey_contacts", {"query": "status__exact=submitted"}, olena
    )
    withdrawn = mailing_to(
        "applications/survey_contacts", {"query": "status__exact=withdrawn"}, olena
    )
    interns = mailing_to("applications/candidates", {"query": ""}, olena)

    assert verdicts(submitted) == {str(survey.pk): ""}
    assert verdicts(withdrawn) == {str(away.pk): "Has withdrawn."}
    assert verdicts(interns) == {
        str(ready.pk): "",
        str(unsure.pk): "The address was never confirmed.",
    }


def test_candidate_who_withdraws_meanwhile_gets_no_notice(edition, olena):
    """E13, for audiences that come from a list of the panel."""
    stays = InternApplicationFactory(edition=edition, submitted=True, email_confirmed_at=NOW)
    leaves = InternApplicationFactory(edition=edition, submitted=True, email_confirmed_at=NOW)
    mailing = mailing_to("applications/candidates", {"query": ""}, olena)
    let_go(mailing, olena)
    type(leaves).objects.filter(pk=leaves.pk).update(status="withdrawn")

    mailing_sending.send_next(now=LATER)

    letter = Letter.objects.get()
    assert (letter.to, letter.language) == (stays.email, "uk")
    assert stays.full_name in letter.text
    assert mailing.recipients.get(about_id=leaves.pk).why_not == "Has withdrawn."

"""People whom a survey names are asked themselves: the mentor (A23), the contact person (B5)."""

from datetime import datetime, timedelta

from django.db import transaction

from applications.emails import people as emails
from applications.enums import NamedMentorStatus, SurveyStatus
from applications.models import AddressConfirmation, HostSurvey, NamedMentor
from core import audit, links
from core.states import move

MENTOR_PURPOSE = "named_mentor"
ADDRESS_PURPOSE = "contact_address"
LINK_LIFE_AFTER_CLOSING = timedelta(days=365)


class NobodyAsks(Exception):
    """This person has answered already, or is no longer the one who is asked."""


@transaction.atomic(savepoint=False)
def ask_people(survey: HostSurvey, *, by: str, now: datetime) -> None:
    """After a survey was sent: ask the mentor whom it names, and its contact person.

    `by` is the address of the link by which it was sent: whoever sends by a link reads that
    mailbox, so it needs no other proof. A possible duplicate asks nobody until it is settled (A13).
    """
    if survey.status == SurveyStatus.DUPLICATE:
        return
    ask_mentor(survey, now=now)
    if by:
        address_is_confirmed(survey, email=by, now=now)
    if by.lower() != survey.addressee.email.lower():
        _ask_contact(survey, now=now)


@transaction.atomic(savepoint=False)
def ask_mentor(survey: HostSurvey, *, now: datetime) -> NamedMentor | None:
    """Ask the mentor named in the answers last sent; the same person is asked once.

    Somebody who is named no longer can answer no longer: the link dies.
    """
    answers = survey.answers
    wanted = str(answers.get("mentor_email") or "") if answers.get("mentor_jest") == "tak" else ""
    named = survey.named_mentors.in_force().select_for_update().first()
    if named is not None and named.email.casefold() == wanted.casefold():
        named.first_name, named.last_name = answers["mentor_imie"], answers["mentor_nazwisko"]
        named.save(update_fields=["first_name", "last_name"])
        return named
    if named is not None:
        move(named, NamedMentorStatus.REPLACED, now=now)
        links.revoke(target=named, now=now)
    if not wanted:
        return None
    named = NamedMentor.objects.create(
        survey=survey,
        first_name=answers["mentor_imie"],
        last_name=answers["mentor_nazwisko"],
        email=wanted,
        named_at=now,
    )
    audit.record(action="applications.namedmentor.named", target=named, now=now)
    token = _link(survey, named, purpose=MENTOR_PURPOSE, email=wanted, now=now)
    emails.named_mentor(named, token=token, now=now)
    return named


@transaction.atomic
def answer_as_named_mentor(
    named: NamedMentor, *, accepts: bool, now: datetime, reason: str = ""
) -> NamedMentor:
    """The mentor confirms or refuses by link (A23); the office hears of a refusal at once.

    Raises `NobodyAsks` when nobody waits for this answer any more.
    """
    named = NamedMentor.objects.select_for_update(of=("self",)).get(pk=named.pk)
    if not is_asked(named):
        raise NobodyAsks(named)
    status = NamedMentorStatus.CONFIRMED if accepts else NamedMentorStatus.REFUSED
    move(named, status, now=now, answered_at=now, reason="" if accepts else reason)
    if not accepts:
        emails.named_mentor_refused(named, now=now)
    return named


def is_asked(named: NamedMentor) -> bool:
    """Whether an answer is still waited for: not when the survey can lead to no internship."""
    over = (SurveyStatus.WITHDRAWN, SurveyStatus.INELIGIBLE)
    return named.is_waiting and named.survey.status not in over


def named_mentor_of(survey: HostSurvey) -> NamedMentor | None:
    """Whom the survey names now, with the answer."""
    return survey.named_mentors.in_force().first()


def has_confirmed(survey: HostSurvey, *, email: str) -> bool:
    """Whether this person has confirmed already, so that nobody asks again (W15)."""
    return (
        survey.named_mentors.in_force()
        .filter(status=NamedMentorStatus.CONFIRMED, email__iexact=email)
        .exists()
    )


def _ask_contact(survey: HostSurvey, *, now: datetime) -> None:
    email = survey.addressee.email
    if _confirmation(survey, email) is not None:
        return
    asked = AddressConfirmation.objects.create(survey=survey, email=email, asked_at=now)
    token = _link(survey, asked, purpose=ADDRESS_PURPOSE, email=email, now=now)
    emails.confirm_address(asked, token=token, now=now)


@transaction.atomic(savepoint=False)
def address_is_confirmed(survey: HostSurvey, *, email: str, now: datetime) -> AddressConfirmation:
    """Somebody who reads this mailbox has shown it. Showing it again changes nothing."""
    known = _confirmation(survey, email) or AddressConfirmation(
        survey=survey, email=email, asked_at=now
    )
    if known.confirmed_at is None:
        known.confirmed_at = now
        known.save()
        audit.record(action="applications.addressconfirmation.confirmed", target=known, now=now)
    return known


def _confirmation(survey: HostSurvey, email: str) -> AddressConfirmation | None:
    return survey.address_confirmations.select_for_update().filter(email__iexact=email).first()


def contact_is_confirmed(survey: HostSurvey) -> bool:
    """Whether the contact person's address has been confirmed by its link (B5)."""
    return (
        survey.contact is not None
        and survey.address_confirmations.filter(
            email__iexact=survey.contact.email, confirmed_at__isnull=False
        ).exists()
    )


def _link(
    survey: HostSurvey,
    target: NamedMentor | AddressConfirmation,
    *,
    purpose: str,
    email: str,
    now: datetime,
) -> str:
    return links.create(
        purpose=purpose,
        target=target,
        email=email,
        expires_at=survey.edition.survey_closes_at + LINK_LIFE_AFTER_CLOSING,
        now=now,
    )

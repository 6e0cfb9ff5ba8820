"""The declaration of participation of a host, and the mentor it names."""

from collections.abc import Mapping
from datetime import datetime

from django.core.files import File
from django.db import transaction

from applications.models import HostSurvey
from applications.services.mentor_confirmation import has_confirmed
from core import audit, links, roles, uploads
from core.models import StoredFile, User
from core.services import account_for
from core.states import hold, move
from meetings import emails
from meetings.enums import DeclarationStatus, MentorAnswer
from meetings.models import Declaration, SessionChoice
from programme.models import Contact
from programme.services import save_contact


class MentorMissing(Exception):
    """A declaration cannot be accepted before the mentor has confirmed."""


class MentorAnswered(Exception):
    """This person has answered already, or is no longer the one who is asked."""


@transaction.atomic
def ask_declaration(choice: SessionChoice, *, actor: User, now: datetime) -> Declaration:
    """Ask the host for its declaration; the letter waits in the outbox. Asking twice asks once."""
    declaration, created = Declaration.objects.get_or_create(
        survey=choice.survey, defaults={"asked_at": now, "interns": _capacity(choice.survey)}
    )
    if created:
        survey = choice.survey
        token = links.create(
            purpose="declaration",
            target=declaration,
            email=survey.addressee.email,
            expires_at=None,
            actor=actor,
            now=now,
        )
        audit.record(action="meetings.declaration.asked", target=declaration, actor=actor)
        emails.declaration_request(declaration, token=token, now=now)
    return declaration


@transaction.atomic
def send_declaration(
    declaration: Declaration, *, answers: Mapping, now: datetime, actor: User | None = None
) -> Declaration:
    """The host sends its declaration with the mentor's name; the mentor is asked by mail at once.

    `answers` are the cleaned fields of `meetings.forms.DeclarationForm`; `scan` is a file or None.
    """
    survey = declaration.survey
    organisation = survey.organisation
    organisation.nip, organisation.regon = answers["nip"], answers["regon"]
    organisation.save(update_fields=["nip", "regon"])
    mentor = save_contact(
        organisation,
        role="mentor",
        first_name=answers["mentor_first_name"],
        last_name=answers["mentor_last_name"],
        position=answers["mentor_position"],
        email=answers["mentor_email"],
        phone=answers["mentor_phone"],
        language="pl",
    )
    same_mentor = declaration.mentor is not None and declaration.mentor.email == mentor.email
    answer = declaration.mentor_answer if same_mentor else MentorAnswer.WAITING
    user = declaration.mentor_user if same_mentor else None
    answered_at = declaration.mentor_answered_at if same_mentor else None
    if answer == MentorAnswer.WAITING and has_confirmed(survey, email=mentor.email):
        # Confirmed by the link after the survey already: nobody is asked twice (W15).
        answer, user = MentorAnswer.CONFIRMED, _mentor_account(mentor, now=now)
        answered_at = now
    move(
        declaration,
        DeclarationStatus.SENT,
        actor=actor,
        representative=answers["representative"],
        lodging=answers["lodging"],
        windows=list(answers["windows"]),
        interns=answers["interns"],
        mentor=mentor,
        mentor_answer=answer,
        mentor_user=user,
        mentor_answered_at=answered_at,
        scan=_scan(declaration, answers.get("scan"), now=now),
        return_reason="",
        sent_at=now,
    )
    emails.declaration_receipt(declaration, now=now)
    if answer == MentorAnswer.WAITING:
        _ask_mentor(declaration, mentor, now=now)
    return declaration


@transaction.atomic
def answer_as_mentor(
    declaration: Declaration, *, accepts: bool, now: datetime, reason: str = ""
) -> Declaration:
    """The mentor confirms or refuses by link (A23, P8); a yes makes an account without password.

    Raises `MentorAnswered` when nobody waits for this answer any more.
    """
    declaration = Declaration.objects.select_for_update(of=("self",)).get(pk=declaration.pk)
    mentor = declaration.mentor if declaration.status == DeclarationStatus.SENT else None
    if mentor is None or declaration.mentor_answer != MentorAnswer.WAITING:
        raise MentorAnswered
    declaration.mentor_answer = MentorAnswer.CONFIRMED if accepts else MentorAnswer.REFUSED
    declaration.mentor_answered_at = now
    declaration.mentor_user = _mentor_account(mentor, now=now) if accepts else None
    declaration.save(update_fields=["mentor_answer", "mentor_answered_at", "mentor_user"])
    audit.record(
        action=f"meetings.declaration.mentor_{declaration.mentor_answer}",
        target=declaration,
        actor=declaration.mentor_user,
    )
    if not accepts:
        emails.mentor_refused(declaration, reason=reason, now=now)
    return declaration


@transaction.atomic
def accept_declaration(declaration: Declaration, *, actor: User, now: datetime) -> Declaration:
    """A coordinator accepts: the host enters the pool. Raises `MentorMissing`."""
    hold(declaration)
    if declaration.mentor_answer != MentorAnswer.CONFIRMED:
        raise MentorMissing
    move(declaration, DeclarationStatus.ACCEPTED, actor=actor, now=now, accepted_at=now)
    emails.declaration_accepted(declaration, now=now)
    return declaration


@transaction.atomic
def return_declaration(
    declaration: Declaration, *, reason: str, actor: User, now: datetime
) -> Declaration:
    """Send the declaration back with a reason; the host mends it by a new link."""
    move(declaration, DeclarationStatus.RETURNED, actor=actor, return_reason=reason)
    token = links.create(
        purpose="declaration",
        target=declaration,
        email=declaration.survey.addressee.email,
        expires_at=None,
        actor=actor,
        now=now,
    )
    emails.declaration_returned(declaration, token=token, now=now)
    return declaration


@transaction.atomic
def withdraw_declaration(declaration: Declaration, *, actor: User, now: datetime) -> Declaration:
    """The host steps back; its links stop working."""
    links.revoke(target=declaration, now=now, actor=actor)
    return move(declaration, DeclarationStatus.WITHDRAWN, actor=actor)


def _capacity(survey: HostSurvey) -> int:
    wanted = survey.answers.get("liczba_stazystow") or 1
    return max(1, min(int(wanted), survey.edition.interns_per_host_max))


def _scan(declaration: Declaration, file: File | None, *, now: datetime) -> StoredFile | None:
    if not file:
        return declaration.scan
    return uploads.store(file, kinds={"pdf"}, owner=declaration.sender, now=now)


def _ask_mentor(declaration: Declaration, mentor: Contact, *, now: datetime) -> None:
    # Whoever was named before must not answer for somebody else.
    links.revoke(target=declaration, purpose="mentor", now=now)
    token = links.create(
        purpose="mentor",
        target=declaration,
        email=mentor.email,
        expires_at=None,
        now=now,
    )
    emails.mentor_request(declaration, token=token, now=now)


def _mentor_account(contact: Contact, *, now: datetime) -> User:
    return account_for(
        contact.email,
        role=roles.MENTOR,
        first_name=contact.first_name,
        last_name=contact.last_name,
        language=contact.language,
        now=now,
    )

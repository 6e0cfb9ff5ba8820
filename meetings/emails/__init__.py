"""Every letter that this room writes, one function each."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy

from core import links
from core.formats import WARSAW, moment
from mailing import services as mailing
from mailing.registry import LetterKind
from meetings.calendar import session_file
from meetings.emails import of_mailings
from meetings.emails.of_mailings import GMINA, LINK, SALUTATION, offer_words, office
from meetings.models import Declaration, InformationSession, SessionChoice
from programme.models import Contact

LETTERS = {
    **of_mailings.LETTERS,
    "meetings/invitation": LetterKind(
        gettext_lazy(
            "Eligible municipalities, when a coordinator invites them to the information sessions."
        ),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "dates": "wtorek, 14 kwietnia 2026, 10:00; czwartek, 16 kwietnia 2026, 13:00",
            "link": LINK,
        },
    ),
    "meetings/confirmation": LetterKind(
        gettext_lazy("The municipality, as soon as a place in a session is kept for it."),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "date": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
            "minutes": "90",
            "join": "https://spotkania.example/abc",
            "people": "2",
        },
    ),
    "meetings/reminder": LetterKind(
        gettext_lazy(
            "Municipalities with a place in a session, three days and three hours before it."
        ),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "date": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
            "minutes": "90",
            "join": "https://spotkania.example/abc",
        },
    ),
    "meetings/cancellation": LetterKind(
        gettext_lazy("The municipality, when it gives up its place in a session."),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "date": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
        },
    ),
    "meetings/missed_you": LetterKind(
        gettext_lazy("Municipalities that had a place in a session and were absent."),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "date": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
        },
    ),
    "meetings/declaration_request": LetterKind(
        gettext_lazy(
            "Municipalities that were present: the request for the declaration of participation."
        ),
        placeholders={"salutation": SALUTATION, "gmina": GMINA, "link": LINK},
    ),
    "meetings/declaration_receipt": LetterKind(
        gettext_lazy("The municipality, as soon as it has sent its declaration."),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "mentor": "Jan Kowalski",
            "sent": "wtorek, 21 kwietnia 2026, 9:14 (czas warszawski)",
        },
    ),
    "meetings/declaration_returned": LetterKind(
        gettext_lazy(
            "The municipality, when a coordinator returns its declaration for correction."
        ),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "reason": "Brakuje numeru NIP.",
            "link": LINK,
        },
    ),
    "meetings/declaration_accepted": LetterKind(
        gettext_lazy("The municipality, when its declaration is accepted."),
        placeholders={"salutation": SALUTATION, "gmina": GMINA, "mentor": "Jan Kowalski"},
    ),
    "meetings/mentor_request": LetterKind(
        gettext_lazy("The mentor named in a declaration, to confirm by link."),
        placeholders={"name": "Jan Kowalski", "gmina": GMINA, "link": LINK},
    ),
    "meetings/mentor_refused": LetterKind(
        gettext_lazy("The municipality, when the person named as mentor does not agree."),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "mentor": "Jan Kowalski",
            "reason": "–",
        },
    ),
}


def invitation(
    choice: SessionChoice, *, sessions: Sequence[InformationSession], token: str, now: datetime
) -> None:
    """The dates on offer and the personal link; waits for a person to release it."""
    _offer(choice, "invitation", sessions=sessions, token=token, now=now)


def answer_reminder(
    choice: SessionChoice, *, sessions: Sequence[InformationSession], token: str, now: datetime
) -> None:
    """The dates once more, with a new link; waits for a person to release it (S10)."""
    _offer(choice, "answer_reminder", sessions=sessions, token=token, now=now)


def reminder(choice: SessionChoice, *, hours: int, now: datetime) -> None:
    """Date, hour and way of joining, some hours before; not after the session began (S4, S11)."""
    contact, session = choice.survey.addressee, choice.session
    mailing.write(
        key=f"session.{choice.pk}.reminder.{session.pk}.{hours}",
        letter="meetings/reminder",
        to=contact,
        context={
            **office(choice.survey),
            "date": moment(session.starts_at, contact.language, WARSAW),
            "minutes": str(session.duration_minutes),
            "join": _joining(session, contact),
        },
        about=choice,
        not_after=session.starts_at,
        now=now,
    )


def confirmation(choice: SessionChoice, *, now: datetime) -> None:
    """Date, hour with zone, length, way of joining and the calendar file (S3)."""
    contact = choice.survey.addressee
    mailing.write(
        key=f"session.{choice.pk}.confirmation.{choice.calendar_sequence}",
        letter="meetings/confirmation",
        to=contact,
        context={
            **office(choice.survey),
            "date": moment(choice.session.starts_at, contact.language, WARSAW),
            "minutes": str(choice.session.duration_minutes),
            "join": _joining(choice.session, contact),
            "people": str(choice.people),
        },
        about=choice,
        calendar=_entry(choice, choice.session, contact, "REQUEST", now),
        calendar_method="REQUEST",
        now=now,
    )


def cancellation(choice: SessionChoice, *, session: InformationSession, now: datetime) -> None:
    """The place given up, with the calendar file that takes the entry away (S8)."""
    contact = choice.survey.addressee
    choice.calendar_sequence += 1
    mailing.write(
        key=f"session.{choice.pk}.cancellation.{choice.calendar_sequence}",
        letter="meetings/cancellation",
        to=contact,
        context={
            **office(choice.survey),
            "date": moment(session.starts_at, contact.language, WARSAW),
        },
        about=choice,
        calendar=_entry(choice, session, contact, "CANCEL", now),
        calendar_method="CANCEL",
        now=now,
    )


def missed_you(choice: SessionChoice, *, now: datetime) -> None:
    """To whoever had a place and was absent; waits for a person to release it."""
    contact = choice.survey.addressee
    mailing.write(
        key=f"session.{choice.pk}.missed",
        letter="meetings/missed_you",
        to=contact,
        context={
            **office(choice.survey),
            "date": moment(choice.session.starts_at, contact.language, WARSAW),
        },
        about=choice,
        send=False,
        now=now,
    )


def declaration_request(declaration: Declaration, *, token: str, now: datetime) -> None:
    """Thanks for being there, and the link to the declaration; waits for a person to release it."""
    contact = declaration.survey.addressee
    mailing.write(
        key=f"declaration.{declaration.pk}.request",
        letter="meetings/declaration_request",
        to=contact,
        context={
            **office(declaration.survey),
            "link": links.url("meetings:declare", token, contact.language),
        },
        about=declaration,
        send=False,
        now=now,
    )


def declaration_receipt(declaration: Declaration, *, now: datetime) -> None:
    """The receipt; goes at once."""
    contact = declaration.survey.addressee
    mailing.write(
        key=f"declaration.{declaration.pk}.receipt.{declaration.sent_at.isoformat()}",
        letter="meetings/declaration_receipt",
        to=contact,
        context={
            **office(declaration.survey),
            "mentor": _name(declaration.mentor),
            "sent": moment(declaration.sent_at, contact.language, WARSAW),
        },
        about=declaration,
        now=now,
    )


def declaration_returned(declaration: Declaration, *, token: str, now: datetime) -> None:
    """What is to be mended and a new link; waits for a person to release it."""
    contact = declaration.survey.addressee
    mailing.write(
        key=f"declaration.{declaration.pk}.returned.{now.isoformat()}",
        letter="meetings/declaration_returned",
        to=contact,
        context={
            **office(declaration.survey),
            "reason": declaration.return_reason,
            "link": links.url("meetings:declare", token, contact.language),
        },
        about=declaration,
        send=False,
        now=now,
    )


def declaration_accepted(declaration: Declaration, *, now: datetime) -> None:
    """The decision; waits for a person to release it."""
    mailing.write(
        key=f"declaration.{declaration.pk}.accepted",
        letter="meetings/declaration_accepted",
        to=declaration.survey.addressee,
        context={**office(declaration.survey), "mentor": _name(declaration.mentor)},
        about=declaration,
        send=False,
        now=now,
    )


def mentor_request(declaration: Declaration, *, token: str, now: datetime) -> None:
    """Asks the person named as mentor; goes at once."""
    mentor = declaration.mentor
    mailing.write(
        key=f"declaration.{declaration.pk}.mentor.{mentor.pk}.{declaration.sent_at.isoformat()}",
        letter="meetings/mentor_request",
        to=mentor,
        context={
            "name": _name(mentor),
            "gmina": declaration.survey.gmina.name,
            "link": links.url("meetings:mentor_answer", token, mentor.language),
        },
        about=declaration,
        now=now,
    )


def mentor_refused(declaration: Declaration, *, reason: str, now: datetime) -> None:
    """Tells the host that somebody else has to be found; goes at once."""
    mailing.write(
        key=f"declaration.{declaration.pk}.refused.{declaration.mentor.pk}.{now.isoformat()}",
        letter="meetings/mentor_refused",
        to=declaration.survey.addressee,
        context={
            **office(declaration.survey),
            "mentor": _name(declaration.mentor),
            "reason": reason or "–",
        },
        about=declaration,
        now=now,
    )


def _offer(
    choice: SessionChoice,
    name: str,
    *,
    sessions: Sequence[InformationSession],
    token: str,
    now: datetime,
) -> None:
    contact = choice.survey.addressee
    suffix = "" if name == "invitation" else f".{now:%Y-%m-%d}"
    mailing.write(
        key=f"session.{choice.pk}.{name}{suffix}",
        letter=f"meetings/{name}",
        to=contact,
        context=offer_words(choice, sessions)
        | {"link": links.url("meetings:choose", token, contact.language)},
        about=choice,
        send=False,
        now=now,
    )


def _joining(session: InformationSession, contact: Contact) -> str:
    # The panel asks for the address; a session brought in without one leads to our own pages.
    return session.join_url or links.page_url("programme:home", contact.language)


def _name(contact: Contact) -> str:
    return f"{contact.first_name} {contact.last_name}"


def _entry(
    choice: SessionChoice,
    session: InformationSession,
    contact: Contact,
    method: str,
    now: datetime,
) -> bytes:
    return session_file(
        choice,
        session=session,
        method=method,
        attendee=contact.email,
        language=contact.language,
        now=now,
    )

"""Letters about the sessions that go by mailings of the panel, and what they say of a session."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from core import links
from core.formats import WARSAW, moment
from mailing.models import Letter
from mailing.registry import LetterKind
from meetings.models import InformationSession, SessionChoice

if TYPE_CHECKING:
    from applications.models import HostSurvey
    from mailing.audiences import Envelope

SESSION_NOTICE = "meetings/session_notice"
ANSWER_REMINDER = "meetings/answer_reminder"
SALUTATION = "Szanowni Państwo"
GMINA = "Serock"
LINK = "https://win4ua.example/spotkanie/przyklad/"

LETTERS = {
    SESSION_NOTICE: LetterKind(
        gettext_lazy(
            "Municipalities invited to an information session, by a mailing with words of its own."
        ),
        placeholders={
            "salutation": SALUTATION,
            "name": "Anna Kowalska",
            "gmina": GMINA,
            "date": "wtorek, 14 kwietnia 2026, 10:00 (czas warszawski)",
            "minutes": "90",
            "join": "https://spotkania.example/abc",
            "recording": "https://spotkania.example/nagranie/abc",
        },
        has_own_words=True,
    ),
    ANSWER_REMINDER: LetterKind(
        gettext_lazy(
            "Municipalities that have not answered the invitation, when a coordinator ticks them "
            "or sends them a mailing."
        ),
        placeholders={
            "salutation": SALUTATION,
            "gmina": GMINA,
            "dates": "wtorek, 14 kwietnia 2026, 10:00; czwartek, 16 kwietnia 2026, 13:00",
            "link": LINK,
        },
    ),
}


def answer_reminder_of_mailing(
    choice: SessionChoice,
    *,
    sessions: Sequence[InformationSession],
    token: str,
    envelope: "Envelope",
    now: datetime,
) -> Letter:
    """The same reminder as its mailing goes, with a link of its own (S10)."""
    contact = choice.survey.addressee
    link = links.url("meetings:choose", token, contact.language)
    return envelope.write(
        to=contact, context=offer_words(choice, sessions) | {"link": link}, about=choice, now=now
    )


def offer_words(choice: SessionChoice, sessions: Sequence[InformationSession]) -> dict[str, object]:
    """What stands in an invitation apart from its link: the office and the dates on offer."""
    language = choice.survey.addressee.language
    dates = "; ".join(moment(one.starts_at, language, WARSAW) for one in sessions)
    return {**office(choice.survey), "dates": dates}


def session_words(choice: SessionChoice, language: str) -> dict[str, object]:
    """What a notice may say of the session; empty where the municipality has chosen none.

    The way of joining only for those with a place.
    """
    session = choice.session
    return {
        "gmina": choice.survey.gmina.name,
        "date": moment(session.starts_at, language, WARSAW) if session else "",
        "minutes": str(session.duration_minutes) if session else "",
        "join": session.join_url if session and choice.has_seat else "",
        "recording": session.recording_url if session else "",
    }


def office(survey: "HostSurvey") -> dict[str, str]:
    """The salutation of the contact person and the name of the municipality."""
    return {"salutation": survey.addressee.salutation(), "gmina": survey.gmina.name}

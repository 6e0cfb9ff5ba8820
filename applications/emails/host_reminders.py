"""Reminders to municipalities: that the survey was begun and not sent (A14), and by mailings."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from applications.emails.host import SAMPLE_GMINA, SAMPLE_LINK, SAMPLE_MOMENT, municipality
from core import formats, links
from mailing import Recipient
from mailing import services as mailing
from mailing.models import Letter
from mailing.registry import LetterKind
from programme.salutations import salutation

if TYPE_CHECKING:
    from applications.models import HostSurvey
    from applications.selectors.host_silent import Silent
    from mailing.audiences import Envelope
    from programme.models import Edition

UNSENT = "applications/survey_unsent"
REMINDER = "applications/host_reminder"
LETTERS = {
    REMINDER: LetterKind(
        gettext_lazy(
            "Offices that were invited and have not sent their survey, by a mailing of the panel."
        ),
        {
            "salutation": "Szanowna Pani Burmistrz",
            "municipality": SAMPLE_GMINA,
            "edition": "WIN4UA 2026",
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
    UNSENT: LetterKind(
        gettext_lazy("Whoever has begun the survey and not sent it, once, before the deadline."),
        {
            "salutation": "Szanowna Pani Burmistrz",
            "municipality": SAMPLE_GMINA,
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
}


def unsent_key(survey: "HostSurvey") -> str:
    """One reminder a survey, however often the work runs."""
    return f"applications.survey.{survey.pk}.unsent"


def survey_unsent(survey: "HostSurvey", *, token: str, now: datetime) -> Letter:
    """What is missing, by when, and a new link; at once, and never after the closing."""
    contact = survey.invitation.contact if survey.invitation else None
    is_known = contact is not None and contact.email.lower() == survey.email.lower()
    language = contact.language if is_known else survey.language
    return mailing.write(
        key=unsent_key(survey),
        letter=UNSENT,
        to=contact if is_known else Recipient(survey.email, language),
        context={
            "salutation": contact.salutation(language)
            if is_known
            else salutation(language=language),
            "municipality": municipality(survey.gmina, language),
            "deadline": formats.deadline(survey.edition.survey_closes_at, language),
            "link": links.url("applications:survey", token, language),
        },
        now=now,
        not_after=survey.edition.survey_closes_at,
        about=survey,
    )


def reminder_words(edition: "Edition", silent: "Silent") -> dict[str, object]:
    """What stands in a reminder apart from its link."""
    language, person = silent.language, silent.contact
    return {
        "salutation": person.salutation(language) if person else salutation(language=language),
        "municipality": municipality(silent.gmina, language),
        "edition": edition.name,
        "deadline": formats.deadline(edition.survey_closes_at, language),
    }


def host_reminder(
    edition: "Edition", silent: "Silent", *, token: str, envelope: "Envelope", now: datetime
) -> Letter:
    """The reminder with a new link, as its mailing goes."""
    language, person = silent.language, silent.contact
    link = links.url("applications:survey", token, language)
    return envelope.write(
        to=Recipient(silent.email, language, person.full_name if person else ""),
        context=reminder_words(edition, silent) | {"link": link},
        about=silent.survey or silent.invitation,
        now=now,
    )

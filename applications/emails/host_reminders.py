"""The reminder to a municipality that has begun the survey and not sent it (A14)."""

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

UNSENT = "applications/survey_unsent"
LETTERS = {
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

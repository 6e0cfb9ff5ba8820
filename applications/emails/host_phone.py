"""The letter about a survey that an office dictated on the telephone (A20)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from applications.emails.host import (
    SAMPLE_GMINA,
    SAMPLE_LINK,
    SAMPLE_MOMENT,
    closing_words,
    municipality,
)
from core import formats, links
from mailing import Recipient
from mailing import services as mailing
from mailing.models import Letter
from mailing.registry import LetterKind

if TYPE_CHECKING:
    from applications.models import HostSurvey

LETTERS = {
    "applications/phone_survey": LetterKind(
        gettext_lazy(
            "The contact person of a survey that was dictated on the telephone, "
            "at once: to confirm."
        ),
        {
            "municipality": SAMPLE_GMINA,
            "caller": "Anna Nowak, sekretarz gminy",
            "moment": SAMPLE_MOMENT,
            "answers": "Kontakt\nImię: Anna",
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
}


def phone_survey_to_confirm(
    survey: "HostSurvey", *, email: str, token: str, copy: str, now: datetime
) -> Letter:
    """A copy of what was written down, and the link by which the office confirms and sends it."""
    language = survey.language
    return mailing.write(
        key=f"applications.phone_survey.{links.digest('letter', token)[:32]}",
        letter="applications/phone_survey",
        to=Recipient(email, language),
        context={
            "municipality": municipality(survey.gmina, language),
            "caller": survey.caller,
            "moment": formats.moment(survey.taken_at, language),
            "answers": copy,
            "deadline": closing_words(survey.edition, survey.gmina, survey, language),
            "link": links.url("applications:survey", token, language),
        },
        now=now,
        about=survey,
    )

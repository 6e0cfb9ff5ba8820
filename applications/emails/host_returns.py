"""The letter about returned questions."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext_lazy

from applications.emails.host import SAMPLE_GMINA, SAMPLE_LINK, SAMPLE_MOMENT, municipality
from core import formats, links
from mailing import services as mailing
from mailing.models import Letter
from mailing.registry import LetterKind

if TYPE_CHECKING:
    from applications.models import SurveyReturn

LETTERS = {
    "applications/survey_returned": LetterKind(
        gettext_lazy(
            "The contact person of a municipality whose answers are returned; released by a person."
        ),
        {
            "salutation": "Szanowna Pani",
            "number": "WIN4UA-2026-0147",
            "municipality": SAMPLE_GMINA,
            "questions": "Liczba mieszkańców – Nieaktualna odpowiedź. Proszę podać stan na 31.12.",
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
}


def survey_returned(survey_return: "SurveyReturn", *, token: str, now: datetime) -> Letter:
    """Which questions, why, by when, and the link; a draft until a person releases it."""
    survey = survey_return.survey
    contact = survey.addressee
    language = contact.language
    with translation.override(language):
        lines = [
            f"{each.label} \u2013 {each.get_kind_display()}. {each.sentence}"
            for each in survey_return.questions.order_by("pk")
        ]
    return mailing.write(
        key=f"applications.survey.{survey.pk}.return.{survey_return.pk}",
        letter="applications/survey_returned",
        to=contact,
        context={
            "salutation": contact.salutation(language),
            "number": survey.number,
            "municipality": municipality(survey.gmina, language),
            "questions": "\n".join(lines),
            "deadline": formats.deadline(survey_return.due_at, language),
            "link": links.url("applications:survey", token, language),
        },
        now=now,
        send=False,
        about=survey,
    )

"""Letters about surveys that staff have merged; they wait for a person in the outbox (A13)."""

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
from core.models import User
from core.states import TransitionNotAllowed
from mailing import Recipient
from mailing import services as mailing
from mailing.models import Letter
from mailing.registry import LetterKind

if TYPE_CHECKING:
    from applications.models import SurveyMerge

LETTERS = {
    "applications/survey_merged": LetterKind(
        gettext_lazy(
            "Whoever sent the second survey of a municipality, after the merge; "
            "released by a person."
        ),
        {
            "municipality": SAMPLE_GMINA,
            "number": "WIN4UA-2026-0148",
            "leading": "WIN4UA-2026-0147",
        },
    ),
    "applications/survey_took_over": LetterKind(
        gettext_lazy(
            "The contact person of the survey that took over answers; released by a person."
        ),
        {
            "municipality": SAMPLE_GMINA,
            "number": "WIN4UA-2026-0147",
            "moment": SAMPLE_MOMENT,
            "answers": "Kontakt\nImię: Anna",
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
}


def _key(merge: "SurveyMerge", letter: str) -> str:
    return f"applications.merge.{merge.pk}.{letter}"


def survey_merged(merge: "SurveyMerge", *, now: datetime) -> Letter:
    """To the sender of the survey that is closed: which one counts now; no answers."""
    survey, leading = merge.duplicate, merge.leading
    language = survey.language
    return mailing.write(
        key=_key(merge, "merged"),
        letter="applications/survey_merged",
        to=survey.contact or Recipient(survey.email, language),
        context={
            "municipality": municipality(survey.gmina, language),
            "number": survey.number or "\u2013",
            "leading": leading.number or "\u2013",
        },
        now=now,
        send=False,
        about=survey,
    )


def survey_took_over(merge: "SurveyMerge", *, token: str, copy: str, now: datetime) -> Letter:
    """To the contact person of the survey that counts: the answers as they are now, and a link."""
    survey = merge.leading
    language = survey.language
    return mailing.write(
        key=_key(merge, "took_over"),
        letter="applications/survey_took_over",
        to=survey.contact,
        context={
            "municipality": municipality(survey.gmina, language),
            "number": survey.number,
            "moment": formats.moment(merge.merged_at, language),
            "answers": copy,
            "deadline": closing_words(survey.edition, survey.gmina, survey, language),
            "link": links.url("applications:survey", token, language),
        },
        now=now,
        send=False,
        about=survey,
    )


def drop_letters(merge: "SurveyMerge", *, actor: User, now: datetime) -> None:
    """A merge was taken back: its letters that are still drafts do not go."""
    keys = [_key(merge, "merged"), _key(merge, "took_over")]
    for letter in Letter.objects.filter(key__in=keys, status=Letter.Status.DRAFT).order_by("pk"):
        try:
            mailing.cancel(letter, actor=actor, now=now)
        except TransitionNotAllowed:
            continue  # somebody released it this very moment

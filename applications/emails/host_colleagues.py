"""Letters to colleagues of one office: invitation, take-over, answer."""

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
from applications.enums import WayIn
from core import formats, links
from mailing import Recipient
from mailing import services as mailing
from mailing.models import Letter
from mailing.registry import LetterKind

if TYPE_CHECKING:
    from applications.models import HostInvitation, HostSurvey, SurveyColleague, TakeOverRequest

LETTERS = {
    "applications/colleague_invited": LetterKind(
        gettext_lazy("Whom the person in charge of a survey invites to work on it, at once."),
        {
            "municipality": SAMPLE_GMINA,
            "asked_by": "a.nowak@serock.example",
            "until": SAMPLE_MOMENT,
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
    "applications/survey_handed_over": LetterKind(
        gettext_lazy("To whom a survey is handed over, by a colleague or a coordinator, at once."),
        {
            "municipality": SAMPLE_GMINA,
            "until": SAMPLE_MOMENT,
            "deadline": SAMPLE_MOMENT,
            "link": SAMPLE_LINK,
        },
    ),
    "applications/take_over_asked": LetterKind(
        gettext_lazy("The person in charge of a survey that somebody asks to take over, at once."),
        {
            "municipality": SAMPLE_GMINA,
            "asked_by": "j.kowalska@serock.example",
            "due": "piątek, 20 marca 2026",
            "link": SAMPLE_LINK,
        },
    ),
    "applications/take_over_granted": LetterKind(
        gettext_lazy("Who asked to take a survey over and gets it, at once."),
        {"municipality": SAMPLE_GMINA, "deadline": SAMPLE_MOMENT, "link": SAMPLE_LINK},
    ),
    "applications/take_over_refused": LetterKind(
        gettext_lazy("Who asked to take a survey over and does not get it, at once."),
        {"municipality": SAMPLE_GMINA},
    ),
    "applications/survey_begun_by_colleague": LetterKind(
        gettext_lazy("Who asked for the link to a survey that a colleague has begun, at once."),
        {"municipality": SAMPLE_GMINA, "deadline": SAMPLE_MOMENT, "link": SAMPLE_LINK},
    ),
}


def _common(survey: "HostSurvey", language: str, token: str) -> dict[str, object]:
    return {
        "municipality": municipality(survey.gmina, language),
        "deadline": closing_words(survey.edition, survey.gmina, survey, language),
        "link": links.url("applications:survey", token, language),
    }


def colleague_invited(colleague: "SurveyColleague", *, token: str, now: datetime) -> Letter:
    """You may work on it, or it is yours now; the link waits fourteen days for the code."""
    survey, language = colleague.survey, colleague.survey.language
    context = _common(survey, language, token) | {
        "until": formats.moment(colleague.ends_at, language)
    }
    letter = "applications/survey_handed_over"
    if colleague.way == WayIn.INVITED:
        letter = "applications/colleague_invited"
        context["asked_by"] = colleague.asked_by
    return mailing.write(
        key=f"applications.colleague.{colleague.pk}",
        letter=letter,
        to=Recipient(colleague.email, language),
        context=context,
        now=now,
        about=survey,
    )


def take_over_asked(request: "TakeOverRequest", *, token: str, now: datetime) -> Letter:
    """Somebody asks for the survey that you began; by this link you answer."""
    survey, language = request.survey, request.survey.language
    return mailing.write(
        key=f"applications.take_over.{request.pk}.asked",
        letter="applications/take_over_asked",
        to=Recipient(survey.email, language),
        context={
            "municipality": municipality(survey.gmina, language),
            "asked_by": request.email,
            "due": formats.day(request.due_on, language, weekday=True),
            "link": links.url("applications:take_over", token, language),
        },
        now=now,
        about=survey,
    )


def take_over_granted(request: "TakeOverRequest", *, token: str, now: datetime) -> Letter:
    """The survey is yours; by this link you go on."""
    return mailing.write(
        key=f"applications.take_over.{request.pk}.granted",
        letter="applications/take_over_granted",
        to=Recipient(request.email, request.language),
        context=_common(request.survey, request.language, token),
        now=now,
        about=request.survey,
    )


def take_over_refused(request: "TakeOverRequest", *, now: datetime) -> Letter:
    """Your colleague goes on with the survey."""
    return mailing.write(
        key=f"applications.take_over.{request.pk}.refused",
        letter="applications/take_over_refused",
        to=Recipient(request.email, request.language),
        context={"municipality": municipality(request.survey.gmina, request.language)},
        now=now,
        about=request.survey,
    )


def survey_begun_by_colleague(
    invitation: "HostInvitation", *, survey: "HostSurvey", token: str, now: datetime
) -> Letter:
    """A colleague has begun; by this link you see since when, and may ask to take it over."""
    language = invitation.language
    return mailing.write(
        key=f"applications.begun_by_colleague.{links.digest('letter', token)[:32]}",
        letter="applications/survey_begun_by_colleague",
        to=Recipient(invitation.email, language),
        context=_common(survey, language, token),
        now=now,
        about=invitation,
    )

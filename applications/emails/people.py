"""Letters to people whom a survey names: the mentor, the contact person."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from applications.emails.host import SAMPLE_GMINA, closing_words, municipality
from core import links
from mailing import Recipient
from mailing import services as mailing
from mailing.models import Letter
from mailing.registry import LetterKind

if TYPE_CHECKING:
    from applications.models import AddressConfirmation, NamedMentor

SAMPLE_MENTOR_LINK = "https://win4ua.example/ankieta/mentor/x/"

LETTERS = {
    "applications/named_mentor": LetterKind(
        gettext_lazy("The person whom the survey of a municipality names as mentor, at once."),
        {"name": "Jan Kowalski", "municipality": SAMPLE_GMINA, "link": SAMPLE_MENTOR_LINK},
    ),
    "applications/named_mentor_refused": LetterKind(
        gettext_lazy("The contact person, as soon as the mentor named in the survey refuses."),
        {
            "number": "WIN4UA-2026-0147",
            "municipality": SAMPLE_GMINA,
            "mentor": "Jan Kowalski",
            "reason": "We wrześniu jestem na urlopie.",
            "deadline": "wtorek, 31 marca 2026, 23:59 (czas warszawski)",
        },
    ),
    "applications/confirm_address": LetterKind(
        gettext_lazy("The contact person whose address was typed by somebody else, at once."),
        {
            "number": "WIN4UA-2026-0147",
            "municipality": SAMPLE_GMINA,
            "link": "https://win4ua.example/ankieta/adres/x/",
        },
    ),
}


def named_mentor(named: "NamedMentor", *, token: str, now: datetime) -> Letter:
    """Asks the person named as mentor, and says from whom we have the data (RODO, art. 14)."""
    survey = named.survey
    return mailing.write(
        key=f"applications.named_mentor.{named.pk}",
        letter="applications/named_mentor",
        to=Recipient(named.email, survey.language),
        context={
            "name": named.full_name,
            "municipality": municipality(survey.gmina, survey.language),
            "link": links.url("applications:named_mentor", token, survey.language),
        },
        now=now,
        about=named,
    )


def named_mentor_refused(named: "NamedMentor", *, now: datetime) -> Letter:
    """Tells the office that somebody else may be named."""
    survey = named.survey
    language = survey.addressee.language
    return mailing.write(
        key=f"applications.named_mentor.{named.pk}.refused",
        letter="applications/named_mentor_refused",
        to=survey.addressee,
        context={
            "number": survey.number,
            "municipality": municipality(survey.gmina, language),
            "mentor": named.full_name,
            "reason": named.reason or "\u2013",
            "deadline": closing_words(survey.edition, survey.gmina, survey, language),
        },
        now=now,
        about=named,
    )


def confirm_address(asked: "AddressConfirmation", *, token: str, now: datetime) -> Letter:
    """Asks the contact person to confirm that this is the right mailbox (B5)."""
    survey = asked.survey
    return mailing.write(
        key=f"applications.confirm_address.{asked.pk}",
        letter="applications/confirm_address",
        to=Recipient(asked.email, survey.language),
        context={
            "number": survey.number,
            "municipality": municipality(survey.gmina, survey.language),
            "link": links.url("applications:confirm_address", token, survey.language),
        },
        now=now,
        about=asked,
    )

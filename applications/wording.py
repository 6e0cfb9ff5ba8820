"""Reasons of the rules and sources of figures, in words for people."""

import re
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from applications.eligibility import Figure, Reason, Verdict
from core import formats
from programme.enums import PopulationSource

REASONS: dict[Reason, Promise] = {
    Reason.POPULATION_OVER_LIMIT: gettext_lazy(
        "The municipality has more inhabitants than this edition allows."
    ),
    Reason.POPULATION_UNKNOWN: gettext_lazy("The number of inhabitants is not known."),
    Reason.KIND_NOT_ALLOWED: gettext_lazy(
        "Municipalities of this kind do not take part in this edition."
    ),
    Reason.UNIT_NO_LONGER_EXISTS: gettext_lazy(
        "The official register no longer holds this municipality."
    ),
    Reason.UNIT_NOT_VERIFIED: gettext_lazy(
        "The municipality is not in the official register yet and must be verified."
    ),
    Reason.NOT_READY_FOR_PARTNERSHIP: gettext_lazy(
        "The office does not declare openness to partnership with a Ukrainian local government."
    ),
    Reason.NO_WORKPLACE: gettext_lazy("The office cannot offer the intern a place to work."),
    Reason.NO_WINDOW: gettext_lazy("No possible dates of the internship were chosen."),
    Reason.DECLARATIONS_MISSING: gettext_lazy("Required declarations are missing."),
    Reason.AGE_OUT_OF_RANGE: gettext_lazy("The age is outside the range of the programme."),
    Reason.POSITION_TOO_LOW: gettext_lazy("The position is below the middle managerial level."),
    Reason.TOOK_PART_BEFORE: gettext_lazy("The person has already taken part in the programme."),
    Reason.HEAD_NOT_CONFIRMED: gettext_lazy("The head has not confirmed the candidate."),
    Reason.LANGUAGE_COURSE_REFUSED: gettext_lazy(
        "The person is not ready to attend the Polish language course."
    ),
    Reason.NO_PASSPORT: gettext_lazy("There is no valid passport and none has been applied for."),
    Reason.NO_BUSINESS_TRIP: gettext_lazy(
        "The office will not issue an order for the business trip."
    ),
    Reason.MAY_NOT_LEAVE: gettext_lazy(
        "The person has no lawful ground to leave the country for the whole time."
    ),
    Reason.NOMINATION_LETTER_MISSING: gettext_lazy("The letter of nomination is missing."),
    Reason.TOO_MANY_CANDIDATES: gettext_lazy(
        "The hromada has already sent as many candidates as this edition allows."
    ),
}

WRONG_CODE = gettext_lazy(
    "This code is not right, or it no longer works. Check the newest letter, or ask for a new code."
)
ANSWERS_CHANGED = gettext_lazy(
    "An answer has been changed since you opened this page. Please look once more."
)
ALREADY_ON_FILE = gettext_lazy(
    "This code is already on file and is being checked. Please write to us; the address stands at "
    "the foot of the page."
)
WOULD_CHANGE_DECISION = gettext_lazy(
    "With these answers the municipality would no longer meet the conditions, and the decision has "
    "already been made. Please write to us."
)


def lateness_words(survey) -> str:
    """How a survey came after the closing time; empty when it came in time (FT-21, A17)."""
    if not survey.is_late:
        return ""
    if survey.submitted_at < survey.edition.survey_grace_ends_at:
        return _("after the closing time, within the minutes of grace")
    return _("after the closing time, by a late code")


def correction_words(closes_at: datetime, *, now: datetime, language: str) -> str:
    """Until when a sent survey can be corrected by its link, in the language in use (A9)."""
    if now < closes_at:
        until = formats.deadline(closes_at, language)
        return _("You may correct the answers until: %(deadline)s.") % {"deadline": until}
    return _("The time for corrections has ended. If an answer should change, please write to us.")


def gap_words(title: str) -> str:
    """The error of a page with required answers missing."""
    return _("Required answers are missing on the page: %(title)s.") % {"title": title}


def reason_words(reasons: list[str] | tuple[str, ...]) -> list[str]:
    """Sentences for reasons, in the language in use."""
    return [str(REASONS[Reason(reason)]) for reason in reasons]


def source_words(source: str) -> str:
    """Where a figure comes from, in the language in use."""
    return str(PopulationSource(source).label) if source in PopulationSource.values else source


def figure_words(figure: Figure | None, language: str) -> str:
    """ "14 532 (31 grudnia 2025, GUS)": value, day and source of a population figure."""
    if figure is None:
        return _("not known")
    value = formats.number(figure.value, language)
    parts = [formats.day(figure.on, language)] if figure.on else []
    return f"{value} ({', '.join([*parts, source_words(figure.source)])})"


def stored_figure_words(decision, language: str) -> str:
    """The figure that a decision kept."""
    figure = (
        Figure(decision.population, decision.population_on, decision.population_source)
        if decision.population
        else None
    )
    return figure_words(figure, language)


def verdict_words(verdict: Verdict) -> str:
    """The outcome in one sentence."""
    if verdict.is_eligible:
        return _("The municipality meets all conditions.")
    return ngettext(
        "%(count)d condition is not met.", "%(count)d conditions are not met.", len(verdict.reasons)
    ) % {"count": len(verdict.reasons)}


def initials(survey) -> str:
    """ "J… K…" of whoever began the survey: enough for a colleague to know, no name for others.

    From the contact of the invitation, else from the address: "jan.kowalski@…" as well.
    """
    contact = survey.invitation.contact if survey.invitation else None
    if contact is not None and contact.email.lower() == survey.email.lower():
        names = [contact.first_name, contact.last_name]
    else:
        names = re.split(r"[._-]+", survey.email.partition("@")[0])[:2]
    return " ".join(f"{name[0].upper()}…" for name in names if name)

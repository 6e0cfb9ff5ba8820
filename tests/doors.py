"""Standing before a public door for a while, as people do and robots do not (A18)."""

from datetime import timedelta

from django.utils import timezone

from core.doorway import Passage

SURVEY, APPLICATION = "survey_link", "application.start"


def opened(door: str = SURVEY, *, seconds: float = 120) -> dict[str, str]:
    """The hidden field of a form that was opened so many seconds ago."""
    then = timezone.now() - timedelta(seconds=seconds)
    return {"opened": Passage(door, place="", now=then).new_token()}

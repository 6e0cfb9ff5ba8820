"""What a municipality is told of its case: one next step, who has the ball, what has been (P17).

The story goes through rooms that stand after this one, so the wiring composes it; this module holds
its shape, and asks for it by name.
"""

from dataclasses import dataclass, field
from datetime import datetime

from applications.models import HostSurvey
from core.wiring import across_rooms


@dataclass(frozen=True)
class NextStep:
    """One step: `title` what happens now, `text` what to do or to wait for, `ball` whose turn.

    `by`: until when, in words; `why`: reasons, where something was refused. `is_yours`: the office
    has something to do. `is_open`: something still follows.
    """

    title: str
    text: str
    ball: str
    by: str = ""
    by_label: str = ""
    why: list[str] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    is_yours: bool = False
    is_open: bool = True


@dataclass(frozen=True)
class StoryRow:
    """One line of the case: when, in words, and what. `kind` as in the component `timeline`."""

    moment: str
    title: str
    text: str = ""
    kind: str = ""


@dataclass(frozen=True)
class HostStory:
    """The next step, and the lines of the case in the order of time."""

    step: NextStep
    rows: list[StoryRow]


def story_of(survey: HostSurvey, *, now: datetime, language: str) -> HostStory:
    """The story of a survey that was sent at least once, in one of the three languages."""
    return across_rooms("story_of_host")(survey, now=now, language=language)

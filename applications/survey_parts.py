"""The parts of the survey in words: six, and the check before sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.survey_plan import PARTS, Place

PART_NAMES = dict(
    zip(
        PARTS,
        (
            gettext_lazy("The office"),
            gettext_lazy("Cooperation"),
            gettext_lazy("Themes"),
            gettext_lazy("The stay"),
            gettext_lazy("The mentor"),
            gettext_lazy("The last questions"),
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class Step:
    """Where one is: a sentence, and how much of the way is done in per cent."""

    text: str
    done: int


def step_words(place: Place) -> Step:
    """ "Part 2 of 7: Cooperation". One counter alone, and its total is always the same.

    Pages of a part are not counted beside it: two counters on one line contradict each other.
    """
    is_check = place.part > len(PARTS)
    name = _("Check and send") if is_check else PART_NAMES[PARTS[place.part - 1]]
    words = {"part": place.part, "parts": place.parts, "name": name}
    return Step(_("Part %(part)d of %(parts)d: %(name)s") % words, place.done)


def how_far(
    fields: Mapping[str, Field],
    answers: Mapping[str, Any],
    is_missing: bool,
    is_begun: bool = False,
) -> str:
    """How far a page is, in a word; one that may stay empty and is empty is not called done."""
    if is_missing:
        return _("begun, not all filled in") if is_begun else _("to be filled in")
    may_be_empty = bool(fields) and not any(field.required for field in fields.values())
    return _("optional") if may_be_empty and not fields.keys() & answers.keys() else _("done")

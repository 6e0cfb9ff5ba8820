"""The parts of the survey in words: six, and the check before sending."""

from dataclasses import dataclass

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
    """ "Part 2 of 7: Cooperation, page 2". The number of parts is always the same."""
    is_check = place.part > len(PARTS)
    name = _("Check and send") if is_check else PART_NAMES[PARTS[place.part - 1]]
    words = {"part": place.part, "parts": place.parts, "name": name, "page": place.page}
    if is_check:
        return Step(_("Part %(part)d of %(parts)d: %(name)s") % words, place.done)
    return Step(_("Part %(part)d of %(parts)d: %(name)s, page %(page)d") % words, place.done)

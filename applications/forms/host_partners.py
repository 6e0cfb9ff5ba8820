"""Pages of the survey about partner hromadas (C3): found in the register, or typed as they are."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from applications.forms.host_fields import (
    YES_NO,
    SurveyPage,
    WholeNumberField,
    hromada_label,
    line,
    one_of,
)
from applications.survey_plan import PARTNERS_MAX, UNLISTED, as_list
from programme import identifiers
from programme.alphabets import in_both
from programme.ear import hromadas_by_ear
from programme.folding import fold
from programme.models import Hromada
from programme.selectors import find_hromadas

NONE_OF_THESE = "zadna"


class PartnerPage(SurveyPage):
    """C3, one hromada at a time, at most five. Subclasses only say which.

    A name that the register does not know surely opens a second way: a field for the name and the
    oblast, kept as typed. A hromada of the register wins over it.
    """

    position = 0
    hromada = forms.CharField(
        label=_("Hromada: its name or KATOTTG code"),
        max_length=120,
        help_text=_(
            "Write the name in Ukrainian or in Latin letters. If it is not on our list, the page "
            "will ask you for its name and oblast."
        ),
    )
    hromada_wybor = one_of(_("Which of these hromadas?"), required=False)
    od_roku = WholeNumberField(
        label=_("Cooperation since (year)"),
        min_value=1990,
        error_messages={
            "invalid": _("Write the year in four figures, for example 2019."),
            "min_value": _("Write the year in four figures, 1990 or later, for example 2019."),
        },
    )
    zakres = line(_("What the cooperation is about"), least=0, most=300, required=False)
    kolejny = one_of(_("Do you cooperate with another hromada?"), YES_NO)

    def initial_from(self, answers: Any) -> dict[str, Any]:
        """From the n-th row of the list of partners."""
        partners = as_list(answers.get("partnerzy"))
        known = partners[self.position - 1] if len(partners) >= self.position else {}
        return {**known, "hromada": known.get("nazwa") or known.get("katottg", "")}

    def in_words(self, name: str, values: Mapping[str, Any]) -> Any:
        """A hromada that was typed says that the register does not hold it."""
        if name == "hromada" and values.get(UNLISTED):
            return _now("%(typed)s (not in the register)") % {"typed": values[UNLISTED]}
        if name == "hromada" and values.get(name):
            return in_both(str(values[name]))
        return super().in_words(name, values)

    def prepare(self) -> None:
        """Ask which one, when the text typed fits several hromadas, or none surely."""
        if self.position == PARTNERS_MAX:
            del self.fields["kolejny"]
        found = self._found() if self.is_bound else []
        is_unsure = bool(self._typed("hromada")) and not self._is_sure(found)
        if found and is_unsure:
            which = self.fields["hromada_wybor"]
            which.choices = [
                *((h.katottg, hromada_label(h)) for h in found),
                (NONE_OF_THESE, _("None of these")),
            ]
            which.widget.is_required = True  # asked only where an answer is needed
        else:
            del self.fields["hromada_wybor"]
        if is_unsure or self._typed(UNLISTED) or self.initial.get(UNLISTED):
            self._ask_for_its_name()

    def _ask_for_its_name(self) -> None:
        self.fields[UNLISTED] = line(
            _("Not on the list? Write the name of the hromada and its oblast"),
            least=3,
            most=200,
            required=False,
            help_text=_("We will keep it as you write it and look for it ourselves."),
        )
        self.order_fields(["hromada", "hromada_wybor", UNLISTED])
        own = self._typed(UNLISTED) if self.is_bound else self.initial.get(UNLISTED)
        self.fields["hromada"].required = not own

    def _typed(self, name: str) -> str:
        return str(self.data.get(self.add_prefix(name)) or "").strip()

    def _found(self) -> list[Hromada]:
        typed = self._typed("hromada")[:120]
        try:
            code = identifiers.clean_katottg(typed)
        except ValidationError:
            pass
        else:
            return list(Hromada.objects.filter(katottg=code))
        if len(typed) < 3:
            return []
        exact = list(find_hromadas(typed)[:10])
        same = [h for h in exact if h.name.casefold() == typed.casefold()]
        known = self.initial.get("katottg")
        if typed == self.initial.get("nazwa"):
            return list(Hromada.objects.filter(katottg=known))
        return same if len(same) == 1 else exact or hromadas_by_ear(typed, most=5)

    def _is_sure(self, found: list[Hromada]) -> bool:
        """One hromada, and every word typed stands in its name, area or code, not merely alike."""
        if len(found) != 1:
            return False
        [one] = found
        words = fold(self._typed("hromada")).split()
        known = f"{one.search_text} {one.area_text} {one.katottg.lower()}"
        return all(word in known for word in words)

    def clean_od_roku(self) -> int:
        """Not in the future."""
        year = self.cleaned_data["od_roku"]
        if year > self.context.this_year:
            raise ValidationError(_("Write a year that has begun, for example 2019."))
        return year

    def clean(self) -> dict[str, Any]:
        """Exactly one hromada: of the register, else as it was typed."""
        cleaned = super().clean() or {}
        found = self._found() if cleaned.get("hromada") else []
        chosen = cleaned.get("hromada_wybor")
        match = [h for h in found if h.katottg == chosen] or (
            found if self._is_sure(found) and not chosen else []
        )
        if match:
            cleaned |= {"katottg": match[0].katottg, "nazwa": match[0].name, UNLISTED: ""}
        elif cleaned.get(UNLISTED):
            cleaned |= {"katottg": "", "nazwa": ""}
        elif cleaned.get("hromada") and UNLISTED not in self.errors:
            self._say_what_is_unclear(found, chosen)
        return cleaned

    def _say_what_is_unclear(self, found: list[Hromada], chosen: str | None) -> None:
        name, sentence = "hromada_wybor", _("Several hromadas fit. Choose one of them.")
        if chosen == NONE_OF_THESE:
            name, sentence = UNLISTED, _("Write the name of the hromada and its oblast.")
        elif not found:
            name = "hromada"
            sentence = _(
                "No hromada was found. Check the spelling, or write its name and oblast in the "
                "field below."
            )
        elif len(found) == 1:
            sentence = _(
                "No hromada has exactly this name. Choose the one below or correct the name."
            )
        self.add_error(name, sentence)

    def to_answers(self) -> dict[str, Any]:
        """The row of the list."""
        kept = ("katottg", "nazwa", UNLISTED, "od_roku", "zakres", "kolejny")
        return {key: self.cleaned_data[key] for key in kept if key in self.cleaned_data}


def partner_page(number: int) -> type[PartnerPage]:
    """The page about the n-th partner."""
    return type(
        f"PartnerPage{number}",
        (PartnerPage,),
        {
            "position": number,
            "slug": f"partner-{number}",
            "title": format_lazy("{} {}", _("Partner hromada"), number),
            "__doc__": f"C3 for partner {number}.",
        },
    )

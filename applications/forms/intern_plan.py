"""Pages of the application about aims, the project, partners and dates (Е-З)."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.forms.intern_base import InternPageForm
from applications.forms.intern_fields import (
    ChoiceRadio,
    LineField,
    LongTextField,
    WholeNumberField,
    YesNoField,
)
from core import formats
from programme.models import Gmina
from programme.placement_windows import offer, windows_to_offer

THEMES_MAX = 3
PARTNERS_MAX = 5
CURRENCIES = [("UAH", _("hryvnia (UAH)")), ("PLN", _("złoty (PLN)")), ("EUR", _("euro (EUR)"))]
TERYT_IN_TEXT = re.compile(r"(?<!\d)\d{7}(?!\d)", re.ASCII)


class MotivationForm(InternPageForm):
    """Е1, Е2: why, and which problem of the hromada."""

    slug, title = "motyvatsiia", _("Motivation")

    motyvatsiia = LongTextField(
        label=_("Why do you want to take part in the internship?"), min_chars=500, max_chars=2500
    )
    problema = LongTextField(
        label=_("Which problem of the hromada do you want to solve?"),
        min_chars=500,
        max_chars=2500,
    )


class ThemesForm(InternPageForm):
    """Е3: one to three themes out of the vocabulary of the edition."""

    slug, title = "temy", _("Themes of the internship")

    temy = forms.MultipleChoiceField(
        label=_("Which themes matter most to you?"),
        help_text=_("Choose one, two or three. On the next page you put them in order."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose one, two or three themes."),
            "invalid_choice": _("Choose themes from the list."),
        },
    )

    def prepare(self) -> None:
        self.fields["temy"].choices = [
            (theme.code, theme.name) for theme in self.edition.themes.order_by("position", "pk")
        ]

    def clean_temy(self) -> list[str]:
        """At most three; those chosen before keep their order."""
        chosen = list(dict.fromkeys(self.cleaned_data["temy"]))
        if len(chosen) > THEMES_MAX:
            raise ValidationError(
                _("Choose three themes at most. There are %(now)d now."),
                params={"now": len(chosen)},
            )
        before = [code for code in self.application.answers.get("temy", []) if code in chosen]
        return before + [code for code in chosen if code not in before]


class OrderForm(InternPageForm):
    """Е3, second part: the chosen themes, the most important first."""

    slug, title, template = "poriadok", _("Order of the themes"), "order.html"

    temy = forms.MultipleChoiceField(
        label=_("Your themes, the most important first"),
        widget=forms.MultipleHiddenInput,
        error_messages={"required": _("Choose themes first.")},
    )
    rank = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def prepare(self) -> None:
        chosen = self.application.answers.get("temy") or []
        names = {theme.code: theme.name for theme in self.edition.themes.filter(code__in=chosen)}
        self.fields["temy"].choices = [(code, names[code]) for code in chosen if code in names]

    def clean(self) -> dict[str, object]:
        """The order as sent, with the pressed button carried out."""
        cleaned = super().clean()
        order = list(dict.fromkeys(cleaned.get("temy") or []))
        if set(order) != {code for code, name in self.fields["temy"].choices}:
            order = [code for code, name in self.fields["temy"].choices]
        way, _colon, code = (cleaned.pop("rank", "") or "").partition(":")
        if code in order and way in ("up", "down"):
            place = order.index(code)
            other = max(place - 1, 0) if way == "up" else min(place + 1, len(order) - 1)
            order[place], order[other] = order[other], order[place]
            self.was_moved = True
        cleaned["temy"] = order
        return cleaned

    was_moved = False

    @property
    def items(self) -> list[dict[str, str]]:
        """The themes for the rank list."""
        return [{"code": code, "label": name} for code, name in self.fields["temy"].choices]


class LearningForm(InternPageForm):
    """Е4, Е5: what to learn and what to do with it."""

    slug, title = "navchannia", _("What you want to learn")

    navchannia = LongTextField(
        label=_("What exactly do you want to learn in a Polish gmina?"),
        min_chars=200,
        max_chars=1500,
    )
    zminy = LongTextField(
        label=_("How will you use the experience after the return, and to whom pass it on?"),
        min_chars=200,
        max_chars=1500,
    )


class ProjectForm(InternPageForm):
    """Є1-Є4: the idea of a small project."""

    slug, title = "proiekt", _("Idea of a small project")

    ideia_nazva = LineField(label=_("Title of the idea"), min_length=5, max_length=150)
    ideia_opys = LongTextField(
        label=_("Goal, target group, activities, expected result"), min_chars=300, max_chars=2500
    )
    ideia_partner = LongTextField(
        label=_("Role of the Polish partner"), max_chars=1000, required=False
    )
    ideia_biudzhet = WholeNumberField(
        label=_("Approximate budget"),
        help_text=_("A whole number, without kopiikas or groszy."),
        required=False,
        min_value=0,
        max_value=999_999_999,
    )
    ideia_valiuta = ChoiceRadio(
        label=_("Currency of the budget"), choices=CURRENCIES, required=False
    )

    def clean(self) -> dict[str, object]:
        """A sum needs its currency."""
        cleaned = super().clean()
        if cleaned.get("ideia_biudzhet") and not cleaned.get("ideia_valiuta"):
            self.add_error("ideia_valiuta", _("Choose the currency of the budget."))
        return cleaned


class GminaTextField(forms.CharField):
    """A gmina by TERYT code or by its full name; an unclear name is answered with the codes."""

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return ""
        found = TERYT_IN_TEXT.search(text)
        if found:
            if Gmina.objects.valid().filter(teryt=found[0]).exists():
                return found[0]
            raise ValidationError(_("There is no gmina with this TERYT code. Check the digits."))
        named = list(
            Gmina.objects.valid().filter(name__iexact=text.strip()).order_by("teryt", "pk")[:6]
        )
        if len(named) == 1:
            return named[0].teryt
        if named:
            choices = "; ".join(
                f"{each.teryt} ({each.get_kind_display()}, {each.voivodeship})" for each in named
            )
            raise ValidationError(
                _("There are several gminas with this name. Write the code of yours: %(choices)s."),
                params={"choices": choices},
            )
        raise ValidationError(
            _("There is no gmina with this name. Write its TERYT code, for example 1012011.")
        )


class PartnersForm(InternPageForm):
    """Ж1, Ж2: Polish partners and wishes. Partners stand in numbered groups, five at most."""

    slug, title, template = "partnery", _("Polish partners and wishes"), "partners.html"

    bazhaniia_voievodstvo = forms.ChoiceField(
        label=_("Voivodeship you would like to go to"), required=False
    )
    bazhaniia = LongTextField(
        label=_("A gmina you would like to go to, and why"), max_chars=500, required=False
    )

    @classmethod
    def stored(cls, application) -> dict[str, object]:
        initial = super().stored(application)
        partners = application.answers.get("partnery_pl") or []
        for place, partner in enumerate(partners, start=1):
            if isinstance(partner, dict):
                for part in ("gmina", "rik", "uhoda"):
                    initial[f"partner_{place}_{part}"] = partner.get(part)
        return initial

    def prepare(self) -> None:
        areas = (
            Gmina.objects.valid()
            .order_by("voivodeship_code")
            .values_list("voivodeship_code", "voivodeship")
            .distinct()
        )
        self.fields["bazhaniia_voievodstvo"].choices = [("", _("no preference")), *areas]
        wishes = {name: self.fields.pop(name) for name in list(self.fields)}
        for place in range(1, self.rows() + 1):
            self.fields |= self._partner(place)
        self.fields |= wishes

    def rows(self) -> int:
        """Groups on the page: one more than are filled in, or as many as the browser sent."""
        filled = len(self.application.answers.get("partnery_pl") or [])
        sent = [name for name in self.data if re.fullmatch(r"partner_[1-5]_gmina", str(name))]
        return min(max(filled + 1, len(sent)), PARTNERS_MAX)

    @staticmethod
    def _partner(place: int) -> dict[str, forms.Field]:
        return {
            f"partner_{place}_gmina": GminaTextField(
                label=_("Partner %(place)d: gmina (name or TERYT code)") % {"place": place},
                max_length=150,
                required=False,
            ),
            f"partner_{place}_rik": WholeNumberField(
                label=_("Partner %(place)d: since which year") % {"place": place},
                required=False,
                min_value=1990,
                max_value=2100,
                error_messages={
                    "invalid": _("Write the year in four figures, for example 2019."),
                    "min_value": _(
                        "Write the year in four figures, 1990 or later, for example 2019."
                    ),
                    "max_value": _("Write the year in four figures, for example 2019."),
                },
            ),
            f"partner_{place}_uhoda": forms.BooleanField(
                label=_("Partner %(place)d: there is a partnership agreement") % {"place": place},
                required=False,
            ),
        }

    def answers(self) -> dict[str, object]:
        kept = super().answers()
        partners = []
        for place in range(1, PARTNERS_MAX + 1):
            parts = {
                part: kept.pop(f"partner_{place}_{part}", None)
                for part in ("gmina", "rik", "uhoda")
            }
            if parts["gmina"] and parts["gmina"] not in [each["gmina"] for each in partners]:
                partners.append({**parts, "uhoda": bool(parts["uhoda"])})
        return {**kept, "partnery_pl": partners}

    def answers_so_far(self) -> dict[str, object]:
        """Only whole partners are kept in a draft."""
        kept = super().answers_so_far()
        return {name: value for name, value in kept.items() if not name.startswith("partner_")}


class DatesForm(InternPageForm):
    """З1-З6: dates and conditions."""

    slug, title = "terminy", _("Dates and conditions")

    terminy = forms.MultipleChoiceField(
        label=_("When can you come for the internship?"),
        help_text=_("Tick every period that suits you."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one period.")},
    )
    pasport = ChoiceRadio(
        label=_(
            "Do you have a passport for travel that stays valid at least 3 months after the "
            "internship?"
        ),
        choices=[("yes", _("Yes")), ("in_progress", _("I am applying for it")), ("no", _("No"))],
    )
    vidriadzhennia = YesNoField(
        label=_("Will the body issue an order for an official business trip abroad?")
    )
    vyizd = ChoiceRadio(
        label=_("Will you have a lawful ground to leave Ukraine for the whole internship?"),
        help_text=_(
            "For people whom the limits concern. Only the answer is needed: give no details and "
            "no documents."
        ),
        choices=[
            ("yes", _("Yes")),
            ("no", _("No")),
            ("not_applicable", _("The limits do not concern me")),
        ],
    )
    umovy = YesNoField(label=_("Do you have a computer and internet for learning online?"))
    potreby = LongTextField(
        label=_("Special needs (accessibility)"),
        help_text=_(
            "You need not answer. Up to 1000 characters. What you write is stored encrypted, and "
            "only those who prepare the journey read it."
        ),
        max_chars=1000,
        required=False,
    )
    potreby_zhoda = forms.BooleanField(
        label=_("I agree to the processing of what I wrote about my needs"), required=False
    )

    def prepare(self) -> None:
        windows = windows_to_offer(
            self.edition,
            today=formats.day_in_warsaw(timezone.now()),
            language=get_language() or "uk",
            chosen=self.application.answers.get("terminy"),
        )
        offer(self.fields["terminy"], windows)

    def clean(self) -> dict[str, object]:
        """Needs are kept only with the consent that belongs to them."""
        cleaned = super().clean()
        if cleaned.get("potreby") and not cleaned.get("potreby_zhoda"):
            self.add_error(
                "potreby_zhoda", _("Tick the consent, or leave the field on needs empty.")
            )
        return cleaned

"""The evaluation sheet and the declaration of impartiality."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.forms.intern_fields import LongTextField
from applications.models import Evaluation
from applications.services.evaluation import COMMENT_MIN
from core.forms import PageForm

COMMENT_MAX = 3000


class ImpartialityForm(PageForm):
    """Yes, or a conflict of interest with its reason."""

    no_conflict = forms.BooleanField(
        label=_(
            "I declare that I am impartial: I have no family, professional or other tie to the "
            "candidate or the body that could influence my evaluation."
        ),
        error_messages={
            "required": _("Tick the declaration, or tell us below why you cannot evaluate.")
        },
    )


class RecusalForm(PageForm):
    """Why an evaluator cannot evaluate this application."""

    reason = LongTextField(label=_("Reason"), min_chars=3, max_chars=1000)


class SheetForm(PageForm):
    """Points by criterion and one comment. A draft may have gaps; a final sheet may not."""

    action = forms.ChoiceField(
        choices=[("draft", "draft"), ("final", "final")], required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, evaluation: Evaluation, **options):
        self.criteria = list(
            evaluation.application.edition.merit_criteria.order_by("position", "pk")
        )
        given = {score.criterion_id: score.points for score in evaluation.scores.all()}
        initial = {"comment": evaluation.comment}
        initial |= {
            f"points_{each.code}": f"{given[each.pk].normalize():f}"
            for each in self.criteria
            if each.pk in given
        }
        super().__init__(*args, initial=initial, **options)
        language = get_language() or "pl"
        must = not self.is_bound or self.is_final  # a draft may have gaps
        for each in self.criteria:
            self.fields[f"points_{each.code}"] = forms.DecimalField(
                label=each.name_in(language).capitalize(),
                help_text=_("From 0 to %(most)d points.") % {"most": each.max_points},
                min_value=Decimal(0),
                max_value=Decimal(each.max_points),
                max_digits=5,
                decimal_places=2,
                required=must,
                error_messages={
                    "required": _("Give points for this criterion."),
                    "invalid": _("Write points as a number, for example 15."),
                    "max_value": _("Give %(limit_value)s points at most."),
                    "min_value": _("Points cannot be below zero."),
                },
                widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "width-10"}),
            )
        self.fields["comment"] = LongTextField(
            label=_("Comment"),
            help_text=_("At least %(least)s characters in a final sheet.") % {"least": COMMENT_MIN},
            max_chars=COMMENT_MAX,
            required=must,
        )

    @property
    def is_final(self) -> bool:
        """The button that makes the sheet final was pressed."""
        return self.data.get("action") == "final"

    def clean(self) -> dict[str, object]:
        """A final sheet has all points and the comment."""
        cleaned = super().clean()
        if not self.is_final:
            return cleaned
        for each in self.criteria:
            name = f"points_{each.code}"
            if name not in self.errors and cleaned.get(name) is None:
                self.add_error(name, _("Give points for this criterion."))
        comment = cleaned.get("comment") or ""
        if "comment" not in self.errors and len(comment.strip()) < COMMENT_MIN:
            self.add_error(
                "comment",
                ValidationError(
                    _("Write at least %(least)s characters. There are %(now)s now."),
                    params={"least": COMMENT_MIN, "now": len(comment.strip())},
                ),
            )
        return cleaned

    @property
    def scores(self) -> dict[str, Decimal | None]:
        """Points by code of the criterion."""
        return {each.code: self.cleaned_data.get(f"points_{each.code}") for each in self.criteria}

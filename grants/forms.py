"""What the hromada, its partner, evaluators and coordinators fill in here."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.formats import WARSAW, money
from core.forms import PageForm
from core.uploads import UploadField
from core.widgets import DateFieldsField
from grants import rules
from grants.enums import Source
from grants.fields import FigureField
from grants.models import BudgetLine, GrantCall, SmallProject
from programme.models import Edition

AREA = {"widget": forms.Textarea}
MONEY = {"max_digits": 12, "decimal_places": 2}
MOST = Decimal("9999999999.99")  # what a column of money holds


class WordsForm(PageForm):
    """A page of the application: its fields are read from and written to the project."""

    def __init__(self, *args, project: SmallProject, **kwargs):
        """Filled in with what was kept before."""
        super().__init__(*args, **kwargs)
        self.call: GrantCall = project.call
        for name in self.fields:
            self.initial.setdefault(name, getattr(project, name))


class IdeaForm(WordsForm):
    """What the project is about."""

    title = forms.CharField(label=_("Title of the project"), min_length=5, max_length=150)
    summary = forms.CharField(
        label=_("Summary in Polish or English"), min_length=100, max_length=1500, **AREA
    )
    need = forms.CharField(
        label=_("Which need does it answer, and how does it fit the strategy of the hromada?"),
        min_length=100,
        max_length=2500,
        **AREA,
    )
    learned = forms.CharField(
        label=_("How does it use what was learned in the internship?"),
        min_length=50,
        max_length=2500,
        **AREA,
    )


class PlanForm(WordsForm):
    """What will be done, and when."""

    actions = forms.CharField(
        label=_("Goals, actions, results and indicators"), min_length=100, max_length=4000, **AREA
    )
    risks = forms.CharField(
        label=_("Schedule, risks and security"), min_length=50, max_length=2500, **AREA
    )
    lasting = forms.CharField(
        label=_("What will last, and who will hear of it?"), min_length=50, max_length=2500, **AREA
    )
    starts_on = DateFieldsField(label=_("First day of the project"))
    ends_on = DateFieldsField(label=_("Last day of the project"))

    def clean(self) -> dict:
        """Within the period of the call (G1)."""
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        period = {
            "first": f"{self.call.starts_on:%d.%m.%Y}",
            "last": f"{self.call.ends_on:%d.%m.%Y}",
        }
        sentence = _("The project has to lie between %(first)s and %(last)s.")
        if first and first < self.call.starts_on:
            self.add_error("starts_on", ValidationError(sentence, params=period))
        if last and last > self.call.ends_on:
            self.add_error("ends_on", ValidationError(sentence, params=period))
        if first and last and last < first:
            self.add_error("ends_on", _("The last day cannot lie before the first."))
        return cleaned


class PartnerForm(WordsForm):
    """What the Polish partner does."""

    partner_role = forms.CharField(
        label=_("What will the Polish partner do?"), min_length=50, max_length=2500, **AREA
    )


WORD_PAGES = {"idea": IdeaForm, "plan": PlanForm, "partner": PartnerForm}


class LineForm(PageForm):
    """One line of the budget; totals are computed, never typed (G3)."""

    category = forms.ModelChoiceField(label=_("Category"), queryset=None)
    description = forms.CharField(label=_("What for"), min_length=3, max_length=200)
    unit = forms.CharField(
        label=_("Unit"), max_length=40, help_text=_("For example: piece, day, hour.")
    )
    quantity = FigureField(
        label=_("Quantity"), min_value=Decimal("0.01"), max_digits=9, decimal_places=2
    )
    unit_price = FigureField(label=_("Price of a unit"), min_value=Decimal("0.01"), **MONEY)
    grant = FigureField(
        label=_("From the grant"),
        min_value=Decimal(0),
        help_text=_("The rest of the line is your own contribution."),
        **MONEY,
    )

    def __init__(self, *args, project: SmallProject, **kwargs):
        """Categories of the edition, in the language of the page."""
        super().__init__(*args, **kwargs)
        self.currency = project.call.currency
        categories = project.call.edition.budget_categories.order_by("position", "pk")
        self.fields["category"].queryset = categories
        name = f"name_{get_language()}"
        self.fields["category"].label_from_instance = lambda one: getattr(one, name)

    def clean(self) -> dict:
        """The part from the grant is not larger than the line, and the line is not absurd."""
        cleaned = super().clean()
        quantity, price = cleaned.get("quantity"), cleaned.get("unit_price")
        if None in (quantity, price):
            return cleaned
        total, grant = rules.line_total(quantity, price), cleaned.get("grant")
        if total > MOST:
            self.add_error("unit_price", _("The line is too large: please check the price."))
        elif grant is not None and grant > total:
            shown = money(total, self.currency, get_language())
            text = _("This line comes to %(total)s. The part from the grant cannot be larger.")
            self.add_error("grant", ValidationError(text, params={"total": shown}))
        return cleaned


class PartnerAnswerForm(PageForm):
    """The partner's yes or no to exactly this application."""

    answer = forms.ChoiceField(
        label=_("Do you confirm the partnership in this project?"),
        choices=[("yes", _("Yes, we confirm our part as described")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    has_read = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    remark = forms.CharField(
        label=_("Remark, or the reason if you do not confirm"),
        max_length=500,
        required=False,
        **AREA,
    )

    def clean(self) -> dict:
        """A refusal has a reason that reaches the other side (P9)."""
        cleaned = super().clean()
        if cleaned.get("answer") == "no" and not cleaned.get("remark"):
            self.add_error("remark", _("Please tell the hromada why."))
        return cleaned


class SheetForm(PageForm):
    """The evaluation sheet: points and a comment for each criterion of the edition.

    A draft may have gaps; a final sheet may not (G4).
    """

    def __init__(self, *args, edition: Edition, **kwargs):
        """Two fields for each criterion; the button "draft" asks less."""
        super().__init__(*args, **kwargs)
        self.is_draft = is_draft = "draft" in self.data
        self.codes = []
        for row in edition.grant_criteria.order_by("position", "pk"):
            self.codes.append(row.code)
            name = getattr(row, f"name_{get_language()}")
            self.fields[f"points_{row.code}"] = forms.IntegerField(
                label=name,
                min_value=0,
                max_value=row.max_points,
                required=not is_draft,
                help_text=_("Whole points, at most: %(most)s") % {"most": row.max_points},
            )
            self.fields[f"comment_{row.code}"] = forms.CharField(
                label=_("Comment on: %(criterion)s") % {"criterion": name},
                min_length=None if is_draft else 50,
                max_length=3000,
                required=not is_draft,
                help_text=_("At least 50 characters."),
                **AREA,
            )

    @staticmethod
    def initial_of(scores: dict, comments: dict) -> dict:
        """What was kept in a draft, as values of the fields."""
        return {f"points_{code}": value for code, value in scores.items()} | {
            f"comment_{code}": value for code, value in comments.items()
        }

    @property
    def scores(self) -> dict[str, int]:
        """Points by criterion, without the gaps of a draft."""
        points = {code: self.cleaned_data[f"points_{code}"] for code in self.codes}
        return {code: value for code, value in points.items() if value is not None}

    @property
    def comments(self) -> dict[str, str]:
        """Comments by criterion."""
        return {code: self.cleaned_data[f"comment_{code}"] for code in self.codes}


class DocumentForm(PageForm):
    """One accounting document, tied to a budget line (G13)."""

    line = forms.ModelChoiceField(label=_("Budget line"), queryset=BudgetLine.objects.none())
    number = forms.CharField(label=_("Number of the document"), max_length=80)
    issued_on = DateFieldsField(label=_("Issued on"))
    seller = forms.CharField(label=_("Seller"), max_length=200)
    seller_tax_id = forms.CharField(
        label=_("Tax number of the seller"), max_length=20, required=False
    )
    description = forms.CharField(label=_("What for"), max_length=200)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[("UAH", "UAH"), ("PLN", "PLN"), ("EUR", "EUR")]
    )
    amount = FigureField(
        label=_("Amount"), min_value=Decimal("0.01"), max_digits=14, decimal_places=2
    )
    rate = FigureField(
        label=_("Rate: zlotys for one unit of the currency"),
        min_value=Decimal("0.000001"),
        max_digits=12,
        decimal_places=6,
        help_text=_("For zlotys: 1."),
    )
    rate_on = DateFieldsField(label=_("Day of the rate"))
    rate_table = forms.CharField(
        label=_("Number of the table of rates"), max_length=40, required=False
    )
    source = forms.ChoiceField(label=_("Paid from"), choices=Source, widget=forms.RadioSelect)
    paid_on = DateFieldsField(label=_("Paid on"))
    scan = UploadField(
        label=_("Scan of the document"),
        kinds={"pdf", "image"},
        max_bytes=10 * 1024 * 1024,
        required=False,
    )

    def __init__(self, *args, project: SmallProject, owner: str, **kwargs):
        """The lines of the agreed budget; `owner` as for the stored scan."""
        super().__init__(*args, **kwargs)
        self.fields["scan"].owner = owner
        self.fields["line"].queryset = project.lines.order_by("position", "pk")

    def clean(self) -> dict:
        """The zloty has the rate 1; a document that costs less than a grosz is a slip."""
        cleaned = super().clean()
        amount, rate = cleaned.get("amount"), cleaned.get("rate")
        if cleaned.get("currency") == "PLN" and rate not in (None, Decimal(1)):
            self.add_error("rate", _("The rate of the zloty is 1."))
        elif None not in (amount, rate) and not 0 < rules.in_zloty(amount, rate) <= MOST:
            self.add_error("amount", _("Please check the amount and the rate."))
        for name in ("issued_on", "paid_on", "rate_on"):
            _refuse_future(self, name)
        return cleaned


def _refuse_future(form: forms.Form, name: str) -> None:
    value = form.cleaned_data.get(name)
    if value and value > timezone.now().astimezone(WARSAW).date():
        form.add_error(name, _("This day is still to come. Please check the date."))


class NarrativeForm(PageForm):
    """The words of a report."""

    narrative = forms.CharField(
        label=_("What was done, and with what result?"), min_length=100, max_length=8000, **AREA
    )


class ReasonForm(PageForm):
    """Why something goes back or is decided so."""

    reason = forms.CharField(label=_("Reason"), min_length=5, max_length=1000, **AREA)


class AssignForm(PageForm):
    """Who evaluates a project."""

    evaluators = forms.ModelMultipleChoiceField(
        label=_("Evaluators"), queryset=None, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, people, **kwargs):
        """`people` are those with the role."""
        super().__init__(*args, **kwargs)
        self.fields["evaluators"].queryset = people


class SignedForm(PageForm):
    """When the agreement was signed, with the signed copy."""

    signed_on = DateFieldsField(label=_("Signed on"))
    scan = UploadField(
        label=_("Signed copy"), kinds={"pdf"}, max_bytes=10 * 1024 * 1024, required=False
    )

    def clean(self) -> dict:
        """Signed today at the latest."""
        cleaned = super().clean()
        _refuse_future(self, "signed_on")
        return cleaned


class PaidForm(PageForm):
    """The day on which the bank paid."""

    paid_on = DateFieldsField(label=_("Paid on"))

    def clean(self) -> dict:
        """Paid today at the latest."""
        cleaned = super().clean()
        _refuse_future(self, "paid_on")
        return cleaned

"""Forms around the application: entrance, door of a link, sending, the head, the journey."""

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import FileKind, MayLeave
from applications.forms.intern_fields import ChoiceRadio, LineField, LongTextField, YesNoField
from core.doorway import DoorwayForm
from core.forms import PageForm
from core.proof import AddressStartField, prove
from core.widgets import DateFieldsField
from mailing.addresses import AddressField
from programme.models import Hromada
from programme.selectors import find_hromadas

FOUND_MAX = 10


class StartForm(DoorwayForm):
    """Which hromada, and where to send the link. Works as a search page without JavaScript."""

    hromada = forms.CharField(
        label=_("Territorial hromada"),
        max_length=150,
        error_messages={"required": _("Write the name of your hromada and choose it.")},
    )
    hromada_value = forms.CharField(required=False, max_length=19, widget=forms.HiddenInput)
    hromada_found = forms.CharField(required=False, max_length=19, widget=forms.HiddenInput)
    search = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    email = AddressField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("We send the personal link to your application there."),
        error_messages={
            "required": _("Write your e-mail address, for example olena@hromada.gov.ua"),
            "invalid": _("Write a whole e-mail address, for example olena@hromada.gov.ua"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    url = reverse_lazy("applications:intern_hromadas")
    found: list[Hromada] = []
    chosen: Hromada | None = None

    @property
    def is_search(self) -> bool:
        """The search button was pressed: show what was found, send nothing."""
        return self.is_bound and bool(self.data.get("search"))

    def only_searched(self) -> None:
        """After the search button: say only what concerns the hromada."""
        if self.chosen is not None:
            self.errors.pop("hromada", None)
        self.errors.pop("email", None)

    def clean(self) -> dict[str, object]:
        """Exactly one hromada: ticked in the list, suggested, or the only one found."""
        cleaned = super().clean()
        text = cleaned.get("hromada") or ""
        code = cleaned.get("hromada_found") or cleaned.get("hromada_value")
        if code:
            self.chosen = Hromada.objects.valid().filter(katottg=code).first()
        if self.chosen is None and text:
            self.found = list(find_hromadas(text)[:FOUND_MAX])
            same = [each for each in self.found if each.name.casefold() == text.casefold()]
            if len(self.found) == 1 or len(same) == 1:
                self.chosen = (same or self.found)[0]
        if self.chosen is None and text:
            if self.found:
                self.add_error("hromada", _("Choose your hromada from the list below."))
            else:
                self.add_error(
                    "hromada", _("No hromada was found. Check the spelling, e.g. Козельщинська.")
                )
        cleaned["chosen"] = self.chosen
        return cleaned

    @property
    def typed(self) -> str:
        """What stands in the search field."""
        return str(self.data.get("hromada", "")) if self.is_bound else ""

    @property
    def chosen_code(self) -> str:
        """The code of the hromada that is chosen, for the hidden field."""
        return self.chosen.katottg if self.chosen else ""

    @property
    def hromada_error(self) -> str:
        """The refusal beside the search field."""
        return next(iter(self.errors.get("hromada", [])), "") if self.is_bound else ""

    @property
    def results(self) -> list[dict[str, object]]:
        """What was found, for the list without JavaScript."""
        rows = self.found or ([self.chosen] if self.is_search and self.chosen else [])
        return [
            {
                "value": each.katottg,
                "label": each.name_in_both,
                "hint": f"{each.get_kind_display()}, {each.area}",
                "checked": each == self.chosen,
            }
            for each in rows
        ]


class SearchForm(forms.Form):
    """What was typed into a search that suggests."""

    q = forms.CharField(max_length=100, min_length=2)


class FirstLettersForm(PageForm):
    """A visible act that no mail robot does: the beginning of one's own address (SEC-M3)."""

    letters = AddressStartField()

    def __init__(self, *args, address: str, **options):
        self.address = address
        super().__init__(*args, **options)

    def clean_letters(self) -> str:
        """Three characters at least, and the address begins with them."""
        return prove(self.address, self.cleaned_data["letters"])


class CodeForm(PageForm):
    """The six digits that were mailed."""

    code = forms.CharField(
        label=_("Code from the letter"),
        help_text=_("Six digits. The code works for 10 minutes."),
        max_length=20,
        error_messages={"required": _("Write the six digits from the letter.")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "spellcheck": "false",
                "class": "width-10",
            }
        ),
    )

    def clean_code(self) -> str:
        """Digits only."""
        return "".join(each for each in self.cleaned_data["code"] if each.isdecimal())


class PageButtons(forms.Form):
    """Which button of a page was pressed, and where to go back to."""

    action = forms.ChoiceField(
        choices=[("next", "next"), ("later", "later"), ("again", "again")], required=False
    )
    back = forms.ChoiceField(choices=[("check", "check")], required=False)
    remove_lyst = forms.BooleanField(required=False)
    remove_cv = forms.BooleanField(required=False)
    remove_nakaz = forms.BooleanField(required=False)

    @property
    def removed(self) -> tuple[str, ...]:
        """Kinds of files to take out."""
        self.is_valid()
        return tuple(
            kind for kind in FileKind.values if self.cleaned_data.get(f"remove_{kind}") is True
        )

    @property
    def pressed(self) -> str:
        """The button, "next" when unknown."""
        self.is_valid()
        return self.cleaned_data.get("action") or "next"

    @property
    def is_later(self) -> bool:
        """The page is put away for later."""
        return self.pressed == "later"

    @property
    def goes_back(self) -> bool:
        """Came from the page where all answers are checked."""
        self.is_valid()
        return self.cleaned_data.get("back") == "check"


class WithdrawForm(PageForm):
    """To be sure."""

    sure = forms.BooleanField(
        label=_("Yes, I withdraw my application"),
        error_messages={"required": _("Tick the box if you want to withdraw.")},
    )
    reason = LongTextField(label=_("Reason"), max_chars=500, required=False)


class HeadAnswerForm(FirstLettersForm):
    """The head confirms the candidacy, or refuses with a reason."""

    answer = ChoiceRadio(
        label=_("Your answer"),
        choices=[
            ("confirm", _("I confirm the candidacy")),
            ("refuse", _("I do not support the candidacy")),
        ],
    )
    reason = LongTextField(
        label=_("Reason"),
        help_text=_("Only if you do not support the candidacy. Up to 1000 characters."),
        max_chars=1000,
        required=False,
    )
    field_order = ["answer", "reason", "letters"]

    def clean(self) -> dict[str, object]:
        """A refusal needs its reason; a confirmation keeps none."""
        cleaned = super().clean()
        if cleaned.get("answer") == "refuse" and not cleaned.get("reason"):
            self.add_error("reason", _("Write why, in one sentence at least."))
        return cleaned


class JourneyForm(PageForm):
    """What the candidate says about the journey: yes or no, and the business-trip order."""

    passport_ok = YesNoField(
        label=_("Do you have a passport that is valid at least 3 months after the internship?")
    )
    trip_order_number = LineField(
        label=_("Number of the business-trip order"), min_length=1, max_length=60, required=False
    )
    trip_order_on = DateFieldsField(label=_("Date of the order"), required=False)
    trip_from_on = DateFieldsField(label=_("Business trip from"), required=False)
    trip_to_on = DateFieldsField(label=_("Business trip to"), required=False)
    may_leave = ChoiceRadio(
        label=_("Will you have a lawful ground to leave Ukraine for the whole time?"),
        help_text=_("Only the answer is needed: give no details and no documents."),
        choices=[
            (MayLeave.YES, _("Yes")),
            (MayLeave.NO, _("No")),
            (MayLeave.NOT_APPLICABLE, _("The limits do not concern me")),
        ],
    )

    def clean(self) -> dict[str, object]:
        """The trip ends after it begins."""
        cleaned = super().clean()
        begins, ends = cleaned.get("trip_from_on"), cleaned.get("trip_to_on")
        if begins and ends and ends < begins:
            self.add_error("trip_to_on", _("The business trip must end after it begins."))
        return cleaned

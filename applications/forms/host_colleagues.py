"""Forms of colleagues at one survey: inviting, answering a request, handing over by staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import TakeOverStatus
from applications.forms.host_door import BeginForm
from core.forms import PageForm
from mailing.addresses import AddressField

INVITE, HAND_OVER = "invite", "hand_over"
WRONG_ADDRESS = {
    "required": _("Write the e-mail address of your colleague."),
    "invalid": _("Write the e-mail address as name@office.pl, for example a.nowak@serock.pl."),
}


class ColleagueForm(PageForm):
    """Whom to let in, and whether the survey is hers from then on (A15)."""

    email = AddressField(
        label=_("E-mail address of your colleague"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages=WRONG_ADDRESS,
    )
    way = forms.ChoiceField(
        label=_("What should the colleague do?"),
        choices=[
            (INVITE, _("Work on the survey together with me")),
            (HAND_OVER, _("Take charge of the survey instead of me")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the colleague should do.")},
    )


class TakeOverAnswerForm(BeginForm):
    """Hand over or not; with the address of the letter, which a robot does not type (SEC-M3)."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (TakeOverStatus.GRANTED, _("I hand the survey over")),
            (TakeOverStatus.REFUSED, _("I will finish the survey myself")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose your answer.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.order_fields(["answer", "email"])


class HandOverForm(PageForm):
    """A coordinator hands a survey over, with the reason."""

    email = AddressField(
        label=_("E-mail address of the person who takes charge"),
        max_length=254,
        error_messages=WRONG_ADDRESS,
    )
    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=2000,
        help_text=_("For example: the person has left the office. It stays on the record."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    closes_former = forms.BooleanField(
        label=_("Close the links of the person who had the survey until now"), required=False
    )


class TakeOverReasonForm(PageForm):
    """Why a coordinator answers in place of the person who began."""

    answer = TakeOverAnswerForm.base_fields["answer"]
    reason = HandOverForm.base_fields["reason"]

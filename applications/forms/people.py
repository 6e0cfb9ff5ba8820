"""What people whom a survey names fill in on the page behind their link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm
from core.proof import AddressProofMixin


class MentorAnswerForm(AddressProofMixin, PageForm):
    """Whether the person named takes on the role of mentor."""

    answer = forms.ChoiceField(
        label=_("Do you take on the role of mentor?"),
        choices=[("yes", _("Yes, I will be the mentor")), ("no", _("No, I cannot"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("If not: why? The office will read this."), max_length=300, required=False
    )


class ConfirmAddressForm(AddressProofMixin, PageForm):
    """Shows that a person reads the mailbox."""

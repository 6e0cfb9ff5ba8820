"""Forms of the panel about a survey taken by telephone."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PageForm
from mailing.addresses import AddressField
from programme.models import Gmina
from programme.selectors import find_gminas

MOST_FOUND = 20


class FindGminaForm(PageForm):
    """Which municipality; a GET form."""

    q = forms.CharField(label=_("Name, powiat or TERYT code"), max_length=100, required=False)

    def found(self) -> list[Gmina]:
        """The municipalities that fit, best first."""
        self.is_valid()
        return list(find_gminas(self.cleaned_data.get("q", ""))[:MOST_FOUND])


class CallerForm(PageForm):
    """Who is on the telephone, and where the copy goes."""

    caller = forms.CharField(
        label=_("Who is on the telephone: name and position"),
        min_length=3,
        max_length=200,
        help_text=_("For example: Anna Nowak, secretary of the gmina."),
    )
    email = AddressField(
        label=_("E-mail address of the office"),
        max_length=254,
        help_text=_("The copy and the link to confirm go to the contact person of the survey."),
    )


class StatedForm(PageForm):
    """Declarations made on the telephone by a named person, after they were read out."""

    stated_by = forms.CharField(
        label=_("Who stated the declarations: name and position"),
        min_length=3,
        max_length=200,
        error_messages={"required": _("Write who stated the declarations.")},
    )
    was_read_out = forms.BooleanField(
        label=_("I read out the declarations and the privacy notice, and this person stated them"),
        error_messages={
            "required": _("Confirm that the declarations and the privacy notice were read out.")
        },
    )

    def clean_stated_by(self) -> str:
        """A name and something more."""
        typed = " ".join(self.cleaned_data["stated_by"].split())
        if len(typed.split()) < 2:
            raise ValidationError(_("Write the first and last name, and the position."))
        return typed

"""Bases of the house's forms, and the forms of this room."""

import unicodedata
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
)
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core import audit, roles
from core.counts import grouped
from core.models import User

LINE_ENDS = "\n\t"
ROLE_NAMES = [
    (roles.COORDINATOR, _("Coordinator")),
    (roles.ADMINISTRATOR, _("Administrator")),
    (roles.AUDITOR, _("Auditor: reads, changes nothing")),
    (roles.EVALUATOR, _("Evaluator")),
    (roles.MENTOR, _("Mentor")),
    (roles.INTERN, _("Intern")),
    (roles.HROMADA_CONTACT, _("Contact of a hromada")),
]

# The narrower kind of field first.
WHAT_TO_DO = (
    (forms.BooleanField, _("Tick the box to go on.")),
    (forms.FileField, _("Choose a file.")),
    (forms.MultipleChoiceField, _("Choose at least one answer.")),
    (forms.ChoiceField, _("Choose one of the answers.")),
    (forms.Field, _("Write an answer.")),
)


WHAT_IS_BEYOND = {
    MinLengthValidator: _(
        "The text is too short. Least number of characters: %(limit_value)s, now: %(show_value)s."
    ),
    MaxLengthValidator: _(
        "The text is too long. Greatest number of characters: %(limit_value)s, now: %(show_value)s."
    ),
    MinValueValidator: _("The number is too small. The least is: %(limit_value)s."),
    MaxValueValidator: _("The number is too large. The greatest is: %(limit_value)s."),
}


def clean_text(value: str) -> str:
    """What a person typed, in one spelling: NFC, one kind of line end, no control characters."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    kept = lines
    if not lines.isprintable():  # nearly all are, and are not looked at letter by letter
        kept = "".join(
            letter
            for letter in lines
            if letter in LINE_ENDS or unicodedata.category(letter) not in ("Cc", "Cs")
        )
    return unicodedata.normalize("NFC", kept)


class PageForm(forms.Form):
    """Base of the forms on public pages: cleaned text, our templates, errors in field order."""

    error_css_class = "field-error"
    required_css_class = "field-required"

    def __init__(self, data=None, files=None, **options):
        super().__init__(self._cleaned(data), files, **options)
        if self.is_bound:  # a form that is only shown refuses nothing
            for field in self.fields.values():
                self._say_what_to_do(field)
                field.validators = [self._in_our_words(check) for check in field.validators]

    @cached_property
    def helper(self) -> FormHelper:
        """For `{% crispy form %}`; the filter `|crispy` does without."""
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        return helper

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django does; counts in the sentence are written with their thousands apart."""
        for each in getattr(error, "error_list", []):
            if each.params:
                each.params = {name: grouped(value) for name, value in each.params.items()}
        super().add_error(field, error)

    @staticmethod
    def _in_our_words(check: Any) -> Any:
        """A bound of Django's with our sentence: its Polish one is too familiar for an office."""
        words = WHAT_IS_BEYOND.get(type(check))
        if words is None or check.message is not type(check).message:
            return check
        return type(check)(check.limit_value, words)

    @staticmethod
    def _say_what_to_do(field: forms.Field) -> None:
        """An empty field is told what to do (W13), where its form has no better words."""
        unsaid = forms.Field.default_error_messages["required"]
        if field.error_messages.get("required") is unsaid:
            field.error_messages["required"] = next(
                words for kind, words in WHAT_TO_DO if isinstance(field, kind)
            )

    @staticmethod
    def _cleaned(data):
        if data is None or not hasattr(data, "lists"):
            return data
        cleaned = data.copy()
        for name, values in data.lists():
            cleaned.setlist(
                name, [clean_text(each) if isinstance(each, str) else each for each in values]
            )
        return cleaned


class PasswordSignInForm(PageForm):
    """Address and password of a member of staff."""

    username = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SecondFactorForm(PageForm):
    """Six digits from the application on the phone, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_(
            "Six digits from the application on your phone, or one of your recovery codes."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """Without the spaces and dashes that people type."""
        return "".join(self.cleaned_data["code"].replace("-", "").split())


class FirstCodeForm(SecondFactorForm):
    """The first code of a phone that is being connected."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["code"].help_text = _("Six digits, as the application shows them.")


class RolesForm(PageForm):
    """Which roles a person has."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple, choices=ROLE_NAMES
    )

    def __init__(self, *args, user: User, **options):
        held = list(user.groups.values_list("name", flat=True))
        super().__init__(*args, initial={"roles": held}, **options)


class OwnPasswordForm(PasswordChangeForm):
    """A member of staff chooses a new password."""

    def save(self, commit: bool = True) -> User:
        """Keep the password; it is no longer the one that somebody else drew."""
        with transaction.atomic():
            self.user.password_is_temporary = False
            user = super().save(commit)
            audit.record(action="core.user.password_changed", target=user, actor=user)
        return user

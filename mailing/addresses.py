"""Which e-mail addresses a letter may go to."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

LENGTH = 254
PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[\w.-]+\Z")
_django = EmailValidator()


class BadAddress(ValueError):
    """One letter cannot go to this address."""


def validate_address(value: str) -> None:
    """For forms: an address to which our letters can go. Raises `ValidationError`."""
    message = _("Enter one e-mail address, for example sekretariat@gmina.pl.")
    if len(value) > LENGTH or not PLAIN.match(value):
        raise ValidationError(message, code="invalid")
    _django(value)
    try:
        value.rpartition("@")[2].encode("idna")
    except UnicodeError as error:
        raise ValidationError(message, code="invalid") from error


def one_address(value: object) -> str:
    """The one plain address in `value`: no name, no list, no line end. Raises `BadAddress`.

    Django takes `["a@x.pl, b@y.pl"]` for one recipient (SEC-T, T3), so this is asked both when a
    letter is written and when it is sent.
    """
    if not isinstance(value, str):
        raise BadAddress("An address is text")
    try:
        validate_address(value)
    except ValidationError as error:
        raise BadAddress(f"{value[:80]!r} is not one plain e-mail address") from error
    return value


class AddressField(forms.EmailField):
    """An e-mail address to which our letters can go; Django's own field lets more through.

    `"a b"@gmina.pl` and `a@[10.0.0.1]` are addresses to Django, but not to `one_address`.
    """

    default_validators = [validate_address]

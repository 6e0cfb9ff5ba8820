"""Questions of the application that Django has no field for; each refusal says what to write."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from core import phones
from core.counts import Count
from programme import identifiers

CYRILLIC_NAME = re.compile(r"[\u0400-\u04ff][\u0400-\u04ff’' -]{0,59}")
LATIN_NAME = re.compile(r"[A-Z' -]{1,60}", re.ASCII)
APOSTROPHES = str.maketrans({"'": "’", "ʼ": "’", "`": "’", "´": "’", "‘": "’"})
LATIN_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "´": "'", "‘": "'"})
PHONE = re.compile(r"\+380\d{9}", re.ASCII)
PHONE_NOISE = re.compile(r"[\s()\-\u2010-\u2015.\u00a0]+")
LEVELS = [("", "–"), ("none", _("none"))] + [
    (code, code) for code in ["A1", "A2", "B1", "B2", "C1", "C2"]
]
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class LineField(forms.CharField):
    """One line of text."""

    def __init__(self, *, max_length: int = 150, min_length: int = 2, width: str = "", **options):
        options.setdefault("widget", forms.TextInput())
        super().__init__(max_length=max_length, min_length=min_length, **options)
        self.widget.attrs.update({"class": width} if width else {})
        self.error_messages.setdefault("required", _("Answer this question."))


class LongTextField(forms.CharField):
    """Some paragraphs. Characters are counted as the server sees them: a line end is one."""

    default_error_messages = {"required": _("Answer this question.")}

    def __init__(self, *, min_chars: int = 0, max_chars: int, **options):
        self.min_chars, self.max_chars = min_chars, max_chars
        options.setdefault("help_text", self._limits())
        options.setdefault("widget", forms.Textarea(attrs={"rows": 8 if max_chars > 600 else 4}))
        super().__init__(**options)
        self.widget.attrs["data-count-max"] = max_chars

    def _limits(self):
        return lazy(self._limits_now, str)()

    def _limits_now(self) -> str:
        if self.min_chars:
            return gettext("Plain text, from %(least)s to %(most)s characters.") % {
                "least": Count(self.min_chars),
                "most": Count(self.max_chars),
            }
        return gettext("Plain text, up to %(most)s characters.") % {"most": Count(self.max_chars)}

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return text
        if len(text) > self.max_chars:
            raise ValidationError(
                ngettext_lazy(
                    "The text may have %(most)s characters at most. Shorten it by %(over)s "
                    "character.",
                    "The text may have %(most)s characters at most. Shorten it by %(over)s "
                    "characters.",
                    "over",
                ),
                code="too_long",
                params={"most": self.max_chars, "over": len(text) - self.max_chars},
            )
        if len(text) < self.min_chars:
            raise ValidationError(
                _("Write at least %(least)s characters. There are %(now)s now."),
                code="too_short",
                params={"least": self.min_chars, "now": len(text)},
            )
        return text


class CyrillicNameField(forms.CharField):
    """A name in Cyrillic letters, with hyphen and apostrophe."""

    default_error_messages = {
        "required": _("Write the name in Cyrillic letters, for example Олена."),
        "invalid": _(
            "Write the name in Cyrillic letters only, with a hyphen or an apostrophe where there "
            "is one, for example Мар’яна."
        ),
    }

    def __init__(self, **options):
        options.setdefault("widget", forms.TextInput())
        super().__init__(max_length=60, **options)
        self.widget.attrs.setdefault("spellcheck", "false")

    def clean(self, value):
        name = " ".join(super().clean(value).translate(APOSTROPHES).split())
        if name and not CYRILLIC_NAME.fullmatch(name):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return name


class LatinNameField(forms.CharField):
    """A name as the machine-readable part of a passport has it: capitals, hyphen, apostrophe."""

    default_error_messages = {
        "required": _("Write the name in Latin letters, as in the passport, for example OLENA."),
        "invalid": _("Write the name in Latin letters only, as in the passport, e.g. OLENA."),
    }

    def __init__(self, **options):
        options.setdefault("widget", forms.TextInput())
        super().__init__(max_length=60, **options)
        self.widget.attrs.setdefault("spellcheck", "false")

    def clean(self, value):
        name = " ".join(super().clean(value).translate(LATIN_APOSTROPHES).upper().split())
        if name and not LATIN_NAME.fullmatch(name):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return name


class UkrainianPhoneField(forms.CharField):
    """A Ukrainian number; 0XX XXX XX XX is read as +380."""

    default_error_messages = {
        "required": _("Write the telephone number, for example +380 50 123 45 67."),
        "invalid": _(
            "Write a Ukrainian number with nine digits after +380, for example +380 50 123 45 67."
        ),
        "extension": _(
            "Write a number without an extension, at which you yourself can be reached, for "
            "example +380 50 123 45 67."
        ),
    }

    def __init__(self, **options):
        options.setdefault("widget", forms.TextInput())
        super().__init__(max_length=40, **options)
        self.widget.input_type = "tel"
        self.widget.attrs.setdefault("autocomplete", "tel")

    def clean(self, value):
        typed = super().clean(value)
        if phones.has_extension(typed):
            raise ValidationError(self.error_messages["extension"], code="extension")
        number = PHONE_NOISE.sub("", typed)
        if not number:
            return number
        if len(number) == 10 and number.startswith("0"):
            number = f"+38{number}"
        if number.startswith("380"):
            number = f"+{number}"
        if not PHONE.fullmatch(number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class EdrpouField(forms.CharField):
    """Eight digits with their check digit."""

    default_error_messages = {"required": _("Write the EDRPOU code as 8 digits, e.g. 32855961.")}

    def __init__(self, **options):
        options.setdefault("widget", forms.TextInput())
        super().__init__(max_length=20, **options)
        self.widget.attrs.update({"inputmode": "numeric", "class": "width-10"})

    def clean(self, value):
        code = super().clean(value)
        return identifiers.clean_edrpou(code) if code else code


class ChoiceRadio(forms.ChoiceField):
    """One of a few, all in sight."""

    default_error_messages = {"required": _("Choose one of the answers.")}
    widget = forms.RadioSelect


class YesNoField(forms.TypedChoiceField):
    """Yes or no, kept as true or false. `must` makes "no" an answer that is refused kindly."""

    default_error_messages = {"required": _("Choose yes or no.")}
    widget = forms.RadioSelect

    def __init__(self, **options):
        super().__init__(
            choices=YES_NO, coerce=lambda value: value == "yes", empty_value=None, **options
        )

    def prepare_value(self, value):
        if isinstance(value, bool):
            return "yes" if value else "no"
        return value


class TickField(forms.BooleanField):
    """A declaration that must be ticked."""

    default_error_messages = {"required": _("Tick this declaration to send the application.")}


class LevelField(ChoiceRadio):
    """Level of a language, from none to C2."""

    def __init__(self, **options):
        options.setdefault("widget", forms.Select())
        super().__init__(choices=LEVELS, **options)


class WholeNumberField(forms.IntegerField):
    """A count. Spaces between thousands may be typed."""

    default_error_messages = {
        "required": _("Write a number."),
        "invalid": _("Write a whole number in figures, for example 12500."),
    }

    def __init__(self, **options):
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        super().__init__(**options)
        self.widget.attrs.setdefault("class", "width-10")

    def clean(self, value):
        if isinstance(value, str):
            value = re.sub(r"[\s\u00a0\u202f]+", "", value)
            if len(value) > 12:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().clean(value)

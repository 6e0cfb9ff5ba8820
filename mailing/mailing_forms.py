"""Forms with which staff prepare a mailing and look at its recipients."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.counts import Count
from core.formats import WARSAW
from core.forms import PageForm
from core.uploads import UploadField
from core.widgets import DateFieldsField
from mailing import registry, texts
from mailing.audiences import Audience, Wish
from mailing.enums import RecipientState
from mailing.mailing_groups import VIEWS
from mailing.models import Mailing
from mailing.services.mailing_rows import MOST_BYTES
from mailing.services.mailings import Pace
from mailing.text_forms import LetterTextForm

HOLD_MOST = 24 * 60
PLACE = re.compile(r"\{[a-z0-9_]+\}")
SEPARATOR = " "  # in no name of an audience or a letter


class WhatForm(PageForm):
    """What goes and to whom: a letter of the house, or words of one's own."""

    title = forms.CharField(
        label=_("Title, for the team"),
        max_length=160,
        help_text=_("For example: invitation of spring 2026. Recipients do not see it."),
    )
    what = forms.ChoiceField(label=_("What goes, and to whom?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: Sequence[Audience], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["what"].choices = [
            _choice(audience, letter) for audience in offered for letter in audience.letters
        ]

    def pair(self) -> tuple[str, str]:
        """Names of the audience and of the letter."""
        audience, _space, letter = self.cleaned_data["what"].partition(SEPARATOR)
        return audience, letter


def _choice(audience: Audience, letter: str) -> tuple[str, str]:
    return what_value(audience.name, letter), f"{audience.label}: {letter_words(letter)}"


def what_value(audience: str, letter: str) -> str:
    """An audience with a letter, as one value of a form."""
    return f"{audience}{SEPARATOR}{letter}"


def letter_words(letter: str, shelf: texts.Shelf | None = None) -> str:
    """What a letter is called on the pages of the panel: its subject as it is in force today."""
    if registry.kind(letter).has_own_words:
        return str(_("A notice with words of its own"))
    language = get_language() or settings.LANGUAGE_CODE
    subject, _body = texts.parts((shelf or texts.Shelf()).source(letter, language).text)
    return PLACE.sub("…", subject)


class WishForm(PageForm):
    """What an audience wants to know besides the filters of a list."""

    def __init__(self, *args: Any, of: Audience, wish: Wish, **options: Any) -> None:
        super().__init__(*args, **options)
        for option in of.options():
            known = None if option.is_open or not option.choices else option.choices[0][0]
            self.fields[option.name] = forms.ChoiceField(
                label=option.label,
                choices=option.choices,
                widget=forms.RadioSelect,
                initial=str(wish.get(option.name, known)),
            )

    @property
    def is_answerable(self) -> bool:
        """Whether there is anything to choose wherever something has to be chosen."""
        return all(field.choices for field in self.fields.values())


class MailingWordsForm(LetterTextForm):
    """Texts of a mailing's own; they are no version of a letter, so nothing is noted.

    `needed`: the languages of its recipients; the others may stay empty.
    """

    def __init__(self, *args: Any, needed: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["note"]
        self.optional = [code for code, _name in settings.LANGUAGES if code not in needed]
        for code in self.optional:
            for part in ("subject", "body"):
                self.fields[f"{part}_{code}"].required = False


class PaceForm(PageForm):
    """When the letters go, how fast, and how long they can be stopped before the first leaves."""

    day = DateFieldsField(
        label=_("Not before the day"),
        required=False,
        help_text=_("Leave it empty to send as soon as the mailing is approved."),
    )
    hour = forms.TimeField(
        label=_("Not before the hour (Warsaw time)"),
        required=False,
        help_text=_("For example 9:00."),
        error_messages={"invalid": _("Write the hour with its minutes, for example 9:00.")},
    )
    per_minute = forms.IntegerField(label=_("Letters a minute at most"), min_value=1)
    per_hour = forms.IntegerField(label=_("Letters an hour at most"), min_value=1)
    hold_minutes = forms.IntegerField(
        label=_("Minutes in which everything can still be stopped"),
        min_value=1,
        max_value=HOLD_MOST,
        help_text=_("After the approval no letter leaves for so long."),
    )

    def __init__(self, *args: Any, mailing: Mailing, **options: Any) -> None:
        super().__init__(*args, initial=_initial_pace(mailing), **options)

    def clean(self) -> dict[str, Any]:
        """A day with an hour, in the time to come; no hour that the clocks jump over or repeat."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned.get("hour") and not cleaned.get("day"):
            self.add_error("day", _("Write the day as well, or leave both empty."))
        elif cleaned.get("day") and not cleaned.get("hour"):
            self.add_error("hour", _("Write the hour as well, or leave both empty."))
        elif cleaned.get("day"):
            self._check_moment(datetime.combine(cleaned["day"], cleaned["hour"], tzinfo=WARSAW))
        for name, most in _HOUSE.items():
            if cleaned.get(name, 0) > getattr(settings, most):
                words = _("All mailings together send at most: %(most)s.")
                self.add_error(name, words % {"most": Count(getattr(settings, most))})
        return cleaned

    def _check_moment(self, moment: datetime) -> None:
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            self.add_error(
                "hour", _("The clocks are changed in this hour. Choose an hour before or after.")
            )
        elif moment <= timezone.now():
            self.add_error("day", _("This moment has passed. Choose a later one."))

    def pace(self) -> Pace:
        """What the service takes."""
        cleaned = self.cleaned_data
        day, hour = cleaned["day"], cleaned["hour"]
        return Pace(
            starts_at=datetime.combine(day, hour, tzinfo=WARSAW) if day else None,
            per_minute=cleaned["per_minute"],
            per_hour=cleaned["per_hour"],
            hold_minutes=cleaned["hold_minutes"],
        )


_HOUSE = {"per_minute": "MAILING_PER_MINUTE", "per_hour": "MAILING_PER_HOUR"}


def _initial_pace(mailing: Mailing) -> dict[str, Any]:
    starts = mailing.starts_at.astimezone(WARSAW) if mailing.starts_at else None
    return {
        "day": starts.date() if starts else None,
        "hour": f"{starts:%H:%M}" if starts else None,
        "per_minute": mailing.per_minute or settings.MAILING_PER_MINUTE,
        "per_hour": mailing.per_hour or settings.MAILING_PER_HOUR,
        "hold_minutes": mailing.hold_minutes,
    }


class FileForm(PageForm):
    """One more file that goes with every letter."""

    file = UploadField(
        label=_("File"),
        max_bytes=MOST_BYTES,
        help_text=_("PDF, JPG or PNG; all files of a letter together at most 5 MB."),
    )


class RowsFilterForm(forms.Form):
    """Which recipients to show; whatever makes no sense is left out of the filter."""

    show = forms.ChoiceField(
        required=False, choices=[(name, name) for name in [*VIEWS, *RecipientState.values]]
    )
    q = forms.CharField(required=False, max_length=100, strip=True)
    reason = forms.CharField(required=False, max_length=500)
    salutation = forms.CharField(required=False, max_length=160)
    language = forms.ChoiceField(required=False, choices=settings.LANGUAGES)

    def chosen(self) -> dict[str, str]:
        """The filter as keyword arguments of `mailing_groups.rows_shown`."""
        self.is_valid()
        return {
            "show": self.cleaned_data.get("show", ""),
            "search": self.cleaned_data.get("q", ""),
            "reason": self.cleaned_data.get("reason", ""),
            "salutation": self.cleaned_data.get("salutation", ""),
            "language": self.cleaned_data.get("language", ""),
        }


class RowForm(forms.Form):
    """One recipient of this mailing, by a button beside it."""

    row = forms.ModelChoiceField(queryset=None)

    def __init__(self, *args: Any, mailing: Mailing, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["row"].queryset = mailing.recipients.select_related("letter")


class SendBackForm(PageForm):
    """Why a mailing goes back to be prepared."""

    reason = forms.CharField(
        label=_("What should be changed?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The author sees it on the page of the mailing."),
    )


class SeenForm(forms.Form):
    """Which proposal the person has before them: when it was made, to the microsecond."""

    seen = forms.DateTimeField(widget=forms.HiddenInput)


class PauseForm(PageForm):
    """Why letters are stopped; nobody has to say it in a hurry."""

    reason = forms.CharField(label=_("Why?"), max_length=300, required=False)

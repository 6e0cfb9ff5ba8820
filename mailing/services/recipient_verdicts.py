"""What each line of a list of recipients would become: for the preview and the keeping alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exports import FORMULA_STARTS
from core.imports import Row
from core.verdicts import told_by
from mailing.addresses import validate_address
from mailing.models import ListedRecipient, RecipientList
from mailing.recipient_columns import form_of_address_of, language_of
from mailing.salutations import plain_salutation

NAME_MOST = ListedRecipient._meta.get_field("name").max_length or 0
SALUTATION_MOST = ListedRecipient._meta.get_field("salutation").max_length or 0


class State(models.TextChoices):
    """What happens with a line; the first two need a person."""

    WRONG = "wrong", gettext_lazy("something is wrong")
    DUPLICATE = "duplicate", gettext_lazy("the same address once more")
    TAKEN = "taken", gettext_lazy("taken")
    LEFT_OUT = "left_out", gettext_lazy("left out")


@dataclass
class Verdict:
    """A line of the list: the recipient it makes, and what a person should know."""

    line: int
    told: Mapping[str, str]
    state: str = State.TAKEN
    email: str = ""
    name: str = ""
    language: str = ""
    form_of_address: str = ""
    salutation: str = ""
    notes: list[str] = field(default_factory=list)


def verdicts_of(record: RecipientList, rows: Sequence[Row]) -> list[Verdict]:
    """A verdict for every line; the first line of an address counts, later ones repeat it."""
    out = set(record.left_out)
    verdicts = [_verdict(record, row, is_out=row.line in out) for row in rows]
    first: dict[str, int] = {}
    for verdict in verdicts:
        if verdict.state != State.TAKEN:
            continue
        known = first.setdefault(verdict.email.lower(), verdict.line)
        if known != verdict.line:
            verdict.state = State.DUPLICATE
            verdict.notes.append(_("It stands in line %(line)d already.") % {"line": known})
    return verdicts


def _verdict(record: RecipientList, row: Row, *, is_out: bool) -> Verdict:
    told = told_by(row, record.columns)
    verdict = Verdict(row.line, told)
    verdict.email = told.get("email", "")
    verdict.name = " ".join(filter(None, [told.get("name", ""), told.get("surname", "")]))
    faults = [*_address_faults(verdict.email), *_text_faults(verdict, told)]
    language = language_of(told.get("language", ""))
    if language is None:
        faults.append(_("The language is not known: %(word)s.") % {"word": told["language"]})
    form = form_of_address_of(told.get("form_of_address", ""))
    if form is None:
        word = {"word": told["form_of_address"]}
        faults.append(_("The form of address is not known: %(word)s.") % word)
    verdict.language = language or record.language
    verdict.form_of_address = form or ""
    verdict.salutation = told.get("salutation", "").rstrip(" ,") or plain_salutation(
        language=verdict.language, form_of_address=verdict.form_of_address
    )
    verdict.notes += faults
    if is_out:
        verdict.state = State.LEFT_OUT
    elif faults:
        verdict.state = State.WRONG
    return verdict


def _address_faults(email: str) -> list[str]:
    if not email:
        return [_("There is no e-mail address.")]
    try:
        validate_address(email)
    except ValidationError as error:
        return list(error.messages)
    return []


def _text_faults(verdict: Verdict, told: Mapping[str, str]) -> list[str]:
    """A name that a spreadsheet would run, or one that is no name, is not taken (SEC-X1)."""
    faults = []
    for text, most in ((verdict.name, NAME_MOST), (told.get("salutation", ""), SALUTATION_MOST)):
        if text.startswith(FORMULA_STARTS):
            faults.append(_("This looks like a formula: %(text)s.") % {"text": text[:40]})
        if "\n" in text or len(text) > most:
            faults.append(_("This is longer than one line: %(text)s…") % {"text": text[:40]})
    return faults

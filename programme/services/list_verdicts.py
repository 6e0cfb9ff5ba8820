"""What each row of a list would change: computed for the preview and for the applying alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.imports import Row
from core.verdicts import told_by
from mailing.addresses import validate_address
from programme.enums import ContactRole
from programme.folding import fold
from programme.list_columns import gender_of, title_of
from programme.models import Contact, Gmina, ListImport, Membership, Organisation
from programme.salutations import salutation
from programme.services.list_matching import Gminas


class State(models.TextChoices):
    """What happens with a row; those above the line need a person."""

    SEVERAL = "several", gettext_lazy("several fit: choose")
    NOT_FOUND = "not_found", gettext_lazy("not found")
    WRONG = "wrong", gettext_lazy("something is wrong")
    DUPLICATE = "duplicate", gettext_lazy("the same gmina once more")
    NEW = "new", gettext_lazy("new")
    CHANGED = "changed", gettext_lazy("changed")
    UNCHANGED = "unchanged", gettext_lazy("unchanged")
    ENDED = "ended", gettext_lazy("no longer in the list")
    OTHER_UNIT = "other_unit", gettext_lazy("not a gmina")
    LEFT_OUT = "left_out", gettext_lazy("left out")


OPEN_QUESTIONS = (State.SEVERAL, State.NOT_FOUND)
WRITTEN = (State.NEW, State.CHANGED)
# Offices write from domains of their own; these sell mailboxes to everybody.
PRIVATE_MAIL = {
    "gmail.com",
    "hotmail.com",
    "interia.eu",
    "interia.pl",
    "o2.pl",
    "onet.eu",
    "onet.pl",
    "op.pl",
    "outlook.com",
    "poczta.fm",
    "poczta.onet.pl",
    "tlen.pl",
    "wp.pl",
    "yahoo.com",
}
Change = tuple[str, str, str]  # what, from, to


@dataclass
class Verdict:
    """A row of the list: which gmina, what would change, and what a person should know."""

    line: int
    told: Mapping[str, str]
    state: str
    gmina: Gmina | None = None
    fits: list[Gmina] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    office: dict[str, str] = field(default_factory=dict)
    head: dict[str, str] = field(default_factory=dict)
    known_head: Contact | None = None
    ended: Membership | None = None

    @property
    def shown_name(self) -> str:
        """Name and code as the file has them."""
        return " ".join(filter(None, [self.told.get("name", ""), self.told.get("teryt", "")]))


def verdicts_of(record: ListImport, rows: list[Row]) -> list[Verdict]:
    """A verdict for every row, and for every membership that the list no longer has."""
    gminas = Gminas()
    verdicts = [_verdict(record, row, gminas) for row in rows]
    first: dict[int, int] = {}
    for verdict in verdicts:
        if verdict.gmina is None or verdict.state == State.LEFT_OUT:
            continue
        if verdict.gmina.pk in first:
            verdict.state, verdict.changes = State.DUPLICATE, []
            verdict.notes.append(
                _("It stands in line %(line)d already.") % {"line": first[verdict.gmina.pk]}
            )
        else:
            first[verdict.gmina.pk] = verdict.line
    if record.kind == ListImport.Kind.CONTACTS:
        _note_odd_addresses(verdicts)
    else:
        verdicts += _ended(record, verdicts, gminas)
    return verdicts


def _verdict(record: ListImport, row: Row, gminas: Gminas) -> Verdict:
    told = told_by(row, record.columns)
    verdict = Verdict(row.line, told, State.NOT_FOUND)
    chosen = gminas.by_pk.get(record.chosen.get(str(row.line)))
    found = gminas.find(told)
    verdict.gmina, verdict.fits = chosen or found.gmina, found.fits
    if row.line in record.left_out:
        verdict.state = State.LEFT_OUT
    elif found.is_other_unit and chosen is None:
        verdict.state = State.OTHER_UNIT
    elif verdict.gmina is not None:
        if record.kind == ListImport.Kind.CONTACTS:
            _judge_contacts(verdict, verdict.gmina)
        else:
            _judge_membership(verdict, verdict.gmina, record)
    elif found.fits:
        verdict.state = State.SEVERAL
    return verdict


def office_of(gmina: Gmina) -> Organisation | None:
    """The office of a gmina, when there is one."""
    return getattr(gmina, "organisation", None)


def membership_in(gmina: Gmina, union: str) -> Membership | None:
    """The open membership of a gmina in a union."""
    office = office_of(gmina)
    memberships: list[Membership] = getattr(office, "open_ones", [])
    return next((each for each in memberships if each.union == union), None)


def _judge_membership(verdict: Verdict, gmina: Gmina, record: ListImport) -> None:
    known = membership_in(gmina, record.kind)
    verdict.state = State.UNCHANGED if known else State.NEW
    if not known:
        verdict.changes.append((str(record.get_kind_display()), "", f"{record.as_of:%Y-%m-%d}"))


def _ended(record: ListImport, verdicts: list[Verdict], gminas: Gminas) -> list[Verdict]:
    """Memberships that are gone; none as long as a row is open, for it could be one of them."""
    if any(verdict.state in OPEN_QUESTIONS for verdict in verdicts):
        return []
    named = {verdict.gmina.pk for verdict in verdicts if verdict.gmina is not None}
    gone = []
    for gmina in gminas.all:
        known = membership_in(gmina, record.kind)
        if known is None or gmina.pk in named or known.as_of > record.as_of:
            continue
        gone.append(
            Verdict(
                line=0,
                told={"name": gmina.name, "teryt": gmina.teryt},
                state=State.ENDED,
                gmina=gmina,
                changes=[
                    (
                        str(record.get_kind_display()),
                        f"{known.as_of:%Y-%m-%d}",
                        _("ended %(day)s") % {"day": f"{record.as_of:%Y-%m-%d}"},
                    )
                ],
                ended=known,
            )
        )
    return gone


# --- Offices and heads


def _judge_contacts(verdict: Verdict, gmina: Gmina) -> None:
    told, office = verdict.told, office_of(gmina)
    wrong: list[str] = []
    verdict.office = _office_fields(told)
    verdict.head = _head_fields(told, wrong)
    head = verdict.known_head = _head_of(office, verdict.head)
    known = Organisation(gmina=gmina, name=gmina.name) if office is None else office
    for name, value in verdict.office.items():
        _note_change(verdict, Organisation, known, name, value)
    for name, value in verdict.head.items():
        _note_change(verdict, Contact, head, name, value)
    wrong += _faults(known, verdict.office, verdict.head)
    heads: list[Contact] = getattr(office, "heads", [])
    if verdict.head and head is None and heads:
        verdict.notes.append(_("Replaces: %(name)s.") % {"name": heads[0].full_name})
    _note_what_is_missing(verdict, head)
    if wrong:
        verdict.state, verdict.notes = State.WRONG, wrong + verdict.notes
    elif verdict.changes:
        is_new = office is None or (bool(verdict.head) and head is None)
        verdict.state = State.NEW if is_new else State.CHANGED
    else:
        verdict.state = State.UNCHANGED


def _note_change(verdict: Verdict, model: Any, known: Any, name: str, value: str) -> None:
    was = getattr(known, name, "") if known is not None else ""
    if was == value:
        return
    label = str(model._meta.get_field(name).verbose_name)
    if model is Contact:
        label = _("head: %(what)s") % {"what": label}
    choices = dict(model._meta.get_field(name).flatchoices)
    verdict.changes.append((label, str(choices.get(was, was)), str(choices.get(value, value))))


def _office_fields(told: Mapping[str, str]) -> dict[str, str]:
    """Columns of the office that the row fills; an empty cell changes nothing."""
    fields = {
        "name": told.get("office", ""),
        "email": told.get("email", ""),
        "street": " ".join(filter(None, [told.get("street", ""), told.get("house", "")])),
        "postcode": told.get("postcode", ""),
        "town": told.get("town", ""),
        "website": told.get("website", ""),
        "e_delivery": told.get("e_delivery", ""),
    }
    if not told.get("street"):
        fields["street"] = ""
    if fields["website"] and "://" not in fields["website"]:
        fields["website"] = f"https://{fields['website']}"
    return {name: value for name, value in fields.items() if value}


def _head_fields(told: Mapping[str, str], wrong: list[str]) -> dict[str, str]:
    """Columns of the head that the row fills; an unknown title or form of address is wrong."""
    first, last = told.get("head_first_name", ""), told.get("head_last_name", "")
    if not last and told.get("head_name"):
        first, _space, last = told["head_name"].rpartition(" ")
    title, gender = title_of(told.get("head_title", "")), gender_of(told.get("head_gender", ""))
    if title is None:
        wrong.append(_("Unknown title: %(word)s.") % {"word": told["head_title"][:60]})
    if gender is None:
        wrong.append(_("Unknown form of address: %(word)s.") % {"word": told["head_gender"][:60]})
    fields = {
        "first_name": first.strip(),
        "last_name": last.strip(),
        "title": str(title or ""),
        "grammatical_gender": str(gender or ""),
        "email": told.get("head_email", ""),
        "phone": told.get("head_phone", ""),
    }
    given = {name: value for name, value in fields.items() if value}
    if given and not (first.strip() and last.strip()):
        wrong.append(_("The head needs a first name and a surname."))
    return given


def _head_of(office: Organisation | None, fields: Mapping[str, str]) -> Contact | None:
    """The head in use, when the row is about the same person."""
    heads: list[Contact] = getattr(office, "heads", [])
    wanted = fold(f"{fields.get('first_name', '')} {fields.get('last_name', '')}")
    return next((head for head in heads if fold(head.full_name) == wanted), None)


def _faults(
    office: Organisation,
    office_fields: Mapping[str, str],
    head_fields: Mapping[str, str],
) -> list[str]:
    """Sentences about values that cannot be right, addresses above all."""
    found = []
    for record, fields in (
        (Organisation(gmina_id=office.gmina_id, name=office.name), office_fields),
        (Contact(role=ContactRole.HEAD, language="pl", first_name="-", last_name="-"), head_fields),
    ):
        for name, value in fields.items():
            column: Any = record._meta.get_field(name)
            label = column.verbose_name
            try:
                column.clean(value, record)
                if name == "email":
                    validate_address(value)
            except ValidationError as error:
                found.append(
                    _("%(what)s: “%(value)s”. %(why)s")
                    % {"what": label, "value": value[:80], "why": " ".join(error.messages)}
                )
    return found


def _note_odd_addresses(verdicts: list[Verdict]) -> None:
    """An office with a private mailbox, or with the address of another one: a person looks."""
    seen: dict[str, int] = {}
    for verdict in verdicts:
        for address in {verdict.office.get("email", ""), verdict.head.get("email", "")} - {""}:
            if address.rpartition("@")[2].lower() in PRIVATE_MAIL:
                verdict.notes.append(_("A private mailbox? %(address)s") % {"address": address})
            before = seen.setdefault(address.lower(), verdict.line)
            if before != verdict.line:
                verdict.notes.append(
                    _("The address stands in line %(line)d as well: %(address)s")
                    % {"line": before, "address": address}
                )


def _note_what_is_missing(verdict: Verdict, head: Contact | None) -> None:
    """Salutations are never guessed; say how the letter will begin without them."""
    if not verdict.head:
        return
    title = verdict.head.get("title") or (head.title if head else "")
    gender = verdict.head.get("grammatical_gender") or (head.grammatical_gender if head else "")
    missing = [
        word for word, value in ((_("title"), title), (_("form of address"), gender)) if not value
    ]
    if missing:
        begins = salutation(language="pl", title=title, gender=gender)
        verdict.notes.append(
            _("Missing: %(what)s. A letter will begin: %(begins)s.")
            % {"what": ", ".join(missing), "begins": begins}
        )

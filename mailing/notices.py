"""Audiences of notices: people behind the rows that staff have chosen in a list of the panel."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.changelists import BadFilter, chosen_by
from core.models import User
from mailing import registry
from mailing.audiences import BadWish, Candidate, Envelope, NoLetter, Option, Wish
from mailing.models import Letter, MailingRecipient
from mailing.values import Recipient

NOTICE = "mailing/notice"
CHOSEN = gettext_noop("Chosen with the filters of the list.")
OTHER_ADDRESS = gettext_noop("The address on file has changed since the recipients were chosen.")
GONE = gettext_noop("The record is gone.")
NOT_CHOSEN_ANY_MORE = gettext_noop(
    "The filters with which the recipients were chosen do not find this record any more."
)


@dataclass(frozen=True)
class Person:
    """Whom a record of the panel stands for, and how a letter greets the person."""

    email: str
    name: str
    language: str
    salutation: str
    label: str


def chosen(panel_model: str, wish: Wish, *, actor: User) -> models.QuerySet[Any]:
    """The rows of the list that the wish's filters choose. Raises `BadWish`."""
    try:
        return chosen_by(panel_model, str(wish.get("query", "")), user=actor)
    except BadFilter as error:
        raise BadWish(_("The list of the panel does not know these filters.")) from error


class PanelAudience(ABC):
    """People behind the rows of one list of the panel; a room says who they are.

    `rows` brings along what `person`, `places` and `why_not` read. At the moment of sending the
    filters of the list and both are asked again: a record that has changed gets no letter (E13).
    """

    name = ""
    label: str | Promise = ""
    about: str | Promise = ""
    letters: tuple[str, ...] = (NOTICE,)
    panel_model = ""
    is_of_edition = False
    permission = ""

    def options(self) -> Sequence[Option]:
        """The filters of the list say it all."""
        return ()

    @abstractmethod
    def rows(self, records: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The records with everything that is read of them, in a steady order."""

    @abstractmethod
    def person(self, record: Any) -> Person:
        """Who gets the letter."""

    @abstractmethod
    def why_not(self, record: Any, now: datetime) -> str:
        """Why this one gets none (a sentence for `gettext`), or ""."""

    def places(self, record: Any, person: Person, now: datetime) -> Mapping[str, object]:
        """What else a letter may say of the record: placeholders of its kind with their values.

        An empty value blocks a mailing whose words ask for it (E8), links too.
        """
        return {}

    def words(self, record: Any, person: Person, letter: str, now: datetime) -> dict[str, object]:
        """Every value that this kind of letter has a place for."""
        known = {"salutation": person.salutation, "name": person.name}
        known |= self.places(record, person, now)
        return {name: known[name] for name in registry.kind(letter).placeholders if name in known}

    def candidates(
        self, wish: Wish, *, letter: str, actor: User, now: datetime
    ) -> Iterator[Candidate]:
        """Everybody whom the filters choose."""
        for record in self.rows(chosen(self.panel_model, wish, actor=actor)):
            person = self.person(record)
            yield Candidate(
                key=str(record.pk),
                about=record,
                label=person.label,
                email=person.email,
                name=person.name,
                language=person.language,
                salutation=person.salutation,
                why=CHOSEN,
                why_not=self.why_not(record, now),
                values=self.words(record, person, letter, now),
            )

    def still(
        self, rows: Sequence[MailingRecipient], wish: Wish, *, letter: str, now: datetime
    ) -> Mapping[int, str]:
        """Whose record is gone, has another address, or speaks against a letter by now.

        Also whom the filters of the list do not find any more, as its author sees the list.
        """
        found = self._records(rows, lock=True)
        kept = self._still_chosen(rows, wish)
        return {
            row.pk: sentence for row in rows if (sentence := self._against(row, found, kept, now))
        }

    def _still_chosen(self, rows: Sequence[MailingRecipient], wish: Wish) -> set[int]:
        author = rows[0].mailing.author
        asked = chosen(self.panel_model, wish, actor=author)
        return set(asked.filter(pk__in=[row.about_id for row in rows]).values_list("pk", flat=True))

    def _against(
        self, row: MailingRecipient, found: dict[int, Any], kept: set[int], now: datetime
    ) -> str:
        record = row.brought = found.get(row.about_id or 0)
        if record is None:
            return GONE
        if self.person(record).email.lower() != row.email.lower():
            return OTHER_ADDRESS
        if sentence := self.why_not(record, now):
            return sentence
        return "" if record.pk in kept else NOT_CHOSEN_ANY_MORE

    def _records(
        self, rows: Iterable[MailingRecipient], *, lock: bool = False
    ) -> dict[int, models.Model]:
        kind = apps.get_model(self.panel_model)
        records = self.rows(kind._default_manager.filter(pk__in=[row.about_id for row in rows]))
        if lock:
            records = records.select_for_update(of=("self",), no_key=True)
        return {record.pk: record for record in records}

    def write(
        self, row: MailingRecipient, wish: Wish, envelope: Envelope, *, actor: User, now: datetime
    ) -> Letter:
        """The letter, and nothing else."""
        record = self.record_of(row)
        person = self.person(record)
        return envelope.write(
            to=Recipient(row.email, person.language, person.name),
            context=self.words(record, person, envelope.letter, now),
            about=self.about_of(record),
            now=now,
        )

    def about_of(self, record: Any) -> models.Model:
        """The record on whose page the letter is shown."""
        return record

    def record_of(self, row: MailingRecipient) -> Any:
        """The record of a row, as it was found in this step or is now. Raises `NoLetter`."""
        record = row.brought or self._records([row]).get(row.about_id or 0)
        if record is None:
            raise NoLetter(GONE)
        return record

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
from mailing.audiences import BadWish, Candidate, Envelope, NoLetter, Option, Wish
from mailing.models import Letter, MailingRecipient
from mailing.values import Recipient

NOTICE = "mailing/notice"
CHOSEN = gettext_noop("Chosen with the filters of the list.")
OTHER_ADDRESS = gettext_noop("The address on file has changed since the recipients were chosen.")
GONE = gettext_noop("The record is gone.")


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

    `rows` brings along what `person` and `why_not` read. At the moment of sending both are asked
    again: a record that has changed gets no letter (E13).
    """

    name = ""
    label: str | Promise = ""
    about: str | Promise = ""
    letters: tuple[str, ...] = (NOTICE,)
    panel_model = ""
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
    def why_not(self, record: Any) -> str:
        """Why this one gets none (a sentence for `gettext`), or ""."""

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
                why_not=self.why_not(record),
                values={"salutation": person.salutation, "name": person.name},
            )

    def still(
        self, rows: Sequence[MailingRecipient], wish: Wish, *, letter: str, now: datetime
    ) -> Mapping[int, str]:
        """Whose record is gone, has another address, or speaks against a letter by now."""
        found = self._records(rows, lock=True)
        return {row.pk: sentence for row in rows if (sentence := self._against(row, found))}

    def _against(self, row: MailingRecipient, found: dict[int, Any]) -> str:
        record = row.brought = found.get(row.about_id or 0)
        if record is None:
            return GONE
        if self.person(record).email.lower() != row.email.lower():
            return OTHER_ADDRESS
        return self.why_not(record)

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
        record = row.brought or self._records([row]).get(row.about_id or 0)
        if record is None:
            raise NoLetter(GONE)
        person = self.person(record)
        return envelope.write(
            to=Recipient(row.email, person.language, person.name),
            context={"salutation": person.salutation, "name": person.name},
            about=record,
            now=now,
        )

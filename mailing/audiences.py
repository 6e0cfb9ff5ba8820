"""Who could get a mailing and why: every room's `audiences.py` lists its own in `AUDIENCES`.

This room knows no word of the programme: it asks an audience whom to consider, whether each may
still get the letter at the moment of sending, and to do the deed that belongs to the letter.
Sentences (`why`, `why_not`) are English, marked with `gettext_noop`; pages translate them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from core.models import User
from mailing import registry, texts
from mailing.models import Letter, MailingRecipient
from mailing.services.mailing_words import empty_names, used_links, used_names
from mailing.services.writing import LANGUAGES, write
from mailing.values import Addressee, Attachment

NO_WORDS = gettext_noop("The letter was not written in the language of this recipient.")
EMPTY_PLACE = gettext_noop("A place in the letter would be empty.")
Wish = Mapping[str, Any]


class UnknownAudience(LookupError):
    """No room lists an audience of this name."""


class BadWish(ValueError):
    """The choice of recipients cannot be understood; the message is a sentence for staff."""


class LetterNotForAudience(ValueError):
    """Letters of this kind do not go to this audience, or not by this person."""


class NoLetter(Exception):
    """This recipient gets no letter after all. `sentence`: why, English, for `gettext`."""

    def __init__(self, sentence: str):
        self.sentence = sentence
        super().__init__(sentence)


@dataclass(frozen=True)
class Candidate:
    """Somebody who was considered, whether or not the letter goes there.

    `key` stays the same within the audience, e.g. a TERYT code. `values` are what would stand in
    place of the placeholders, apart from links: an empty one blocks the mailing (E8).
    """

    key: str
    about: models.Model | None
    label: str
    email: str
    name: str
    language: str
    salutation: str
    why: str
    why_not: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """One thing that staff choose of an audience; the wish keeps the value under `name`.

    `choices`: value and words; without `is_open` the first one is chosen until somebody chooses.
    """

    name: str
    label: str | Promise
    choices: Sequence[tuple[str, str | Promise]]
    is_open: bool = False


@dataclass(frozen=True)
class Envelope:
    """How one letter of a mailing is written: its key, its kind, its words and its files."""

    key: str
    letter: str
    shelf: texts.Shelf
    files: Sequence[Attachment] = ()

    def write(
        self,
        *,
        to: Addressee,
        context: Mapping[str, object],
        now: datetime,
        about: models.Model | None = None,
    ) -> Letter:
        """Put the letter into the outbox, to be sent.

        A link without an address is as if it were not there. Raises `NoLetter` when a place of
        it would be empty, and what `mailing.write()` raises.
        """
        links = registry.kind(self.letter).links
        context = {name: value for name, value in context.items() if value or name not in links}
        language = to.language if to.language in LANGUAGES else settings.LANGUAGE_CODE
        if not self.shelf.source(self.letter, language).text.strip():
            raise NoLetter(NO_WORDS)
        if used_links(self.letter, self.shelf, language) - context.keys():
            raise NoLetter(EMPTY_PLACE)
        letter = write(
            key=self.key,
            letter=self.letter,
            to=to,
            context=context,
            now=now,
            about=about,
            is_bulk=True,
            shelf=self.shelf,
            attachments=self.files,
        )
        if empty_names(used_names(self.letter, self.shelf, letter.language), context):
            raise NoLetter(EMPTY_PLACE)
        return letter


class Audience(Protocol):
    """A group of people that letters of certain kinds may go to.

    `name` begins with the room ("applications/municipalities"). `label` is what staff choose from,
    `about` a sentence on whom it holds. `letters`: the kinds that may go to it. `panel_model`: the
    list of the panel whose filters choose from it (`wish["query"]`), None without.
    `is_of_edition`: whether it holds people of one edition (`wish["edition"]`). `permission`: who
    may use it.
    """

    name: str
    label: str | Promise
    about: str | Promise
    letters: tuple[str, ...]
    panel_model: str | None
    is_of_edition: bool
    permission: str

    def options(self) -> Sequence[Option]:
        """What else is chosen, beside the filters of a list."""
        ...

    def candidates(
        self, wish: Wish, *, letter: str, actor: User, now: datetime
    ) -> Iterable[Candidate]:
        """Everybody considered, also those who do not get the letter. Raises `BadWish`."""
        ...

    def still(
        self, rows: Sequence[MailingRecipient], wish: Wish, *, letter: str, now: datetime
    ) -> Mapping[int, str]:
        """At the moment of sending: of which rows (by pk) the letter must not go, and why (E13).

        In the transaction that writes the letters; locks what the answer rests on. What it finds
        of a row may be left in `row.brought`, for `write` in the same step.
        """
        ...

    def write(
        self,
        row: MailingRecipient,
        wish: Wish,
        envelope: Envelope,
        *,
        actor: User,
        now: datetime,
    ) -> Letter:
        """The room's deed with its letter, written by `envelope`. Raises `NoLetter`."""
        ...


@lru_cache(maxsize=1)
def audiences() -> dict[str, Audience]:
    """All audiences of all rooms, by name."""
    found: dict[str, Audience] = {}
    for room in settings.ROOMS:
        module = f"{room}.audiences" if room != "mailing" else "mailing.list_audience"
        if find_spec(module) is None:
            continue
        for audience in getattr(import_module(module), "AUDIENCES", ()):
            if not audience.name.startswith(f"{room}/"):
                raise UnknownAudience(f"{audience.name} stands in {room}/audiences.py")
            found[audience.name] = audience
    return found


def audience(name: str) -> Audience:
    """The audience `name`. Raises `UnknownAudience`."""
    try:
        return audiences()[name]
    except KeyError:
        raise UnknownAudience(f"No room lists the audience {name} in its audiences.py") from None


def audiences_for(user: User) -> list[Audience]:
    """Those that this person may write to, in the order of the programme."""
    return [one for one in audiences().values() if user.has_perm(one.permission)]


def check_may_write(name: str, letter: str, actor: User) -> None:
    """Whether letters of this kind go to this audience, and this person may send them there.

    Asked at each step towards sending, for rights change. Raises `LetterNotForAudience`.
    """
    found = audience(name)
    if letter not in found.letters or not actor.has_perm(found.permission):
        raise LetterNotForAudience(name, letter)

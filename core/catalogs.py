"""The catalogues of translations: what each room says, and whether Polish and Ukrainian say it too.

Files hold no dates, no line numbers and a fixed header: a diff shows changed sentences and nothing
else.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.conf import settings

from core.sentences import Key, Sentence, UnreadableSourceError, collect

LANGUAGES = ("pl", "uk")
PLACEHOLDER = re.compile(r"%\([^)]+\)[sdif]|%[sd]|(?<!\{)\{[^{}\s]*\}(?!\})")
STRAY_PERCENT = re.compile(r"%(?!%|\([^)]+\)[sdif]|[sd])")


class QuietCatalog(Catalog):
    """A catalogue whose header never changes, so that files change only with their sentences."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]  # was a property too
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]

    @mime_headers.setter
    def mime_headers(self, headers: Iterable[tuple[str, str]]) -> None:
        """What a file says about itself is not kept."""


# --- Files


def folder(room: str, language: str) -> Path:
    return Path(settings.BASE_DIR) / "locale" / room / language / "LC_MESSAGES"


def read(room: str, language: str) -> QuietCatalog:
    """The catalogue as it stands; empty when there is none."""
    catalog = QuietCatalog(locale=language, header_comment="", fuzzy=False)
    path = folder(room, language) / "django.po"
    if path.exists():
        try:
            with path.open("rb") as file:
                kept = read_po(file, locale=language, abort_invalid=True)
        except PoFileError as error:
            raise UnreadableSourceError(f"{path}: {error}") from error
        for message in kept:
            if message.id:
                catalog[message.id] = message
    return catalog


def entries(catalog: Catalog) -> dict[Key, Message]:
    return {(m.context, _singular(m)): m for m in catalog if m.id}


def _singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, list | tuple) else message.id


def forms(message: Message) -> list[str]:
    """The translation's forms: one, or one for each plural."""
    return list(message.string) if isinstance(message.string, list | tuple) else [message.string]


def _po_bytes(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_po(file, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    return file.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def _write_when_changed(path: Path, content: bytes) -> bool:
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


@dataclass(frozen=True)
class Update:
    """What `update` did to one catalogue."""

    added: int
    removed: int
    copied: int
    untranslated: int


def update(room: str, language: str) -> Update:
    """Bring a catalogue in line with the source: new msgids in, unused ones out.

    A sentence that another room has translated already is taken over from there.
    """
    wanted = collect(room)
    old = entries(read(room, language))
    elsewhere = _translated_elsewhere(room, language)
    new = QuietCatalog(locale=language, header_comment="", fuzzy=False)
    copied = 0
    for key, sentence in wanted.items():
        known = old.get(key)
        if known is not None and _same_shape(known, sentence) and any(forms(known)):
            string = known.string
        elif (lent := elsewhere.get(key)) is not None and _same_shape(lent, sentence):
            string = lent.string
            copied += 1
        else:
            string = "" if sentence.plural is None else ("",) * new.num_plurals
        message_id = (sentence.singular, sentence.plural) if sentence.plural else sentence.singular
        comments = known.user_comments if known is not None else ()
        flags = known.flags & {"fuzzy"} if known is not None else set()
        new.add(message_id, string, context=key[0], user_comments=comments, flags=flags)
    if wanted or old:
        _write_when_changed(folder(room, language) / "django.po", _po_bytes(new))
    return Update(
        added=len(wanted.keys() - old.keys()),
        removed=len(old.keys() - wanted.keys()),
        copied=copied,
        untranslated=sum(not all(forms(m)) for m in entries(new).values()),
    )


def _translated_elsewhere(room: str, language: str) -> dict[Key, Message]:
    lent: dict[Key, Message] = {}
    for other in settings.ROOMS:
        if other != room:
            for key, message in entries(read(other, language)).items():
                if all(forms(message)) and not message.fuzzy:
                    lent.setdefault(key, message)
    return lent


def _same_shape(message: Message, sentence: Sentence) -> bool:
    plural = message.id[1] if isinstance(message.id, list | tuple) else None
    return plural == sentence.plural


def compile_catalog(room: str, language: str) -> bool:
    """Write the .mo; True when it changed."""
    if not (folder(room, language) / "django.po").exists():
        return False
    path = folder(room, language) / "django.mo"
    return _write_when_changed(path, mo_bytes(read(room, language)))


# --- Checking


def problems(room: str, language: str) -> Iterator[str]:
    """Everything that is wrong with one catalogue, a line each."""
    wanted = collect(room)
    catalog = read(room, language)
    have = entries(catalog)
    place = f"locale/{room}/{language}"
    for key in sorted(wanted.keys() - have.keys(), key=str):
        yield f"{place}: missing: {key[1]!r}"
    for key in sorted(have.keys() - wanted.keys(), key=str):
        yield f"{place}: unused: {key[1]!r}"
    for key in sorted(have.keys() & wanted.keys(), key=str):
        for fault in faults(have[key], wanted[key], catalog):
            yield f"{place}: {fault}: {key[1]!r}"
    if (folder(room, language) / "django.po").exists():
        compiled = folder(room, language) / "django.mo"
        if not compiled.exists() or compiled.read_bytes() != mo_bytes(catalog):
            yield f"{place}: django.mo is stale; run `manage.py translations compile {room}`"


def faults(message: Message, sentence: Sentence, catalog: Catalog) -> Iterator[str]:
    """What is wrong with one entry."""
    if not _same_shape(message, sentence):
        yield "plural differs from the source"
        return
    if message.fuzzy:
        yield "fuzzy"
    translated = forms(message)  # a form that the file lacks is read as an empty one
    if not all(text.strip() for text in translated):
        yield "empty"
        return
    for number, text in enumerate(translated):
        if _placeholders(text) not in _allowed(sentence, catalog, number):
            yield f"placeholders differ in {text!r}"
        elif "%(" in sentence.singular and STRAY_PERCENT.search(text.replace("%%", "")):
            yield f"a lone % in {text!r}"


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def _allowed(sentence: Sentence, catalog: Catalog, form: int) -> list[set[str]]:
    """Sets of placeholders a form may hold: in Polish the first form means exactly one."""
    if sentence.plural is None:
        return [_placeholders(sentence.singular)]
    full = _placeholders(sentence.plural)
    if str(catalog.locale) == "pl" and form == 0:
        return [full, _placeholders(sentence.singular)]
    return [full]


def contradictions(rooms: Callable[[str], bool]) -> Iterator[str]:
    """Sentences that two rooms translate differently: only one of them would ever be shown."""
    for language in LANGUAGES:
        seen: dict[Key, tuple[str, list[str]]] = {}
        for room in settings.ROOMS:
            for key, message in entries(read(room, language)).items():
                text = forms(message)
                if not all(text):
                    continue
                first_room, first_text = seen.setdefault(key, (room, text))
                if first_text != text and (rooms(room) or rooms(first_room)):
                    yield (
                        f"locale/*/{language}: {key[1]!r} is {first_text[0]!r} in {first_room} "
                        f"and {text[0]!r} in {room}"
                    )

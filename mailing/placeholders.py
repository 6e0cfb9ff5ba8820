"""Our own parser of letter texts: plain names in braces, from a closed list, and nothing else.

No attribute, index, format spec, conversion or nesting (pretix CVE-2026-2415). Values are cleaned
so that nothing typed by a person becomes a link or markup in a letter (pretalx CVE-2026-41426).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mailing.values import Address

NAME = re.compile(r"[a-z][a-z0-9_]{0,49}\Z")
PIECES = re.compile(r"\{([^{}]*)\}|([{}])")
SUBJECT_LENGTH = 200
JOINER = "\u2060"
# Shown unbroken: no slash and no colon, so that nothing but a mail address can be made of it.
SIMPLE_ADDRESS = re.compile(r"[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,24}\Z", re.IGNORECASE)
LINK_LIKE = re.compile(
    r"(?<=[\w\])])([.\u3002\uff0e\uff61])(?=[^\W\d_])"  # a dot before a letter: example.com
    r"|(?<=\d)(\.)(?=\d{1,3}\.\d{1,3}\.\d)"  # an address in figures: 10.0.0.1
    r"|(:)(?=[/\\]{2})"  # http://
    r"|([@\uff20\ufe6b])"  # a@b
    r"|(?<=[a-z])(:)(?=\S)",  # mailto:x, javascript:x
    re.IGNORECASE,
)


class BadLetterText(ValueError):
    """A letter text, or a value for it, that we refuse; the message says why."""


def split(text: str, allowed: Iterable[str]) -> list[tuple[str, str]]:
    """Take a text apart into ("text", words) and ("name", placeholder).

    Raises `BadLetterText` for anything in braces that is not a plain name of `allowed`, and for a
    brace that stands alone.
    """
    allowed = set(allowed)
    pieces: list[tuple[str, str]] = []
    end = 0
    for found in PIECES.finditer(text):
        if found[2]:
            near = text[found.start() :][:40]
            raise BadLetterText(_("A brace stands alone here: %(near)s") % {"near": near})
        name = found[1]
        if not NAME.match(name):
            raise BadLetterText(
                _("{%(name)s} is not a placeholder: only a plain name may stand in braces.")
                % {"name": name}
            )
        if name not in allowed:
            raise BadLetterText(
                _("{%(name)s} is not among the placeholders of this letter.") % {"name": name}
            )
        pieces += [("text", text[end : found.start()]), ("name", name)]
        end = found.end()
    return [piece for piece in [*pieces, ("text", text[end:])] if piece[1]]


def clean(value: object) -> str:
    """A value as harmless text: no control or direction characters, nothing that turns into a link.

    Line ends stay. Raises `BadLetterText` for anything but text, whole numbers and Decimals: what
    else is to be shown is put into words by the caller, who knows the language.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal | Promise):
        raise BadLetterText(f"A letter shows words and whole numbers, not {type(value).__name__}")
    if isinstance(value, Address) and SIMPLE_ADDRESS.match(value):
        return str(value)
    text = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and text.isalnum():
        return text
    return LINK_LIKE.sub(lambda found: found[0] + JOINER, without_controls(text)).strip()


def without_controls(text: str) -> str:
    """A text without what no eye sees: control, direction and half characters, NUL among them."""
    return "\n".join(
        # Nearly all lines are, and are not looked at sign by sign.
        line if line.isprintable() else "".join(map(_harmless, line))
        for line in text.split("\n")
    )


def _harmless(char: str) -> str:
    category = unicodedata.category(char)
    if category not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}:
        return char
    return " " if category in {"Cc", "Zl", "Zp"} else ""


def one_line(text: str) -> str:
    """A subject: one line, at most 200 characters, runs of white space made one space."""
    line = " ".join(text.split())
    return line if len(line) <= SUBJECT_LENGTH else line[: SUBJECT_LENGTH - 1].rstrip() + "…"


def check_link(value: object) -> str:
    """An address for a button. Raises `BadLetterText` unless it is a plain http(s) address."""
    address = str(value)
    if not re.match(r"https?://[^\s<>\"'\\^`{|}\x00-\x20\x7f]+\Z", address):
        raise BadLetterText("A link in a letter must be a whole address that begins with https://")
    return address


def fill(pieces: list[tuple[str, str]], values: Mapping[str, str]) -> str:
    """Put already cleaned values in their places, once: what stands in a value is not looked at."""
    return "".join(values[word] if what == "name" else word for what, word in pieces)

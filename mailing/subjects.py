"""A long subject as header lines that every mail program reads (RFC 5322, RFC 2047)."""

import re
import textwrap
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header

LINE = 76
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
FOLD = re.compile(r"\r?\n(?=[ \t])")
NAME = "Subject"


def folded(value: str, linesep: str) -> bytes:
    """The whole header, ending with `linesep`; its first line always begins with words.

    Django encodes a subject before it knows how long the header's name is, so the first piece does
    not fit beside it: the line would be "Subject:" alone, which some programs show as an empty
    subject. `value` is the header's value as Django made it, encoded or plain.
    """
    words = FOLD.sub("", value)
    said = _decoded(words)
    if said.isascii():
        return f"{NAME}: {_wrapped(words, linesep)}{linesep}".encode("ascii")
    header = Header(said, "utf-8", maxlinelen=LINE, header_name=NAME)
    return f"{NAME}: {header.encode(linesep=linesep)}{linesep}".encode("ascii")


def _decoded(words: str) -> str:
    """What a reader sees, in one line; what only looks encoded stays as it was typed."""
    try:
        said = str(make_header(decode_header(words)))
    except (HeaderParseError, LookupError, UnicodeError):
        return words
    return BREAKS.sub(" ", said)


def _wrapped(words: str, linesep: str) -> str:
    """Plain words, broken at spaces alone; a word longer than a line stays whole."""
    lines = textwrap.wrap(
        words,
        LINE,
        initial_indent=" " * len(f"{NAME}: "),
        subsequent_indent=" ",
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    return linesep.join(lines).lstrip()

"""From one text to the two parts of a letter: plain text and HTML in our layout.

A text is: the subject, an empty line, blocks with empty lines between them. A block is a paragraph,
a list (each line begins with "- "), a button ("-> {link} | Label"), or, as the last block, why the
person gets this ("-- ..."). The layout is rendered and inlined once for each text; a letter then
costs only the joining of strings.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import lru_cache
from typing import NamedTuple

import css_inline
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext

from mailing import placeholders, sealing
from mailing.placeholders import BadLetterText

UNSUBSCRIBE = "unsubscribe"
Pieces = list[tuple[str, str]]


class Block(NamedTuple):
    """One block of a text: what it is, its lines, and for a button the name of its link."""

    kind: str
    lines: tuple[str, ...]
    link: str = ""
    is_first: bool = False


@dataclass(frozen=True)
class Compiled:
    """A text ready to take values: its parts in pieces, and the names that are links."""

    subject: Pieces
    text: Pieces
    html: Pieces
    links: frozenset[str]
    names: frozenset[str]


class Rendered(NamedTuple):
    """A letter in words.

    `sealed` holds the values whose markers stand in text and html, `words` the clean others.
    """

    subject: str
    text: str
    html: str
    sealed: dict[str, str]
    words: dict[str, str]


def parse(source: str, allowed: frozenset[str]) -> tuple[str, list[Block]]:
    """Take a text apart into its subject and blocks. Raises `BadLetterText`."""
    if any(mark in source for mark in (sealing.OPEN, sealing.CLOSE, sealing.NUMBER)):
        raise BadLetterText(gettext("Please remove the invisible characters from the text."))
    subject, _, rest = source.replace("\r\n", "\n").strip().partition("\n")
    chunks = [chunk.strip("\n") for chunk in rest.split("\n\n") if chunk.strip()]
    if not subject.strip() or not rest.startswith("\n") or not chunks:
        raise BadLetterText(gettext("A letter has a subject and at least one paragraph of text."))
    blocks = [_block(chunk, allowed) for chunk in chunks]
    if any(block.kind == "why" for block in blocks[:-1]):
        raise BadLetterText(gettext("Why the person gets this letter (--) stands at its end."))
    for text in (subject, *(line for block in blocks for line in block.lines)):
        placeholders.split(text, allowed)
    return subject.strip(), blocks


def _block(chunk: str, allowed: frozenset[str]) -> Block:
    lines = tuple(line.strip() for line in chunk.split("\n"))
    if lines[0].startswith("-> "):
        target, bar, label = lines[0].removeprefix("-> ").partition(" | ")
        pieces = placeholders.split(target.strip(), allowed)
        if len(lines) > 1 or not bar or not label.strip() or [p[0] for p in pieces] != ["name"]:
            raise BadLetterText(
                gettext("A button is a line of its own: -> {link} | What the button says")
            )
        return Block("button", (label.strip(),), pieces[0][1])
    if lines[0].startswith("-- "):
        return Block("why", (lines[0].removeprefix("-- "), *lines[1:]))
    if all(line.startswith("- ") for line in lines):
        return Block("list", tuple(line.removeprefix("- ") for line in lines))
    return Block("paragraph", lines)


@lru_cache(maxsize=512)
def compile_text(
    source: str, language: str, allowed: frozenset[str], is_bulk: bool, reply_to: str
) -> Compiled:
    """Parse a text and lay it out once, ready for any number of letters. Raises `BadLetterText`."""
    subject, blocks = parse(source, allowed)
    why = [block for block in blocks if block.kind == "why"]
    body = [block for block in blocks if block.kind != "why"]
    links = {block.link for block in body if block.link}
    buttons = [number for number, block in enumerate(body) if block.kind == "button"]
    if buttons:
        body[buttons[0]] = body[buttons[0]]._replace(is_first=True)
    names = allowed | ({UNSUBSCRIBE} if is_bulk else set())
    context = {
        "language": language,
        "blocks": body,
        "why": " ".join(why[0].lines) if why else "",
        "reply_to": parseaddr(reply_to)[1],
        "is_bulk": is_bulk,
        "reference": sealing.NUMBER,
    }
    with translation.override(language):
        page = css_inline.inline(
            render_to_string("emails/mailing/layout.html", context), keep_style_tags=True
        )
        plain = render_to_string("emails/mailing/layout.txt", context).strip() + "\n"
    opening = links | ({UNSUBSCRIBE} if is_bulk else set())
    text, markup = placeholders.split(plain, names), _split_html(page, names)
    return Compiled(
        subject=placeholders.split(subject, allowed - opening),
        text=text,
        html=markup,
        links=frozenset(opening),
        names=frozenset(_names(text) | _names(markup)),
    )


def _split_html(page: str, names: frozenset[str]) -> Pieces:
    """As `placeholders.split`, for a page whose style sheet has braces of its own."""
    pieces: Pieces = []
    for number, part in enumerate(page.split("<style")):
        sheet, end, rest = part.partition("</style>") if number else ("", "", part)
        pieces += [("text", f"<style{sheet}{end}")] if number else []
        pieces += placeholders.split(_plain_links(rest), names)
    return pieces


def _plain_links(page: str) -> str:
    """The inliner writes the braces of an address as %7B and %7D; have them back."""
    return page.replace("%7B", "{").replace("%7D", "}")


def _names(pieces: Pieces) -> set[str]:
    return {word for what, word in pieces if what == "name"}


def render(
    compiled: Compiled,
    context: Mapping[str, object],
    *,
    language: str,
    seal: frozenset[str],
    links: frozenset[str] = frozenset(),
) -> Rendered:
    """Put the values of one person into a compiled text.

    Links and the names in `seal` stay markers; their values come back in `sealed`, also those that
    this text does not show, so that another text can be put in its place later. Raises
    `BadLetterText` when a value is missing or of no use.
    """
    if secret := _names(compiled.subject) & seal:
        raise BadLetterText(
            gettext("{%(name)s} is secret and cannot stand in the subject.")
            % {"name": sorted(secret)[0]}
        )
    words: dict[str, str] = {}
    sealed: dict[str, str] = {}
    for name in compiled.names | _names(compiled.subject) | context.keys():
        if name not in context:
            raise BadLetterText(f"The letter needs a value for {{{name}}}")
        if name in compiled.links or name in links:
            sealed[name] = placeholders.check_link(context[name])
        elif name in seal:
            sealed[name] = placeholders.clean(context[name])
        else:
            with translation.override(language):
                words[name] = placeholders.clean(context[name])
    return assemble(compiled, words, sealed)


def assemble(compiled: Compiled, words: Mapping[str, str], sealed: Mapping[str, str]) -> Rendered:
    """Join a compiled text with values that are clean already, as those kept with a letter are.

    Raises `BadLetterText` when the text asks for a value that is not there.
    """
    for name in compiled.names | _names(compiled.subject):
        if name not in words and name not in sealed:
            raise BadLetterText(f"The letter needs a value for {{{name}}}")
    markers = {name: sealing.marker(name) for name in sealed}
    markup = {name: html.escape(word).replace("\n", "<br>") for name, word in words.items()}
    return Rendered(
        subject=placeholders.one_line(placeholders.fill(compiled.subject, words)),
        text=placeholders.fill(compiled.text, {**words, **markers}),
        html=placeholders.fill(compiled.html, {**markup, **markers}),
        sealed=dict(sealed),
        words=dict(words),
    )

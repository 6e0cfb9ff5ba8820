"""What each room says: English sentences collected from its templates and its Python.

Templates are read with Django's own lexer and Python with `ast`, so that neither xgettext nor a
database is needed.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace
from django.utils.translation.template import (
    block_re,
    constant_re,
    context_re,
    endblock_re,
    inline_re,
    plural_re,
)

BASE_ROOM = "core"
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml", ".svg", ".ics"}
FUNCTIONS = {  # name -> positions of context, singular, plural
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}

Key = tuple[str | None, str]


class UnreadableSourceError(Exception):
    """A template or module from which no sentences can be collected; the text says where."""


@dataclass(frozen=True)
class Sentence:
    """One msgid as the source says it; `context` and `plural` where there are any."""

    singular: str
    plural: str | None = None
    context: str | None = None

    @property
    def key(self) -> Key:
        return (self.context, self.singular)


# `templates/win4ua` is the crispy pack, which belongs to core; the wiring's own pages are the desk.
WIRING = {"win4ua": BASE_ROOM, "desk": "win4ua"}


def collect(room: str) -> dict[Key, Sentence]:
    """Every sentence a room says, in templates and Python."""
    found: dict[Key, Sentence] = {}
    for sentence in [*_from_templates(room), *_from_python(room)]:
        known = found.get(sentence.key)
        if known is None or known.plural is None:
            found[sentence.key] = sentence
    return found


def room_of_template(path: Path) -> str:
    """The room a template (a path relative to `templates/`) belongs to."""
    folders = [folder for folder in path.parts[:-1] if folder not in ("admin", "emails", "pdf")]
    rooms = {room: room for room in settings.ROOMS} | WIRING
    return rooms.get(folders[0], BASE_ROOM) if folders else BASE_ROOM


def _from_templates(room: str) -> Iterator[Sentence]:
    top = settings.BASE_DIR / "templates"
    for path in sorted(top.rglob("*")):
        if path.suffix in TEMPLATE_SUFFIXES and room_of_template(path.relative_to(top)) == room:
            yield from sentences_of_template(path.read_text(encoding="utf-8"), str(path))


def _from_python(room: str) -> Iterator[Sentence]:
    for path in sorted((settings.BASE_DIR / room).rglob("*.py")):
        if "migrations" not in path.parts:
            yield from sentences_of_python(path.read_text(encoding="utf-8"), str(path))


def _unquoted(literal: str) -> str:
    return literal[1:-1]


def _context(match: str | None) -> str | None:
    found = context_re.match(match) if match else None
    return _unquoted(found[1]) if found else None


def _block_text(tokens: list[Token], *, is_trimmed: bool) -> str:
    parts = [
        f"%({token.contents})s"
        if token.token_type == TokenType.VAR
        else token.contents.replace("%", "%%")
        for token in tokens
        if token.token_type in (TokenType.VAR, TokenType.TEXT)
    ]
    return trim_whitespace("".join(parts)) if is_trimmed else "".join(parts)


def _take_block(tokens: Iterator[Token], opening: Token, origin: str) -> Sentence:
    """Read on to `endblocktranslate`."""
    match = block_re.match(opening.contents)
    is_trimmed = "trimmed" in opening.split_contents()
    singular: list[Token] = []
    plural: list[Token] = []
    current = singular
    for token in tokens:
        if token.token_type != TokenType.BLOCK:
            current.append(token)
        elif plural_re.match(token.contents):
            current = plural
        elif endblock_re.match(token.contents):
            return Sentence(
                _block_text(singular, is_trimmed=is_trimmed),
                _block_text(plural, is_trimmed=is_trimmed) if current is plural else None,
                _context(match[1]) if match else None,
            )
        else:
            raise UnreadableSourceError(
                f"{origin}:{token.lineno}: {{% {token.contents} %}} inside a blocktranslate"
            )
    raise UnreadableSourceError(f"{origin}:{opening.lineno}: blocktranslate without its end")


def sentences_of_template(source: str, origin: str = "template") -> Iterator[Sentence]:
    """What a template says: `translate`, `blocktranslate` and `_("...")` in tags and filters."""
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type not in (TokenType.BLOCK, TokenType.VAR):
            continue
        if token.contents == "comment" or token.contents.startswith("comment "):
            for inner in tokens:
                if inner.contents == "endcomment":
                    break
            continue
        for constant in constant_re.findall(token.contents):
            yield Sentence(_unquoted(constant).replace("%", "%%"))
        if token.token_type == TokenType.VAR:
            continue
        if inline := inline_re.match(token.contents):
            yield Sentence(_unquoted(inline[1]).replace("%", "%%"), None, _context(inline[2]))
        elif block_re.match(token.contents):
            yield _take_block(tokens, token, origin)


def _gettext_names(tree: ast.Module) -> dict[str, str]:
    """Local name -> gettext function, as the module imports them."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for alias in node.names:
                if alias.name in FUNCTIONS:
                    names[alias.asname or alias.name] = alias.name
    return names


def _literal(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left), _literal(node.right)
        return left + right if left is not None and right is not None else None
    return None


def sentences_of_python(source: str, origin: str = "module") -> Iterator[Sentence]:
    """What a module says through Django's gettext functions, under any imported name."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise UnreadableSourceError(f"{origin}:{error.lineno}: {error.msg}") from error
    names = _gettext_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            function = names.get(node.func.id)
        elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            is_module = node.func.value.id == "translation"
            function = node.func.attr if is_module and node.func.attr in FUNCTIONS else None
        else:
            function = None
        if function is None:
            continue
        context, singular, plural = FUNCTIONS[function]
        if any(isinstance(argument, ast.JoinedStr) for argument in node.args):
            raise UnreadableSourceError(f"{origin}:{node.lineno}: an f-string is never translated")

        def said(position: int | None, call: ast.Call = node) -> str | None:
            in_reach = position is not None and position < len(call.args)
            return _literal(call.args[position]) if in_reach and position is not None else None

        text = said(singular)
        if text:
            yield Sentence(text, said(plural), said(context))

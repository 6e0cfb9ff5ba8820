"""The words that the author of a reply wrote: the letter that is quoted below them is cut off."""

import re
from contextlib import suppress
from html.parser import HTMLParser

# The line above a quoted letter, as mail programs of our offices write it.
WROTE = r"(?:wrote|pisze|napisał\(a\)|napisała?|napisali|пише|написав|написала|написав\(-ла\))"
HEADINGS = re.compile(
    r"^(?:"
    r"-{3,}\s*(?:original message|forwarded message|oryginalna wiadomość|wiadomość oryginalna"
    r"|treść oryginalnej wiadomości|wiadomość przekazana|wiadomość napisana przez"
    r"|початкове повідомлення|оригінальне повідомлення|переслане повідомлення).*"
    r"|_{20,}"
    rf"|(?:on|w dniu|dnia|dn\.|am|le)\s.{{1,200}}{WROTE}:?"
    rf"|.{{1,200}}\s{WROTE}:"
    r"|(?:wiadomość napisana przez|повідомлення від)\s.{1,200}:"
    r")\s*$",
    re.IGNORECASE,
)
# Outlook quotes without a mark: "Od: …" and, within the next lines, "Temat: …".
FROM_LINE = re.compile(r"^\*?(?:from|od|від|от|nadawca)\*?:\*?\s", re.IGNORECASE)
SUBJECT_LINE = re.compile(r"^\*?(?:subject|temat|тема)\*?:\*?\s", re.IGNORECASE)
WITHIN = 6
BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"}
UNSEEN = {"head", "style", "script", "title", "template", "blockquote"}


def cut(text: str) -> str:
    """The words above the quoted letter; what stands between or below quoted lines stays.

    Never gives less than something: a message that only quotes is given as it is.
    """
    lines = text.split("\n")
    kept: list[str] = []
    for place, line in enumerate(lines):
        if _begins_a_letter(lines, place):
            if any(each.strip() for each in kept):
                break
            continue
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return said or text.strip()


def _begins_a_letter(lines: list[str], place: int) -> bool:
    line = lines[place].strip()
    if len(line) <= 300 and HEADINGS.match(line):
        return True
    after = lines[place + 1 : place + WITHIN]
    return bool(FROM_LINE.match(line)) and any(SUBJECT_LINE.match(each.strip()) for each in after)


class _Words(HTMLParser):
    """Collects what an eye sees of a page, one line a block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen = 0 if tag == "body" else self.unseen + (tag in UNSEEN)
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in UNSEEN))
        if tag in BLOCKS - {"br"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(re.sub(r"\s+", " ", data))


def plain_of_html(page: str) -> str:
    """The words of a page, without markup and without what it quotes; nothing of it can act."""
    reader = _Words()
    with suppress(
        AssertionError
    ):  # markup that the parser gives up on; what was read so far counts
        reader.feed(page)
        reader.close()
    lines = (line.strip() for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

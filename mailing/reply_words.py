"""The words that the author of a reply wrote: the letter that is quoted below them is cut off."""

import re
from contextlib import suppress
from html.parser import HTMLParser

# The line above a quoted letter, as mail programs of our offices write it.
WROTE = r"(?:wrote|pisze|napisał\(a\)|napisała?|napisali|пише|написав|написала|написав\(-ла\))"
MARKED = re.compile(
    r"^(?:-{3,}\s*(?:original message|forwarded message|oryginalna wiadomość|wiadomość oryginalna"
    r"|treść oryginalnej wiadomości|wiadomość przekazana|wiadomość napisana przez"
    r"|початкове повідомлення|оригінальне повідомлення|переслане повідомлення).*)$",
    re.IGNORECASE,
)
LINE = re.compile(r"^_{20,}$")
SOMEBODY_WROTE = re.compile(
    r"^(?:"
    rf"(?:on|w dniu|dnia|dn\.|am|le)\s.{{1,200}}{WROTE}:?"
    rf"|.{{1,200}}\s{WROTE}:"
    r"|(?:wiadomość napisana przez|повідомлення від)\s.{1,200}:"
    r")$",
    re.IGNORECASE,
)
# People write "Nasz wójt pisze:" themselves; a mail program names an address or a day.
ADDRESS_OR_DAY = re.compile(r"\S@\S|\d[./-]\d|\b\d{1,2}:\d\d\b|\b(?:19|20)\d\d\b")
# Outlook quotes without a mark: "Od: …" and, within the next lines, "Temat: …".
FROM_LINE = re.compile(r"^\*?(?:from|od|від|от|nadawca)\*?:\*?\s", re.IGNORECASE)
SUBJECT_LINE = re.compile(r"^\*?(?:subject|temat|тема)\*?:\*?\s", re.IGNORECASE)
WITHIN = 6
QUOTES = {"blockquote"}
BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"} | QUOTES
UNSEEN = {"head", "style", "script", "title", "template"}
# What the parser was still waiting for when the page ended; more of it is no text of a person.
MOST_LEFT_OPEN = 1_000


def cut(text: str) -> tuple[str, bool]:
    """The words above the quoted letter, and whether no words of the author can be missing.

    What stands between or below quoted lines stays. Never gives less than something: a message
    that only quotes is given as it is.
    """
    is_whole = True
    lines = text.split("\n")
    kept: list[str] = []
    for place, line in enumerate(lines):
        if _begins_a_letter(lines, place):
            if any(each.strip() for each in kept):
                is_whole = _is_only_a_letter(lines, place)
                break
            continue
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
    return said or text.strip(), is_whole


def _is_only_a_letter(lines: list[str], place: int) -> bool:
    """Whether below a heading there are only quoted lines, or a program's own mark began it."""
    if not SOMEBODY_WROTE.match(lines[place].strip()):
        return True
    below = (each.lstrip() for each in lines[place + 1 :])
    return all(each.startswith(">") for each in below if each)


def _begins_a_letter(lines: list[str], place: int) -> bool:
    line = lines[place].strip()
    if len(line) > 300:
        return False
    after = [each.strip() for each in lines[place + 1 : place + WITHIN]]
    if MARKED.match(line):
        return True
    if SOMEBODY_WROTE.match(line):
        below = next((each for each in after if each), "")
        return below.startswith(">") or bool(ADDRESS_OR_DAY.search(line))
    if LINE.match(line):
        return any(map(FROM_LINE.match, after))
    return bool(FROM_LINE.match(line)) and any(map(SUBJECT_LINE.match, after))


class _Words(HTMLParser):
    """Collects what an eye sees of a page, one line a block."""

    def __init__(self, *, with_quotes: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.hides = UNSEEN if with_quotes else UNSEEN | QUOTES
        self.words: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.unseen = 0 if tag == "body" else self.unseen + (tag in self.hides)
        if tag in BLOCKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.unseen = max(0, self.unseen - (tag in self.hides))
        if tag in BLOCKS - {"br"}:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.words.append(re.sub(r"\s+", " ", data))


def plain_of_html(page: str, *, with_quotes: bool = False) -> str:
    """The words of a page, without markup; nothing of it can act. What it quotes on demand.

    A tag that never ends hides what follows: going on behind it costs the square of its length.
    """
    reader = _Words(with_quotes=with_quotes)
    with suppress(AssertionError):  # markup that the parser gives up on; what was read counts
        reader.feed(page)
        if len(reader.rawdata) <= MOST_LEFT_OPEN:
            reader.close()
    lines = (line.strip() for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

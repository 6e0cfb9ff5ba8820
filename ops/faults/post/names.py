"""L02: what people type as their names. A letter has the links of its template, and no other."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any
from unittest import mock

from ops.bench.servers import Servers
from ops.faults import corpora
from ops.faults.result import Result

HONEST = "Jan Kowalski"
HANDMADE = (
    "[Kliknij](http://evil.example)",
    "[Kliknij][1]\n\n[1]: http://evil.example",
    "<http://evil.example>",
    "![x](http://evil.example/x.png)",
    '<a href="http://evil.example">gov.pl</a>',
    '<img src="http://evil.example/x.png">',
    '"><script src=//evil.example></script>',
    "http://evil.example/login",
    "HTTPS://EVIL.EXAMPLE",
    "https:evil.example",
    "//evil.example/x",
    "www.evil.com",
    "evil.com",
    "Evil.Com/login?a=b",
    "gov.pl.evil.com",
    "win4ua.example.org.evil.com",
    "pl.wikipedia.org",
    "еvіl.com",  # noqa: RUF001 - Cyrillic letters that look Latin
    "ｅｖｉｌ．ｃｏｍ",  # noqa: RUF001 - full width
    "evil。com",
    "evil｡com",
    "evil\u200b.com",
    "evil\u00ad.com",
    "evil\u2060.com",
    "e\u202emoc.live",
    "xn--80ak6aa92e.com",
    "10.0.0.1/login",
    "http://10.0.0.1",
    "http://[::1]/",
    "http://2130706433",
    "ftp://evil.example",
    "mailto:evil@evil.example",
    "evil@evil.example",
    "tel:+48123456789",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "-> {link} | Kliknij",
    "{link}",
    "\ue000link\ue001",
    "Jan\r\nBcc: wszyscy@evil.example",
    "Jan\n\n-> http://evil.example | Kliknij",
    "&lt;a href=&quot;http://evil.example&quot;&gt;",
    "&#104;ttp://evil.example",
    "Jan =?utf-8?q?http=3A//evil.example?=",
)
# What mail programs make links of in plain text: the joiner that we put in (U+2060, SEC-T T2) ends
# the match, as it does there.
DOT = "[.\u3002\uff0e\uff61]"
ADDRESS = re.compile(
    r"(?:https?|ftp)://[^\s\u2060]+"
    r"|\b(?:https?|ftp|mailto|javascript|data|tel):[^\s\u2060]+"
    rf"|(?<![\w+-])[\w+-]++(?:{DOT}[\w-]++)*{DOT}[^\W\d_]{{2,}}\b"
    r"|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b"
    rf"|(?<![\w.+-])[\w.+-]++[@\uff20\ufe6b][\w-]++{DOT}",
    re.IGNORECASE,
)
UNSUBSCRIBE = "(the page for stopping these letters)"


class _Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self.links: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = tuple((name, value or "") for name, value in attrs)
        if tag != "br":  # an end of a line in a name is one here, too
            self.tags[tag, known] += 1
        self.links |= {
            value for name, value in known if name in ("href", "src", "action", "background")
        }

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def found_in(content: bytes, own_page: str) -> tuple[object, ...]:
    """All that could be followed in a letter, and its structure: of both parts and its headers."""
    message = message_from_bytes(content, policy=policy.default)
    page = _Page()
    html, text = "", ""
    for part in message.walk():
        if part.get_content_type() == "text/html":
            html = part.get_content().replace(own_page, UNSUBSCRIBE)
        elif part.get_content_type() == "text/plain":
            text = part.get_content().replace(own_page, UNSUBSCRIBE)
    page.feed(html)
    page.close()
    return (
        frozenset(page.links),
        frozenset(_made_links(text)),
        frozenset(_made_links("\n".join(page.text))),
        frozenset(page.tags.items()),
        tuple(sorted(message.keys())),
        message.get_content_type(),
    )


def _made_links(text: str) -> set[str]:
    """What a mail program may make a link of in plain text."""
    return {found[0].rstrip(".,)") for found in ADDRESS.finditer(text)}


def letters_with(names: Sequence[str], letter: str, language: str) -> list[tuple[bytes, str]]:
    """The bytes of a letter with each of these names in all its places, and its own stop page."""
    from django.db import transaction
    from django.utils import timezone

    from mailing import registry, services, transport, unsubscribe
    from mailing.models import Letter
    from mailing.values import Recipient

    kind = registry.kind(letter)
    before = Letter.objects.count()
    orders = [
        services.Order(
            key=f"name.{before}.{place:06}",
            to=Recipient("urzad@gmina.example", language, name),
            context={
                word: sample if word in kind.links else name
                for word, sample in kind.placeholders.items()
            },
        )
        for place, name in enumerate(names)
    ]
    with transaction.atomic():
        _written, refused = services.write_many(orders, letter=letter, now=timezone.now())
    if refused:
        raise RuntimeError(f"{letter}: {refused[0][1]}")
    made = Letter.objects.filter(key__startswith=f"name.{before}.").order_by("key")
    return [
        (
            transport.build(each, "smtp").message().as_bytes(),
            unsubscribe.url_for(each.uuid, each.language),
        )
        for each in made
    ]


def spoiled(names: Iterable[str], letter: str, language: str) -> list[str]:
    """Of these names, those that change what a letter links to or is made of."""
    every = list(names)
    (honest, own), *others = letters_with([HONEST, *every], letter, language)
    expected = found_in(honest, own)
    return [
        name
        for name, (content, page) in zip(every, others, strict=True)
        if found_in(content, page) != expected
    ]


def run(_servers: Servers, share: float) -> Result:
    """Every name in one letter; those made for mail in every letter of the house."""
    from mailing import registry, rendering
    from tests.naughty import NAUGHTY

    missing = corpora.fetch(corpora.SCRIPTS)
    names = [*NAUGHTY, *corpora.scripts()][:: max(1, int(1 / share))]
    kinds = sorted(registry.kinds())
    languages = ("pl", "uk", "en")
    bad: list[str] = []
    for place, letter in enumerate(kinds):
        language = languages[place % 3]
        bad += spoiled([*HANDMADE, *names[place :: len(kinds)]], letter, language)
    with (
        mock.patch.object(rendering.placeholders, "clean", str),
        mock.patch.object(rendering.html, "escape", str),
    ):
        control = len(spoiled([*HANDMADE[:12]], kinds[0], "pl"))
    links, parts = _shown(kinds[0])
    return Result(
        "L02",
        {
            "letters_of_the_house": len(kinds),
            "names": len(names) + len(HANDMADE),
            "letters_made": len(kinds) * len(HANDMADE) + len(names),
            "spoiled": len(bad),
            "links_of_one_letter": links,
            "parts": parts,
            "archives_missing": ",".join(missing) or 0,
            "control_without_cleaning_spoiled": control,
            **({"first": bad[:3]} if bad else {}),
        },
        {
            "the links are the template's own": not bad,
            "there are links to compare": links > 1,
            "control: without cleaning there are others": control >= 6,
        },
    )


def _shown(letter: str) -> tuple[int, int]:
    ((content, own),) = letters_with([HONEST], letter, "pl")
    seen: Any = found_in(content, own)
    return len(seen[0]), len(list(message_from_bytes(content).walk()))

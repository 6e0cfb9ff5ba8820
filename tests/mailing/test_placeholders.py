"""Our own placeholder parser: plain names only; values never become links or markup."""

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from mailing import Address, placeholders, rendering, sealing
from mailing.placeholders import BadLetterText

HOSTILE_PLACEHOLDERS = [
    "{event.__init__.__code__.co_filename}",
    "{name.upper}",
    "{name.__class__}",
    "{name[0]}",
    "{name[key]}",
    "{name!r}",
    "{name!s}",
    "{name!a}",
    "{name:>10}",
    "{name:{name}}",
    "{name:%Y}",
    "{0}",
    "{}",
    "{ name }",
    "{name }",
    "{ name}",
    "{{name}}",
    "{{ name }}",
    "{name",
    "name}",
    "{{",
    "}}",
    "{nom{name}e}",
    "{NAME}",
    "{__name__}",
    "{_name}",
    "{name\n}",
    "{name,other}",
    "{name|safe}",
    "{name()}",
    "{other}",
    "{settings}",
    "{self}",
    "{ｎame}",
    "{nаme}",  # with a Cyrillic letter
    "{%s}",
    "{name}{",
]
HOSTILE_NAMES = [
    "[Kliknij](http://evil.example)",
    "![x](https://evil.example/p.png)",
    "<a href='http://evil.example'>Kliknij</a>",
    '<a href="https://evil.example">x</a>',
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</p></td><a href=//evil.example>x",
    "http://evil.example/login",
    "https://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "hxxp://evil.example",
    "ftp://evil.example",
    "//evil.example/x",
    "evil.example",
    "www.evil.example",
    "win4ua.pl.evil.example",
    "ｅvil．example",
    "evil。example",
    "еvil.рф",
    "evil.example:8080/x?y=1#z",
    "10.0.0.1/login",
    "http://10.0.0.1",
    "mailto:x@evil.example",
    "x@evil.example",
    "Jan <x@evil.example>",
    "javascript:alert(1)",
    "tel:+48123456789",
    "-> {link} | Kliknij",
    "{link}",
    "{code}",
    "\ue000link\ue001",
    "Anna\u202enna@evil.example",
    "a\u2028-> x",
    '" onmouseover="x',
    "&lt;a href=http://evil.example&gt;",
    "Anna\x00Nowak\x1b[31m",
]
AUTOLINKS = re.compile(
    r"(?i)[a-z][a-z0-9+.-]*://[^\s\u2060]|www\.\w|\w@\w|(?:mailto|javascript|tel):[^\s\u2060]"
    r"|[\w\u0400-\u04ff-]+[.．。｡](?:[^\W\d_]{2,})|(?:\d{1,3}\.){3}\d"
)
LETTER = """Zgłoszenie: {name}

Dzień dobry,

imię i nazwisko: {name}
kwota: {sum}

- pierwsza rzecz
- druga: {name}

-> {link} | Zobacz: {name}

Z pozdrowieniem
"""
NAMES = frozenset({"name", "sum", "link"})
LINK = "https://win4ua.example/ankieta/AbC/?x=1&y=2"
FOOT = "mailto:win4ua@example.org"


class Reader(HTMLParser):
    """What a mail program sees: addresses, elements, words."""

    def __init__(self, page: str):
        super().__init__()
        self.links, self.tags, self.words = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src", "action"}]

    def handle_data(self, data):
        self.words.append(data)


def render(source: str = LETTER, *, is_bulk: bool = False, language: str = "pl", **values):
    compiled = rendering.compile_text(source, language, NAMES, is_bulk, "win4ua@example.org")
    context = {"name": "Anna Nowak", "sum": Decimal("12.50"), "link": LINK, **values}
    if is_bulk:
        context["unsubscribe"] = "https://win4ua.example/wypisz/x/"
    words = rendering.render(compiled, context, language=language, seal=frozenset())
    filled = {name: value.replace("&", "&amp;") for name, value in words.sealed.items()}
    text = sealing.fill(words.text, words.sealed)
    return words.subject, text, sealing.fill(words.html, filled)


@pytest.mark.parametrize("hostile", HOSTILE_PLACEHOLDERS)
def test_hostile_placeholder_is_refused(hostile):
    """L01, T1: anything in braces that is not a plain name of the closed list."""
    with pytest.raises(BadLetterText):
        placeholders.split(f"Dzień dobry {hostile}!", {"name"})
    with pytest.raises(BadLetterText):
        rendering.parse(f"Temat\n\nDzień dobry {hostile}", frozenset({"name"}))
    with pytest.raises(BadLetterText):
        rendering.parse(f"Temat {hostile}\n\nDzień dobry", frozenset({"name"}))


@pytest.mark.parametrize("hostile", HOSTILE_NAMES)
def test_hostile_name_makes_no_link_and_no_markup(hostile):
    """L02, T2, E17: the links and elements of the letter are exactly the template's own."""
    plain = Reader(render()[2])

    subject, text, page = render(name=hostile)

    read = Reader(page)
    assert read.links == [LINK, FOOT]
    assert read.tags == plain.tags
    own = {LINK, "win4ua@example.org"}
    for word in own:
        text = text.replace(word, "")
    assert AUTOLINKS.findall(text) == []
    assert AUTOLINKS.findall("".join(read.words).replace("win4ua@example.org", "")) == []
    assert "\n" not in subject
    assert not any(ord(char) < 32 for char in subject)


def test_autolink_pattern_of_these_tests_finds_what_it_should():
    """Negative control: without neutralising, most of the names above would be links."""
    found = [name for name in HOSTILE_NAMES if AUTOLINKS.search(name)]

    assert len(found) >= 24


@pytest.mark.parametrize(
    "name",
    [
        "Anna Nowak",
        "Żółć-Gęślą",
        "Володимир О’Брайен",
        "O'Brien & Sons",
        "ul. Długa 5, 00-001 Warszawa",
        "12.04.2026, 10:00",
        "12 345,67 zł",
        "WIN4UA-2026-0147",
        "1 < 2 > 0",
    ],
)
def test_honest_value_reads_as_it_was_written(name):
    _subject, text, page = render(name=name)

    assert f"imię i nazwisko: {name}\n" in text
    assert f"imię i nazwisko: {name}" in "".join(Reader(page).words)


def test_both_parts_say_the_same():
    """T7's ground: nothing stands in one part only, except the address of the button."""
    _subject, text, page = render()
    in_html = " ".join(" ".join(Reader(page.partition("<body")[2]).words).split())
    in_text = " ".join(
        line.removeprefix("- ") for line in text.replace(LINK, "").split("\n") if line != "-----"
    )

    strip = str.maketrans("", "", " :>")
    assert (
        in_html.replace("WIN4UA ", "", 1)
        .translate(strip)
        .split('style="')[-1]
        .endswith(in_text.translate(strip))
    )


def test_letter_has_one_button_and_further_links_are_plain():
    source = "T\n\nA\n\n-> {link} | Pierwszy\n\n-> {link} | Drugi"
    page = render(source)[2]

    assert page.count('class="button"') == 1
    assert Reader(page).links == [LINK, LINK, FOOT]


def test_styles_stand_on_the_elements():
    page = render()[2]

    assert 'style="' in page.partition("<body")[2]
    assert "max-width: 600px" in page


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.5, "float"),
        (None, "NoneType"),
        (True, "bool"),
        (object(), "object"),
        (["a"], "list"),
        (b"a", "bytes"),
    ],
)
def test_value_of_another_kind_is_refused(value, reason):
    with pytest.raises(BadLetterText, match=reason):
        render(name=value)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "//evil.example",
        "/ankieta/",
        "https://a b",
        'https://a"b',
        "https://a\nb",
        "data:text/html,x",
        "",
        "ftp://a.example/",
    ],
)
def test_button_takes_only_whole_addresses(address):
    with pytest.raises(BadLetterText):
        render(link=address)


def test_missing_value_is_refused():
    """E8: an empty place in a letter is never sent."""
    compiled = rendering.compile_text(LETTER, "pl", NAMES, False, "win4ua@example.org")

    with pytest.raises(BadLetterText, match=r"\{sum\}"):
        rendering.render(compiled, {"name": "A", "link": LINK}, language="pl", seal=frozenset())


def test_subject_is_one_line_of_at_most_200_characters():
    subject = render(name="Ż\r\nBcc: x " + "y" * 400)[0]

    assert len(subject) == 200
    assert subject.startswith("Zgłoszenie: Ż Bcc: x yyy")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "Temat",
        "Temat\n\n",
        "Temat\nbez pustej linii",
        "T\n\n-> https://x | A",
        "T\n\n-> {link}",
        "T\n\n-> {link} | ",
        "T\n\n-> {link} | A\nB",
        "T\n\n-> {link}{name} | A",
        "T\n\n-- dlatego\n\nA",
        "T {link}\n\n-> {link} | A",
        "T\n\n\ue000link\ue001",
    ],
)
def test_misshapen_text_is_refused(source):
    with pytest.raises(BadLetterText):
        render(source)


def test_bulk_letter_says_how_to_stop_it():
    _subject, text, page = render(is_bulk=True)

    assert Reader(page).links == [LINK, FOOT, "https://win4ua.example/wypisz/x/"]
    assert "https://win4ua.example/wypisz/x/" in text


def test_reason_of_the_letter_replaces_the_general_one():
    _subject, text, page = render("T\n\nA\n\n-- Bo {name} tak chce.")

    assert "Bo Anna Nowak tak chce." in text.partition("-----")[2]
    assert "Bo Anna Nowak tak chce." in page.partition('class="foot"')[2]


def test_code_cannot_stand_in_a_subject():
    compiled = rendering.compile_text("Kod {name}\n\nA", "pl", NAMES, False, "a@b.example")

    with pytest.raises(BadLetterText):
        rendering.render(compiled, {"name": "482913"}, language="pl", seal=frozenset({"name"}))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("jan.kowalski@gmina.example", "jan.kowalski@gmina.example"),
        (
            "www.evil.example/x@gmina.example",
            "www.\u2060evil.\u2060example/x@\u2060gmina.\u2060example",
        ),
    ],
)
def test_address_of_a_known_person_can_be_copied(typed, shown):
    """Whole when it can be nothing but an address; broken like any other text otherwise."""
    assert placeholders.clean(Address(typed)) == shown

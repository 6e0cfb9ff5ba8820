"""The programme site for visitors, search engines and the law: P5, P6, A19, W8."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from programme.models import ConsentText
from programme.services.demonstration import demonstration_edition
from tests.factories.programme import EditionFactory

pytestmark = pytest.mark.django_db
PAGES = ["/", "/pytania/", "/dokumenty/", "/prywatnosc/", "/dostepnosc/"]
PREFIXES = {"": "pl", "/uk": "uk", "/en": "en"}


@pytest.fixture
def edition():
    return demonstration_edition(now=timezone.now())


def html_of(client, address) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


class Head(HTMLParser):
    """What the head of a page says."""

    def __init__(self, html: str):
        super().__init__()
        self.links: list[dict] = []
        self.meta: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "link":
            self.links.append(attributes)
        elif tag == "meta":
            name = attributes.get("name") or attributes.get("property")
            self.meta[name] = attributes.get("content", "")


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("page", PAGES)
def test_head_tells_search_engines_where_each_language_is(client, edition, prefix, page):
    html = html_of(client, f"{prefix}{page}?z=zmp")
    head = Head(html)

    alternates = {
        link["hreflang"]: link["href"] for link in head.links if link.get("rel") == "alternate"
    }
    assert alternates == {
        "pl": f"http://testserver{page}",
        "uk": f"http://testserver/uk{page}",
        "en": f"http://testserver/en{page}",
        "x-default": f"http://testserver{page}",
    }
    canonical = [link["href"] for link in head.links if link.get("rel") == "canonical"]
    assert canonical == [f"http://testserver{prefix}{page}"]
    assert head.meta["og:url"] == canonical[0]
    assert head.meta["og:description"] == head.meta["description"]
    assert 40 <= len(head.meta["description"]) <= 170
    assert "og:image" not in head.meta
    assert head.meta.get("robots", "") == ""


def test_descriptions_and_titles_differ_from_page_to_page(client, edition):
    heads = [Head(html_of(client, page)).meta for page in PAGES]

    assert len({head["description"] for head in heads}) == len(PAGES)
    assert len({head["og:title"] for head in heads}) == len(PAGES)


def test_map_of_the_site_lists_every_public_page_in_three_languages(client, edition):
    response = client.get("/sitemap.xml")

    listed = re.findall(r"<loc>http://testserver([^<]+)</loc>", response.content.decode())
    wanted = [*PAGES, "/ankieta/", "/zayavka/"]
    assert sorted(listed) == sorted(prefix + page for prefix in PREFIXES for page in wanted)
    for address in listed:
        assert client.get(address).status_code == 200


def test_robots_are_shown_the_map_and_kept_from_the_panel(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().split("\n") == [
        "User-agent: *",
        "Disallow: /admin/",
        "",
        "Sitemap: http://testserver/sitemap.xml",
        "",
    ]


def test_old_name_of_the_icon_leads_to_it(client):
    response = client.get("/favicon.ico")

    assert response.status_code == 301
    assert urlsplit(response["Location"]).path.startswith("/static/icons/favicon")


@pytest.mark.parametrize(
    ("prefix", "first", "second"),
    [
        ("", "door-host", "door-intern"),
        ("/en", "door-host", "door-intern"),
        ("/uk", "door-intern", "door-host"),
    ],
)
def test_each_visitor_sees_the_own_door_first(client, edition, prefix, first, second):
    html = html_of(client, f"{prefix}/")

    assert re.findall(r'<h2 id="(door-\w+)"', html) == [first, second]
    main = re.findall(r'class="(button[^"]*)" ?', html)
    assert [name for name in main if name == "button"] == ["button"]


def test_office_sees_at_once_what_who_when_how_long_and_the_button(client, edition):
    """Moment 1: all of it stands before the first other heading."""
    html = html_of(client, "/")

    door = html[html.index('id="door-host"') : html.index('id="door-intern"')]
    assert re.findall(r"<dt>([^<]+)</dt>", door) == [
        "Dla kogo",
        "O co prosimy",
        "Ile to trwa",
        "Koszty",
    ]
    assert "80\xa0000" in door
    assert "około 15 minut" in door
    assert (
        len(re.findall(r"<p><strong>Otwarte do: [^<]+ \(czas warszawski\)\.</strong></p>", door))
        == 1
    )
    assert len(re.findall(r'<a href="/ankieta/" class="button">', door)) == 1


def test_entrance_of_a_union_goes_on_to_the_survey_and_nonsense_does_not(client, edition):
    """A19."""

    def door_of(query: str) -> list[str]:
        return re.findall(
            r'<a href="(/ankieta/[^"]*)" class="button"', html_of(client, f"/{query}")
        )

    assert door_of("?z=zmp") == ["/ankieta/?z=zmp"]
    assert door_of("?z=zgwrp") == ["/ankieta/?z=zgwrp"]
    assert door_of('?z="><script>') == ["/ankieta/"]
    assert door_of("?z=" + "x" * 300) == ["/ankieta/"]


def test_timeline_lists_only_days_that_are_set_and_marks_today(client):
    now = timezone.now()
    EditionFactory(
        year=now.year,
        survey_opens_at=now - timedelta(days=2),
        survey_closes_at=now + timedelta(days=2),
        applications_open_at=now + timedelta(days=5),
        applications_close_at=now + timedelta(days=9),
        meetings_start_on=now.date() + timedelta(days=20),
        meetings_end_on=now.date() + timedelta(days=21),
        windows=(),
    )

    html = html_of(client, "/en/")

    rows = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', html, re.DOTALL)
    assert [(name, ">now</span>" in rest) for name, rest in rows] == [
        ("Survey of Polish municipalities", True),
        ("Applications from hromadas", False),
        ("Online information sessions", False),
    ]


def test_real_edition_prints_no_proposal(client):
    """Domain notes: what is inferred is not printed before staff have published it."""
    EditionFactory()

    words = "".join(html_of(client, page) for page in PAGES)

    for proposal in ("02-724", "art. 6 ust. 1", "biurko, komputer", "delegacji służbowej"):
        assert proposal not in words
    assert "Tutaj opublikujemy, za co płaci organizator" in words
    assert "Tutaj opublikujemy podstawę prawną" in words
    assert "Nie ma jeszcze odpowiedzi" in words
    assert "Nie ma jeszcze dokumentów" in words


def test_demonstration_is_complete_and_says_what_it_is(client, edition):
    assert "To jest demonstracja" in html_of(client, "/")
    assert "administrator danych nie potwierdził" in html_of(client, "/prywatnosc/")
    questions = html_of(client, "/uk/pytania/")
    assert len(re.findall(r'<h2 id="pytanie-\d+">', questions)) == 9
    assert len(re.findall(r'<li><a href="#pytanie-\d+">', questions)) == 9


@pytest.mark.parametrize("prefix", PREFIXES)
def test_privacy_notice_names_what_the_law_asks(client, edition, prefix):
    """P6: controller, purposes, bases, recipients, time, rights, transfer, cookies."""
    html = html_of(client, f"{prefix}/prywatnosc/")

    assert len(re.findall(r"<h2>", html)) == 8
    assert "Fundacja Solidarności Międzynarodowej" in html
    for article in ("6", "9", "14", "49"):
        assert re.search(rf"(art\.|ст\.|Article) {article}\b", html)
    assert "Urzędu Ochrony Danych Osobowych" in html
    assert len(re.findall(r"<tbody>\s*(<tr>.*?</tr>\s*){2}</tbody>", html, re.DOTALL)) == 1
    assert ConsentText.objects.filter(edition=edition, kind="privacy_host").count() == 1


def test_menu_and_foot_are_the_same_on_every_page(client, edition):
    """W12, W20: every page is reached from every other one, in the same order."""
    menus, feet = [], []
    for page in PAGES:
        html = html_of(client, page)
        menus.append(
            re.findall(
                r'<a href="([^"]+)"', html[html.index('class="site-nav"') : html.index("<main")]
            )
        )
        feet.append(re.findall(r'<a href="([^"]+)"', html[html.index('class="foot-links"') :]))

    assert menus == [["/", "/pytania/", "/dokumenty/"]] * len(PAGES)
    assert feet == [["/pytania/", "/dokumenty/", "/prywatnosc/", "/dostepnosc/"]] * len(PAGES)


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("page", ["/", "/dokumenty/"])
def test_blank_form_is_offered_in_the_language_of_the_page(client, edition, prefix, page):
    """A20: to be talked over in the office before anybody begins."""
    html = html_of(client, prefix + page)

    assert len(re.findall(rf'<a href="{prefix}/ankieta/formularz.pdf">', html)) == 1


def test_no_form_is_offered_without_an_edition(client):
    assert "formularz.pdf" not in html_of(client, "/") + html_of(client, "/dokumenty/")


@pytest.mark.parametrize("page", PAGES)
def test_opening_a_page_writes_nothing(client, edition, no_writes, page):
    with no_writes():
        client.get(page)
        client.head(page)


@pytest.mark.parametrize("page", PAGES)
def test_page_is_small_enough_without_its_assets(client, edition, page):
    """W8: the page itself, before compression, leaves room for style, script and type."""
    for prefix in PREFIXES:
        assert len(client.get(prefix + page).content) < 40_000

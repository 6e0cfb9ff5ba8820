"""The survey as a plan: which page asks what, when it is asked, and what is still missing.

Keys are those of the form "Ankieta zainteresowania" (domain notes, 8.1). Knows nothing of Django;
`applications.forms.host_pages` shows the same pages and checks what is typed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Answers = Mapping[str, object]
PARTNERS_MAX = 5
THEMES_MAX = 5
EMPTY: tuple[object, ...] = (None, "", [], {})
# Parts of the survey, so that an office sees six of them and not some twenty pages.
PARTS = ("urzad", "wspolpraca", "tematy", "staz", "mentor", "koniec")
# Keys of the questions that an edition adds begin so; no question of our own does.
EXTRA_PREFIX = "x_"
FIELDS_ON_A_PAGE = 5
# A partner hromada that the register lacks, as it was typed; it stands in place of "katottg".
UNLISTED = "spoza_listy"


def always(answers: Answers) -> bool:
    """A page that everybody answers."""
    return True


def has_mentor(answers: Answers) -> bool:
    """F2-F7 are asked when F1 says that there is a candidate for the mentor."""
    return answers.get("mentor_jest") == "tak"


def has_partners(answers: Answers) -> bool:
    """C3 and C4 are asked when C2 is not "not yet"."""
    return answers.get("wspolpraca_ua") in ("umowa", "bez_umowy")


def has_order(answers: Answers) -> bool:
    """An order is asked for when there are at least two themes to order."""
    return len(as_list(answers.get("tematy"))) > 1


def as_list(value: object) -> list:
    """A list as stored; anything else, for example nothing, is an empty list."""
    return value if isinstance(value, list) else []


def asks_for_partner(position: int) -> Callable[[Answers], bool]:
    """The n-th partner is asked for when the one before says that there is another."""

    def asked(answers: Answers) -> bool:
        if not has_partners(answers):
            return False
        before = as_list(answers.get("partnerzy"))[: position - 1]
        return len(before) == position - 1 and all(
            partner.get("kolejny") == "tak" for partner in before
        )

    return asked


@dataclass(frozen=True)
class Page:
    """One page of the survey. `partner` is the place of the partner that it asks about, or 0.

    `part` is one of `PARTS`. `after` names the page behind which questions of the edition stand;
    it is empty for our own pages. `instead`: an answer of the second key does for the first.
    """

    slug: str
    part: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    asked: Callable[[Answers], bool] = always
    partner: int = 0
    after: str = ""
    instead: tuple[tuple[str, str], ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that the page answers."""
        return self.required + self.optional

    def missing(self, answers: Answers) -> tuple[str, ...]:
        """Required keys without an answer. A declaration that is not ticked is no answer."""
        given = self._given(answers)
        ways = dict(self.instead)
        return tuple(
            key
            for key in self.required
            if (given.get(key) in EMPTY or given.get(key) is False)
            and given.get(ways.get(key, "")) in EMPTY
        )

    def is_begun(self, answers: Answers) -> bool:
        """Whether one of its questions has an answer. A tick that was not made is none."""
        given = self._given(answers)
        return any(not (given.get(key) in EMPTY or given.get(key) is False) for key in self.keys)

    def _given(self, answers: Answers) -> Answers:
        if not self.partner:
            return answers
        partners = as_list(answers.get("partnerzy"))
        return partners[self.partner - 1] if len(partners) >= self.partner else {}


def _partner_page(position: int) -> Page:
    return Page(
        f"partner-{position}",
        "wspolpraca",
        required=("katottg", "od_roku", "kolejny")
        if position < PARTNERS_MAX
        else ("katottg", "od_roku"),
        optional=("nazwa", UNLISTED, "zakres"),
        asked=asks_for_partner(position),
        partner=position,
        instead=(("katottg", UNLISTED),),
    )


PAGES: tuple[Page, ...] = (
    Page("gmina", "urzad", ("nazwa_urzedowa", "ludnosc", "czlonkostwo")),
    Page(
        "adres",
        "urzad",
        ("adres_ulica", "adres_kod", "adres_miejscowosc"),
        ("www", "e_doreczenia"),
    ),
    Page("numery", "urzad", (), ("nip", "regon")),
    Page(
        "kierownik", "urzad", ("tytul_kierownika", "kierownik_imie", "kierownik_nazwisko", "forma")
    ),
    Page(
        "kontakt",
        "urzad",
        ("kontakt_imie", "kontakt_nazwisko", "kontakt_stanowisko", "kontakt_email", "kontakt_tel"),
    ),
    Page("doswiadczenie", "wspolpraca", ("poprzednie_edycje", "wspolpraca_ua"), ("projekty_mn",)),
    *(_partner_page(position) for position in range(1, PARTNERS_MAX + 1)),
    Page("staz-partner", "wspolpraca", ("staz_partner",), asked=has_partners),
    Page("partnerstwo", "wspolpraca", ("gotowosc_partnerstwa", "gotowosc_projekt")),
    Page("tematy", "tematy", ("tematy",)),
    Page("kolejnosc", "tematy", ("tematy",), asked=has_order),
    Page("praktyki", "tematy", (), ("praktyki", "oczekiwania", "jednostki")),
    Page(
        "przyjecie", "staz", ("liczba_stazystow", "terminy", "stanowisko_pracy"), ("terminy_nie",)
    ),
    Page("nocleg", "staz", ("nocleg",), ("nocleg_opis", "nocleg_km", "nocleg_koszt", "dojazd")),
    Page("dostepnosc", "staz", ("dostepnosc",), ("dostepnosc_opis",)),
    Page("mentor", "mentor", ("mentor_jest",)),
    Page(
        "mentor-osoba",
        "mentor",
        ("mentor_imie", "mentor_nazwisko", "mentor_stanowisko", "mentor_email", "mentor_tel"),
        asked=has_mentor,
    ),
    Page("mentor-jezyki", "mentor", ("mentor_jezyki",), asked=has_mentor),
    Page(
        "mentor-udzial",
        "mentor",
        ("mentor_obszary", "mentor_udzial", "mentor_info"),
        ("mentor_zastepca",),
        asked=has_mentor,
    ),
    Page("spotkanie", "koniec", (), ("jezyki_urzedu", "spotkanie_pora", "spotkanie_osoby")),
    Page("uwagi", "koniec", (), ("zrodlo", "uwagi")),
    Page(
        "oswiadczenia",
        "koniec",
        ("osw_prawda", "osw_zalacznik", "rodo_info"),
        ("zgoda_newsletter", "zgoda_lista"),
    ),
)
BY_SLUG = {page.slug: page for page in PAGES}


@dataclass(frozen=True)
class Extra:
    """A question that the edition adds: its key in the answers, and the page it follows."""

    key: str
    after: str
    is_required: bool = False


def is_extra(key: str) -> bool:
    """Whether the key belongs to a question that an edition adds."""
    return key.startswith(EXTRA_PREFIX)


def with_extras(extras: Iterable[Extra]) -> tuple[Page, ...]:
    """Our pages, and behind each of them pages of at most five questions that follow it.

    `extras` in the order in which they are asked. They are asked whenever the page before is.
    """
    waiting: dict[str, list[Extra]] = {}
    for each in extras:
        waiting.setdefault(each.after, []).append(each)
    pages: list[Page] = []
    for page in PAGES:
        pages.append(page)
        own = waiting.get(page.slug, [])
        pages += [
            _extra_page(page, place, own[start : start + FIELDS_ON_A_PAGE])
            for place, start in enumerate(range(0, len(own), FIELDS_ON_A_PAGE), start=1)
        ]
    return tuple(pages)


def _extra_page(page: Page, place: int, extras: list[Extra]) -> Page:
    return Page(
        f"{page.slug}-dodatkowe-{place}",
        page.part,
        required=tuple(each.key for each in extras if each.is_required),
        optional=tuple(each.key for each in extras if not each.is_required),
        asked=page.asked,
        after=page.slug,
    )


def page_of(slug: str, pages: Sequence[Page] = PAGES) -> Page | None:
    """The page with this name, or None."""
    return next((page for page in pages if page.slug == slug), None)


def pages_for(answers: Answers, pages: Sequence[Page] = PAGES) -> list[Page]:
    """The pages that these answers call for, in order."""
    return [page for page in pages if page.asked(answers)]


def page_after(page: Page, answers: Answers, pages: Sequence[Page] = PAGES) -> Page | None:
    """The next page that is asked, or None when the answers are to be checked."""
    rest = pages[pages.index(page) + 1 :]
    return next((each for each in rest if each.asked(answers)), None)


def page_before(page: Page, answers: Answers, pages: Sequence[Page] = PAGES) -> Page | None:
    """The page before, or None for the first one."""
    earlier = pages[: pages.index(page)]
    return next((each for each in reversed(earlier) if each.asked(answers)), None)


def merge(
    answers: Answers,
    page: Page,
    given: Answers,
    pages: Sequence[Page] = PAGES,
    *,
    keeps_hidden: bool = False,
) -> dict[str, object]:
    """All answers after a page was filled in; keys that the page does not ask are ignored.

    `keeps_hidden`: while somebody types, a choice made by mistake must not drop what it hides.
    """
    own: dict[str, object] = {key: value for key, value in given.items() if key in page.keys}
    if page.partner:
        partners = [dict(each) for each in as_list(answers.get("partnerzy"))]
        partners += [{} for _ in range(page.partner - len(partners))]
        partners[page.partner - 1] = _one_way(partners[page.partner - 1] | own)
        own = {"partnerzy": partners}
    together = {**answers, **own}
    if keeps_hidden:
        return {key: value for key, value in together.items() if value not in EMPTY}
    return prune(together, pages)


def _one_way(partner: dict[str, object]) -> dict[str, object]:
    """Keys of the way that was not taken do not stand there empty."""
    ways = ("katottg", "nazwa", UNLISTED)
    return {key: value for key, value in partner.items() if key not in ways or value not in EMPTY}


def prune(answers: Answers, pages: Sequence[Page] = PAGES) -> dict[str, object]:
    """Only what is asked: a question hidden by a condition is not kept as an answer (A6).

    Answers to questions of the edition that stand on none of the pages, because they are no longer
    asked, stay as they were given.
    """
    planned = {key for page in pages for key in page.keys}
    kept: dict[str, object] = {}
    for page in pages:
        if not page.asked({**answers, **kept}):
            continue
        if page.partner:
            partners = as_list(answers.get("partnerzy"))[: page.partner]
            if len(partners) == page.partner:
                kept["partnerzy"] = [dict(each) for each in partners]
        else:
            kept |= {key: answers[key] for key in page.keys if answers.get(key) not in EMPTY}
    retired = {key: value for key, value in answers.items() if is_extra(key)}
    return kept | {key: value for key, value in retired.items() if key not in planned}


def missing(answers: Answers, pages: Sequence[Page] = PAGES) -> dict[str, tuple[str, ...]]:
    """What still stands in the way of sending: page -> required keys without an answer."""
    return {
        page.slug: gaps for page in pages_for(answers, pages) if (gaps := page.missing(answers))
    }


def asks(page: Page, answers: Answers) -> bool:
    """Conditions are met; the population rule stands before all other questions (A10)."""
    may_go_on = page is PAGES[0] or is_page_done(PAGES[0], answers)
    return may_go_on and page.asked(answers)


def is_page_done(page: Page, answers: Answers) -> bool:
    """Nothing required is missing on the page."""
    return not page.missing(answers)


@dataclass(frozen=True)
class Place:
    """Where a page stands: which part of how many, counted from 1."""

    part: int
    parts: int
    done: int
    """Per cent of the way."""


def place_of(page: Page | None, answers: Answers, pages: Sequence[Page] = PAGES) -> Place:
    """The place of a page; None is the check before sending, a part of its own.

    The number of parts never changes, so nothing jumps when an answer calls for more pages.
    """
    parts = len(PARTS) + 1
    if page is None:
        return Place(parts, parts, 100)
    part = PARTS.index(page.part)
    own = [each for each in pages_for(answers, pages) if each.part == page.part]
    here = own.index(page) + 1 if page in own else 1
    done = round(100 * (part + here / (len(own) + 1)) / parts)
    return Place(part + 1, parts, done)

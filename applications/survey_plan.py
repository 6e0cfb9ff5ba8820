"""The survey as a plan: which page asks what, when it is asked, and what is still missing.

Keys are those of the form "Ankieta zainteresowania" (domain notes, 8.1). Knows nothing of Django;
`applications.forms.host_pages` shows the same pages and checks what is typed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Answers = Mapping[str, object]
PARTNERS_MAX = 5
THEMES_MAX = 5
EMPTY: tuple[object, ...] = (None, "", [], {})


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
    """One page of the survey. `partner` is the place of the partner that it asks about, or 0."""

    slug: str
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    asked: Callable[[Answers], bool] = always
    partner: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys that the page answers."""
        return self.required + self.optional

    def missing(self, answers: Answers) -> tuple[str, ...]:
        """Required keys without an answer. A declaration that is not ticked is no answer."""
        if self.partner:
            partners = as_list(answers.get("partnerzy"))
            given = partners[self.partner - 1] if len(partners) >= self.partner else {}
        else:
            given = answers
        return tuple(
            key for key in self.required if given.get(key) in EMPTY or given.get(key) is False
        )


def _partner_page(position: int) -> Page:
    return Page(
        f"partner-{position}",
        required=("katottg", "od_roku", "kolejny")
        if position < PARTNERS_MAX
        else ("katottg", "od_roku"),
        optional=("nazwa", "zakres"),
        asked=asks_for_partner(position),
        partner=position,
    )


PAGES: tuple[Page, ...] = (
    Page("gmina", ("nazwa_urzedowa", "ludnosc", "czlonkostwo")),
    Page(
        "adres",
        ("adres_ulica", "adres_kod", "adres_miejscowosc"),
        ("www", "e_doreczenia"),
    ),
    Page("numery", (), ("nip", "regon")),
    Page("kierownik", ("tytul_kierownika", "kierownik_imie", "kierownik_nazwisko", "forma")),
    Page(
        "kontakt",
        ("kontakt_imie", "kontakt_nazwisko", "kontakt_stanowisko", "kontakt_email", "kontakt_tel"),
    ),
    Page("doswiadczenie", ("poprzednie_edycje", "wspolpraca_ua"), ("projekty_mn",)),
    *(_partner_page(position) for position in range(1, PARTNERS_MAX + 1)),
    Page("staz-partner", ("staz_partner",), asked=has_partners),
    Page("partnerstwo", ("gotowosc_partnerstwa", "gotowosc_projekt")),
    Page("tematy", ("tematy",)),
    Page("kolejnosc", ("tematy",), asked=has_order),
    Page("praktyki", (), ("praktyki", "oczekiwania", "jednostki")),
    Page("przyjecie", ("liczba_stazystow", "terminy", "stanowisko_pracy"), ("terminy_nie",)),
    Page("nocleg", ("nocleg",), ("nocleg_opis", "nocleg_km", "nocleg_koszt", "dojazd")),
    Page("dostepnosc", ("dostepnosc",), ("dostepnosc_opis",)),
    Page("mentor", ("mentor_jest",)),
    Page(
        "mentor-osoba",
        ("mentor_imie", "mentor_nazwisko", "mentor_stanowisko", "mentor_email", "mentor_tel"),
        asked=has_mentor,
    ),
    Page("mentor-jezyki", ("mentor_jezyki",), asked=has_mentor),
    Page(
        "mentor-udzial",
        ("mentor_obszary", "mentor_udzial", "mentor_info"),
        ("mentor_zastepca",),
        asked=has_mentor,
    ),
    Page("spotkanie", (), ("jezyki_urzedu", "spotkanie_pora", "spotkanie_osoby")),
    Page("uwagi", (), ("zrodlo", "uwagi")),
    Page(
        "oswiadczenia",
        ("osw_prawda", "osw_zalacznik", "rodo_info"),
        ("zgoda_newsletter", "zgoda_lista"),
    ),
)
BY_SLUG = {page.slug: page for page in PAGES}


def pages_for(answers: Answers) -> list[Page]:
    """The pages that these answers call for, in order."""
    return [page for page in PAGES if page.asked(answers)]


def page_after(page: Page, answers: Answers) -> Page | None:
    """The next page that is asked, or None when the answers are to be checked."""
    rest = PAGES[PAGES.index(page) + 1 :]
    return next((each for each in rest if each.asked(answers)), None)


def page_before(page: Page, answers: Answers) -> Page | None:
    """The page before, or None for the first one."""
    earlier = PAGES[: PAGES.index(page)]
    return next((each for each in reversed(earlier) if each.asked(answers)), None)


def merge(answers: Answers, page: Page, given: Answers) -> dict[str, object]:
    """All answers after a page was filled in; keys that the page does not ask are ignored."""
    own = {key: value for key, value in given.items() if key in page.keys}
    if not page.partner:
        return prune({**answers, **own})
    partners = [dict(each) for each in as_list(answers.get("partnerzy"))]
    partners += [{} for _ in range(page.partner - len(partners))]
    partners[page.partner - 1] |= own
    return prune({**answers, "partnerzy": partners})


def prune(answers: Answers) -> dict[str, object]:
    """Only what is asked: a question hidden by a condition is not kept as an answer (A6)."""
    kept: dict[str, object] = {}
    for page in PAGES:
        if not page.asked({**answers, **kept}):
            continue
        if page.partner:
            partners = as_list(answers.get("partnerzy"))[: page.partner]
            if len(partners) == page.partner:
                kept["partnerzy"] = [dict(each) for each in partners]
        else:
            kept |= {key: answers[key] for key in page.keys if answers.get(key) not in EMPTY}
    return kept


def missing(answers: Answers) -> dict[str, tuple[str, ...]]:
    """What still stands in the way of sending: page -> required keys without an answer."""
    return {page.slug: gaps for page in pages_for(answers) if (gaps := page.missing(answers))}


def is_page_done(page: Page, answers: Answers) -> bool:
    """Nothing required is missing on the page."""
    return not page.missing(answers)

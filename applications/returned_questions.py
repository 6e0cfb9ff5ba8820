"""Which answers are open again when questions of a survey are returned (A16). Without Django.

A question is named by the page and the field of the form that asks it; an answer by its key in the
plan. A returned answer that calls for further pages opens those too.
"""

from collections.abc import Iterable, Mapping, Sequence

from applications.survey_plan import PAGES, UNLISTED, Answers, Page, as_list, prune

# Fields that stand together for one answer of the plan; what is left out has its own key.
TOGETHER = {"hromada": "katottg", "hromada_wybor": "katottg", UNLISTED: "katottg"}
LANGUAGES = "jezyk_"
# The choice of themes and their order are one answer, asked on two pages.
THEMES = {"tematy", "kolejnosc"}
BESIDE = {"katottg": ("katottg", "nazwa", UNLISTED)}

Question = tuple[str, str]


def key_of(name: str) -> str:
    """The key of the plan to which a field of a page belongs."""
    if name.startswith(LANGUAGES):
        return "mentor_jezyki"
    return TOGETHER.get(name, name)


def unlocked(
    sent: Answers,
    answers: Answers,
    questions: Iterable[Question],
    pages: Sequence[Page] = PAGES,
) -> dict[str, frozenset[str]]:
    """Open keys by page: those returned, and all of a page that only the new answers call for.

    A required answer that is missing is open too, else the survey could not be sent again.
    """
    open_keys: dict[str, set[str]] = {}
    for slug, name in questions:
        where = THEMES if slug in THEMES else {slug}
        for each in where:
            open_keys.setdefault(each, set()).add(key_of(name))
    for page in pages:
        if not page.asked(answers):
            open_keys.pop(page.slug, None)
        elif not page.asked(sent):
            open_keys[page.slug] = set(page.keys)
        elif gaps := page.missing(answers):
            open_keys.setdefault(page.slug, set()).update(gaps)
    return {page.slug: frozenset(open_keys[page.slug]) for page in pages if page.slug in open_keys}


def restrict(
    sent: Answers,
    wanted: Answers,
    questions: Iterable[Question],
    pages: Sequence[Page] = PAGES,
) -> dict[str, object]:
    """`sent`, changed to `wanted` only where it is open; what is not asked is dropped (A6)."""
    chosen = list(questions)
    answers: dict[str, object] = dict(sent)
    # Page by page in the order of the plan: an answer may open the pages that follow it.
    for page in pages:
        keys = unlocked(sent, answers, chosen, pages).get(page.slug)
        if keys:
            _take(answers, wanted, page, keys)
    return prune(answers, pages)


def _take(answers: dict[str, object], wanted: Answers, page: Page, keys: Iterable[str]) -> None:
    target: dict = answers
    source: Mapping = wanted
    if page.partner:
        rows = [dict(row) for row in as_list(answers.get("partnerzy"))]
        rows += [{} for _each in range(page.partner - len(rows))]
        given = as_list(wanted.get("partnerzy"))
        target = rows[page.partner - 1]
        source = given[page.partner - 1] if len(given) >= page.partner else {}
        answers["partnerzy"] = rows
    for key in keys:
        for each in BESIDE.get(key, (key,)):
            if each in source:
                target[each] = source[each]
            else:
                target.pop(each, None)

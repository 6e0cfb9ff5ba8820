"""W25: the HTML part of every letter, as a mail program draws it."""

import re

import pytest

from mailing import registry, rendering
from mailing.rendering import compile_text
from tests.browser.accessibility import checks

# A letter is a table in a mail program, not a page: it has neither landmarks nor headings.
PAGE_ONLY = {"landmark-one-main", "region", "page-has-heading-one"}


def parts(name: str, language: str) -> tuple[str, str]:
    """HTML and text of a letter, filled in with its samples."""
    kind = registry.kinds()[name]
    compiled = compile_text(
        registry.source(name, language),
        language,
        frozenset(kind.placeholders),
        True,
        "win4ua@example.org",
    )
    context = {**kind.placeholders, "unsubscribe": "https://win4ua.example/wypisz/x/"}
    words = rendering.render(compiled, context, language=language, seal=kind.sealed)
    return words.html, words.text


@pytest.mark.parametrize("language", ["pl", "uk", "en"])
def test_letters_are_open_to_everybody(open_browser, language):
    """W25: axe on the HTML, its language, and every word of the HTML in the text part as well."""
    page, found = open_browser(width=600), []

    for name in sorted(registry.kinds()):
        html, text = parts(name, language)
        page.set_content(html)
        faults = [each for each in checks.axe(page) if each.split()[1].strip(":") not in PAGE_ONLY]
        if page.locator("html").get_attribute("lang") != language:
            faults.append("no lang")
        said = re.findall(r"[^\W\d_]{4,}", page.locator("td.body").inner_text().lower())
        heard = set(re.findall(r"[^\W\d_]{4,}", text.lower()))
        faults += [f"only in the HTML: {word}" for word in said if word not in heard]
        faults += ["an image"] if page.locator("img").count() else []
        found += [f"{name}: {fault}" for fault in faults]

    assert found == []

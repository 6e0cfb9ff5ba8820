"""The checks of `use.py` themselves: each finds the fault it is for, and lets a sound page pass."""

import pytest

from tests.browser.accessibility import use

SOUND = """<!doctype html><html lang="pl"><title>Strona</title>
<body><header><a href="/">WIN4UA</a></header><main><h1>Strona</h1>{}</main></body></html>"""
FINAL = "applications:survey_check"
CASES = {
    "a rule that reveals": (
        use.hover,
        "<style>.tip { display: none } a:hover .tip { display: block }</style>",
        "W07 shown only for a moment: a:hover .tip",
    ),
    "a title that says more": (
        use.hover,
        '<a href="#a" title="Otwiera się w nowym oknie">Pliki</a>',
        'W07 a title says more than the page: a "Pliki"',
    ),
    "something to drag": (
        use.presses,
        '<p draggable="true">Wtorek</p>',
        'W08 to be dragged: p "Wtorek"',
    ),
    "a button that acts when pressed": (
        use.presses,
        """<button type="button" onmousedown="this.after('zrobione')">Usuń</button>""",
        "W08 a press that was let go elsewhere does something: about:blank",
    ),
    "a page that begins anew": (
        use.time,
        '<meta http-equiv="refresh" content="600">',
        "W10 the page begins anew by itself",
    ),
    "a last page without a way back": (
        lambda page: use.final(page, FINAL),
        '<form method="post"><button>Wyślij</button></form>',
        "W14 nothing can be changed before it is sent",
    ),
    "a form that saves itself in silence": (
        use.live,
        '<form action="/zapis/" data-autosave-status="saved"></form>',
        "W17 nowhere to say that it is saved: ",
    ),
    "a region that interrupts": (
        use.live,
        '<p aria-live="assertive">Zapisano</p>',
        'W17 interrupts: p "Zapisano"',
    ),
    "a question asked again": (
        lambda page: use.prefilled(page, "pl"),
        '<form><div class="field"><label for="a">Ulica</label><input id="a" required></div></form>',
        'W15 asked again: div "Ulica"',
    ),
}


@pytest.fixture
def page(browser):
    """A page of a clean browser that shows whatever is put into it."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("case", CASES)
def test_fault_is_found(page, case):
    """W07, W08, W10, W14, W15, W17."""
    check, html, fault = CASES[case]
    page.set_content(SOUND.format(html))

    found = check(page)

    assert found == [fault]


def test_sound_page_passes(page):
    page.set_content(
        SOUND.format(
            '<form method="post" data-autosave-status="saved"><p id="saved" role="status"></p>'
            '<div class="answers"><a href="#ulica">Zmień</a></div>'
            '<div class="field"><input required value="Reymonta 1" aria-label="Ulica"></div>'
            '<button type="button">Wyślij</button></form>'
        )
    )

    found = [*use.hover(page), *use.presses(page), *use.time(page), *use.live(page)]
    found += [*use.final(page, FINAL), *use.prefilled(page, "pl")]

    assert found == []

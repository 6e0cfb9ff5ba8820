"""Colours of both themes are far enough apart to be read; they stand in the tokens alone."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR, "static", "css")
TEXT = 4.5  # WCAG 2.2, 1.4.3
EDGE = 3.0  # WCAG 2.2, 1.4.11
ACTION = 7.0  # our own
GROUNDS = ("ground", "paper", "sheet", "mist")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "bad") for ground in GROUNDS),
    *(("blue", ground, ACTION) for ground in GROUNDS),
    *(("blue-hover", ground, ACTION) for ground in (*GROUNDS, "blue-wash")),
    *((signal, f"{signal}-wash", TEXT) for signal in ("good", "late", "bad")),
    *(("line-strong", ground, EDGE) for ground in GROUNDS),
    ("on-blue", "blue", ACTION),
    ("on-blue", "blue-hover", ACTION),
    ("ink", "blue-wash", TEXT),
    ("ring-in", "ring-out", EDGE),
]


def themes() -> dict[str, dict[str, str]]:
    light, dark = (CSS / "tokens.css").read_text("utf-8").split("@media screen", 1)
    colours = [dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", part)) for part in (light, dark)]
    return {"light": colours[0], "dark": colours[0] | colours[1]}


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_are_readable(theme):
    colours = themes()[theme]

    assert [
        (one, other, round(contrast(colours[one], colours[other]), 2))
        for one, other, least in PAIRS
        if contrast(colours[one], colours[other]) < least
    ] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_focus_ring_shows_on_every_ground(theme):
    colours = themes()[theme]

    assert [
        ground
        for ground in (*GROUNDS, "blue", "blue-wash")
        if max(contrast(colours[ring], colours[ground]) for ring in ("ring-in", "ring-out")) < EDGE
    ] == []


@pytest.mark.parametrize("sheet", ["public.css", "panel.css", "compare.css"])
def test_colours_stand_in_the_tokens_only(sheet):
    """Paper in print and behind official signs is white whatever the theme: tokens as well."""
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", (CSS / sheet).read_text("utf-8"))

    assert found == []

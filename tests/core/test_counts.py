"""Counts with their thousands apart, in the language in use; years and bare figures as they are."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.utils.translation import ngettext, override

from core.catalogs import entries, read
from core.counts import Count, grouped
from core.forms import PageForm

SEPARATED = {"pl": "2\u00a0361", "uk": "2\u00a0361", "en": "2,361"}
COUNTED = re.compile(r"{% blocktranslate[^%]* count (\w+)=(\S+)")
# Counts that never come near a thousand.
SMALL = {"minutes", "mailing.hold_minutes"}


@pytest.mark.parametrize(("language", "written"), SEPARATED.items())
def test_count_is_read_with_its_thousands_apart(language, written):
    """P5: „2 361 listów” in a sentence, in a template and beside a plural."""
    letters = Count(2361)
    template = Template(
        "{% load i18n components %}{% blocktranslate count many=all|grouped %}{{ many }} row"
        "{% plural %}{{ many }} rows{% endblocktranslate %}|{{ all|grouped }}|{{ year }}"
    )

    with override(language):
        said = (f"{letters}", "%s" % letters, str(letters))  # noqa: UP031 - as sentences do
        shown = template.render(Context({"all": 2361, "year": 2026}))

    assert said == (written,) * 3
    assert shown.split("|")[0].startswith(f"{written} ")
    assert shown.split("|")[1:] == [written, "2026"]


def test_count_still_counts():
    with override("pl"):
        assert (Count(2) + 1, Count(2361) == 2361, ngettext("a", "b", Count(1))) == (3, True, "a")
        assert f"{Count(7):03d}" == "007"


@pytest.mark.parametrize("value", ["2361", 2.5, True, None])
def test_what_is_no_whole_number_stays_as_it_was(value):
    assert grouped(value) is value


def test_refusal_of_a_form_counts_letters_with_thousands_apart():
    """A5: what is too long is told in figures that can be read."""

    class LongForm(PageForm):
        text = forms.CharField(max_length=1000)

    with override("pl"):
        form = LongForm({"text": "a" * 2361})

        assert "1\u00a0000" in form.errors["text"][0]
        assert "2\u00a0361" in form.errors["text"][0]


def test_every_plural_of_a_page_is_grouped():
    bare = [
        f"{path.name}: {found[0]}"
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for found in COUNTED.finditer(path.read_text())
        if found[2] not in SMALL and not found[2].endswith("|grouped")
    ]

    assert bare == []


@pytest.mark.parametrize("room", ["mailing", "win4ua"])
def test_sentences_about_letters_take_no_bare_figures(room):
    """`%d` writes „2361”; versions and lines of a file have small numbers, or are names."""
    said = entries(read(room, "pl"))
    named = re.compile(r"%\((?!line\)|number\)|minutes\))\w+\)d")

    assert [key[1] for key in said if named.search(key[1])] == []
    assert len(said) > 50

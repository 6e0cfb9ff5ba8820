"""L02, E17: what people type as their names never becomes a link or markup of a letter."""

from unittest import mock

import pytest

from mailing import registry, rendering
from ops.faults.post import names
from tests.naughty import NAUGHTY

pytestmark = pytest.mark.django_db
LETTERS = sorted(registry.kinds())


@pytest.mark.parametrize("language", ["pl", "uk", "en"])
@pytest.mark.parametrize("letter", LETTERS[::9])
def test_name_made_for_mail_changes_no_link(letter, language):
    assert names.spoiled(names.HANDMADE, letter, language) == []


@pytest.mark.parametrize("place", range(4))
def test_naughty_name_changes_no_link(place):
    """`make faults` takes all of them, and the lines that want to run scripts."""
    letter = LETTERS[place * 7]

    assert names.spoiled(NAUGHTY[place::4], letter, "pl") == []


def test_letter_has_links_that_could_be_missed():
    """The comparison sees buttons, the reply address and the page for stopping letters."""
    ((content, page),) = names.letters_with([names.HONEST], "mailing/login_link", "pl")

    links, in_text, _made, tags, headers, kind = names.found_in(content, page)

    link = registry.kind("mailing/login_link").placeholders["link"]
    assert link in links
    assert names.UNSUBSCRIBE in links
    assert any(each.startswith("mailto:") for each in links)
    assert link in in_text
    assert {tag for (tag, _attributes), _count in tags} >= {"a", "table", "p"}
    assert "Message-ID" in headers
    assert kind == "multipart/alternative"


@pytest.mark.parametrize("name", names.HANDMADE[:12])
def test_comparison_sees_what_is_not_cleaned(name):
    """Negative control: with the cleaning and the escaping taken away, each of these is seen."""
    with (
        mock.patch.object(rendering.placeholders, "clean", str),
        mock.patch.object(rendering.html, "escape", str),
    ):
        assert names.spoiled([name], "applications/survey_receipt", "pl") == [name]

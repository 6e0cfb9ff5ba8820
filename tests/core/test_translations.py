"""`manage.py translations`: what is collected, what is written, what is refused."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core import catalogs
from core.sentences import (
    Sentence,
    UnreadableSourceError,
    room_of_template,
    sentences_of_python,
    sentences_of_template,
)

TEMPLATE = """{% load i18n %}<h1 title="{% translate "Seat" context "chair" %}">
{% comment %}{% translate "Hidden" %}{% endcomment %}{# {% translate "Hidden too" %} #}
{% blocktranslate trimmed with name=person.name %}
  Welcome,
  {{ name }}: 100%
{% endblocktranslate %}
{% blocktranslate count number=seats trimmed %}One seat
{% plural %}{{ number }} seats{% endblocktranslate %}
{{ label|default:_("Nothing yet") }}{% include "a.html" with title=_("Title") only %}</h1>"""

MODULE = """
from django.utils.translation import gettext_lazy as _, ngettext as n_, pgettext
from django.utils import translation
def gettext(text): return text
a = _("A sentence "
      "in two parts.")
b = n_("%(count)s day", "%(count)s days", 3)
c = pgettext("month", "May")
d = translation.gettext("Through the module.")
e = _(a)
"""


@pytest.fixture
def house(tmp_path, settings) -> Path:
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates" / "meetings").mkdir(parents=True)
    (tmp_path / "meetings").mkdir()
    (tmp_path / "core").mkdir()
    return tmp_path


def say(house: Path, *words: str) -> None:
    lines = "".join(f'{{% translate "{word}" %}}' for word in words)
    (house / "templates" / "meetings" / "page.html").write_text(lines)


def translate(house: Path, language: str, **words: str) -> Path:
    path = house / "locale" / "meetings" / language / "LC_MESSAGES" / "django.po"
    text = path.read_text()
    for word, translation in words.items():
        text = text.replace(f'msgid "{word}"\nmsgstr ""', f'msgid "{word}"\nmsgstr "{translation}"')
    path.write_text(text)
    return path


def check(room: str = "meetings") -> list[str]:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("translations", "check", room, stdout=out)
    return out.getvalue().splitlines()


def test_templates_are_read_as_django_renders_them():
    assert list(sentences_of_template(TEMPLATE)) == [
        Sentence("Seat", None, "chair"),
        Sentence("Welcome, %(name)s: 100%%"),
        Sentence("One seat", "%(number)s seats"),
        Sentence("Nothing yet"),
        Sentence("Title"),
    ]


def test_python_is_read_under_the_names_it_imports():
    assert set(sentences_of_python(MODULE)) == {
        Sentence("A sentence in two parts."),
        Sentence("%(count)s day", "%(count)s days"),
        Sentence("May", None, "month"),
        Sentence("Through the module."),
    }


def test_an_f_string_is_refused():
    source = "from django.utils.translation import gettext as _\nx = _(f'{name} is late')"

    with pytest.raises(UnreadableSourceError, match="module:2"):
        list(sentences_of_python(source))


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("meetings/choice.html", "meetings"),
        ("admin/matching/board.html", "matching"),
        ("components/summary.html", "core"),
        ("win4ua/field.html", "core"),
        ("base.html", "core"),
    ],
)
def test_each_template_has_one_room(path, room):
    assert room_of_template(Path(path)) == room


def test_update_writes_new_sentences_and_keeps_what_was_translated(house):
    say(house, "Seat")
    call_command("translations", "update", "meetings", stdout=StringIO())
    po = translate(house, "pl", Seat="Miejsce")
    say(house, "Seat", "Day")

    call_command("translations", "update", "meetings", stdout=StringIO())

    assert po.read_text().split("\n\n")[1:] == [
        'msgid "Day"\nmsgstr ""',
        'msgid "Seat"\nmsgstr "Miejsce"',
        "",
    ]


def test_update_twice_changes_nothing(house):
    say(house, "Seat")
    call_command("translations", "update", "meetings", stdout=StringIO())
    po = translate(house, "pl", Seat="Miejsce")
    before = po.read_bytes()

    call_command("translations", "update", "meetings", stdout=StringIO())

    assert po.read_bytes() == before


def test_update_takes_over_what_another_room_has_translated(house):
    say(house, "Seat")
    call_command("translations", "update", "meetings", stdout=StringIO())
    translate(house, "pl", Seat="Miejsce")
    (house / "core" / "texts.py").write_text(
        "from django.utils.translation import gettext as _\nx = _('Seat')"
    )

    assert catalogs.update("core", "pl") == catalogs.Update(1, 0, 1, 0)


def test_check_is_silent_when_everything_is_translated_and_compiled(house):
    say(house, "Seat")
    call_command("translations", "update", "meetings", stdout=StringIO())
    translate(house, "pl", Seat="Miejsce")
    translate(house, "uk", Seat="Місце")
    call_command("translations", "compile", "meetings", stdout=StringIO())

    call_command("translations", "check", "meetings", stdout=StringIO())


def test_check_names_what_is_missing_unused_empty_and_stale(house):
    say(house, "Seat", "Old")
    call_command("translations", "update", "meetings", stdout=StringIO())
    translate(house, "pl", Old="Stare")
    translate(house, "uk", Old="Старе", Seat="Місце")
    call_command("translations", "compile", "meetings", stdout=StringIO())
    translate(house, "pl", Seat="")
    say(house, "Seat", "New")

    assert check() == [
        "locale/meetings/pl: missing: 'New'",
        "locale/meetings/pl: unused: 'Old'",
        "locale/meetings/pl: empty: 'Seat'",
        "locale/meetings/uk: missing: 'New'",
        "locale/meetings/uk: unused: 'Old'",
    ]


def test_check_compares_placeholders_plurals_and_the_compiled_file(house):
    (house / "meetings" / "texts.py").write_text(
        "from django.utils.translation import gettext as _, ngettext\n"
        "x = _('Dear {name}')\n"
        "y = ngettext('One day', '%(number)s days', 2)\n"
    )
    call_command("translations", "update", "meetings", stdout=StringIO())
    call_command("translations", "compile", "meetings", stdout=StringIO())
    for language, words in {
        "pl": ["Jeden dzień", "%(number)s dni", "%(number)s dni"],
        "uk": ["Один день", "%(number)s дні", "%(number)s днів"],
    }.items():
        po = house / "locale" / "meetings" / language / "LC_MESSAGES" / "django.po"
        text = po.read_text().replace(
            'msgid "Dear {name}"\nmsgstr ""', 'msgid "Dear {name}"\nmsgstr "Pan {imie}"'
        )
        for number, word in enumerate(words):
            text = text.replace(f'msgstr[{number}] ""', f'msgstr[{number}] "{word}"')
        po.write_text(text)

    assert check() == [
        "locale/meetings/pl: placeholders differ in 'Pan {imie}': 'Dear {name}'",
        "locale/meetings/pl: django.mo is stale; run `manage.py translations compile meetings`",
        "locale/meetings/uk: placeholders differ in 'Pan {imie}': 'Dear {name}'",
        "locale/meetings/uk: placeholders differ in 'Один день': 'One day'",
        "locale/meetings/uk: django.mo is stale; run `manage.py translations compile meetings`",
    ]


@pytest.fixture
def plural(house) -> Callable[[list[str]], None]:
    """Write these Polish and Ukrainian forms of one plural sentence."""
    (house / "meetings" / "texts.py").write_text(
        "from django.utils.translation import ngettext\n"
        "y = ngettext('%(number)s day', '%(number)s days', 2)\n"
    )
    call_command("translations", "update", "meetings", stdout=StringIO())

    def write(forms: list[str]) -> None:
        lines = "\n".join(f'msgstr[{i}] "{text}"' for i, text in enumerate(forms))
        for language in catalogs.LANGUAGES:
            po = house / "locale" / "meetings" / language / "LC_MESSAGES" / "django.po"
            po.write_text(po.read_text().split("msgstr[0]")[0] + lines + "\n")

    return write


def test_check_refuses_too_few_plural_forms(plural):
    plural(["%(number)s dzień", "%(number)s dni"])
    call_command("translations", "compile", "meetings", stdout=StringIO())

    assert check() == [
        "locale/meetings/pl: empty: '%(number)s day'",
        "locale/meetings/uk: empty: '%(number)s day'",
    ]


def test_check_refuses_too_many_plural_forms(plural):
    plural(["%(number)s dzień", "%(number)s dni", "%(number)s dni", "%(number)s dnia"])

    with pytest.raises(CommandError, match="more translations than num_plurals"):
        call_command("translations", "check", "meetings", stdout=StringIO())


def test_check_refuses_two_translations_of_one_sentence(house):
    say(house, "Seat")
    (house / "core" / "texts.py").write_text(
        "from django.utils.translation import gettext as _\nx = _('Seat')"
    )
    call_command("translations", "update", stdout=StringIO())
    translate(house, "pl", Seat="Miejsce")
    translate(house, "uk", Seat="Місце")
    call_command("translations", "compile", stdout=StringIO())
    core = house / "locale" / "core" / "pl" / "LC_MESSAGES" / "django.po"
    core.write_text(core.read_text().replace('"Seat"\nmsgstr ""', '"Seat"\nmsgstr "Fotel"'))

    assert check() == ["locale/*/pl: 'Seat' is 'Fotel' in core and 'Miejsce' in meetings"]

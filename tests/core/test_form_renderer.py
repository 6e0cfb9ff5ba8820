"""Controls written by Python are Django's own, letter by letter (W1, W2)."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from core.form_renderer import WRITERS, InPython
from core.widgets import Combobox

HOSTILE = "\"><script>alert('ż')</script>&amp;"
GROUPED = [
    ("Województwo <A>", [("1", "Jeden & pół"), (2, 2500)]),
    ("", "Nic"),
    (HOSTILE, HOSTILE),
    (None, _("Polish")),
]
SIMPLE = [
    forms.TextInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.PasswordInput,
    forms.HiddenInput,
    forms.DateInput,
    forms.DateTimeInput,
    forms.TimeInput,
    forms.FileInput,
    forms.CheckboxInput,
    forms.Textarea,
]
CHOOSING = [
    forms.Select,
    forms.SelectMultiple,
    forms.RadioSelect,
    forms.CheckboxSelectMultiple,
]
ATTRS = [
    {},
    {"id": "id_x", "required": True, "disabled": False, "maxlength": 4000, "class": "a b"},
    {"id": HOSTILE, "aria-describedby": mark_safe("id_x_helptext"), "data-x": HOSTILE, "rows": 5},
]


def assert_same(widget, value, attrs):
    """Both renderers, in a language that groups thousands."""
    with translation.override("pl"):
        assert widget.render("x", value, attrs, InPython()) == widget.render(
            "x", value, attrs, DjangoTemplates()
        )


@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", [None, "", "Łódź", HOSTILE, 12_000, True, date(2026, 4, 14)])
@pytest.mark.parametrize("kind", SIMPLE)
def test_control_is_the_same(kind, value, attrs):
    """Every kind, with attributes that are texts, numbers, true, false, safe and hostile."""
    assert_same(kind(), value, attrs)


@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", [None, "", "1", 2, HOSTILE, ["1", "2"]])
@pytest.mark.parametrize("kind", CHOOSING)
def test_choices_are_the_same(kind, value, attrs):
    """Groups, lazy words, numbers as labels, hostile labels, none and several chosen."""
    assert_same(kind(choices=GROUPED), value, attrs)


@pytest.mark.parametrize("value", [None, True, "false", "unknown"])
def test_yes_no_or_unknown_is_the_same(value):
    """The select that brings its own choices."""
    assert_same(forms.NullBooleanSelect(), value, {"id": "id_x"})


def test_own_templates_are_left_to_django():
    """A widget of ours, one that looks like Django's with options of its own, and the house's."""

    class OwnOptions(forms.RadioSelect):
        option_template_name = "django/forms/widgets/select_option.html"

    class Missing(forms.RadioSelect):
        option_template_name = "no/such/template.html"

    assert isinstance(get_default_renderer(), InPython)
    assert Combobox().template_name not in WRITERS
    with pytest.raises(Exception, match="no/such/template"):
        Missing(choices=GROUPED).render("x", None, {}, InPython())
    assert OwnOptions(choices=[("1", "a")]).render("x", "1", {}, InPython()) == OwnOptions(
        choices=[("1", "a")]
    ).render("x", "1", {}, DjangoTemplates())

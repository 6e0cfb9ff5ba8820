"""The parts of our pages: what they say, how they hang together, what they never hold."""

import re
from datetime import date

import pytest
from crispy_forms.bootstrap import FormActions
from crispy_forms.helper import FormHelper
from crispy_forms.layout import (
    HTML,
    Button,
    ButtonHolder,
    Column,
    Div,
    Fieldset,
    Layout,
    Reset,
    Row,
    Submit,
)
from django import forms
from django.forms import formset_factory
from django.template import engines
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe

from core.forms import PageForm
from core.templatetags.components import (
    about,
    bars,
    form_errors,
    funnel,
    marked,
    named,
    status_tag,
)
from core.widgets import Combobox, DateFieldsField
from tests.conftest import sign_in


class SampleForm(forms.Form):
    """A field of each shape."""

    name = forms.CharField(label="Name", help_text="As in letters.")
    note = forms.CharField(label="Note", required=False)
    starts_on = DateFieldsField(label="First day")
    colour = forms.ChoiceField(
        label="Which colour?", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="I agree.")


def render(source: str, request=None, **context) -> str:
    return engines["django"].from_string(source).render(context, request)


def crispy(form) -> str:
    return render("{% load crispy_forms_filters %}{{ form|crispy }}", form=form)


def dates(**parts) -> dict[str, str]:
    return {f"starts_on_{part}": value for part, value in parts.items()}


def test_pack_ties_hint_and_error_to_the_control():
    """A5: the message stands at its field."""
    html = crispy(SampleForm({}))

    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert html.count('id="id_name_helptext"') == 1
    assert html.count('id="id_name_error"') == 1
    assert '<label for="id_name">Name</label>' in html


def test_pack_marks_optional_fields_in_words():
    html = crispy(SampleForm())

    assert html.count('class="optional"') == 1
    assert '<label for="id_note">Note <span class="optional">' in html


def test_pack_groups_choices_and_dates_under_a_legend():
    html = crispy(SampleForm())

    assert html.count("<fieldset") == 2
    assert "<legend>First day</legend>" in html
    assert "<legend>Which colour?</legend>" in html


def laid_out(form):
    form.helper = FormHelper(form)
    form.helper.layout = Layout(
        Fieldset("Person", Row(Column("name"), Column("note")), css_id="person"),
        Div("starts_on", "colour", css_class="wide"),
        HTML("<p>{{ word }}</p>"),
        "agreed",
        FormActions(Submit("save", "Save"), Button("back", "Back")),
        ButtonHolder(Reset("reset", "Clear")),
    )
    return form


@pytest.mark.parametrize("values", [None, {}])
def test_pack_draws_a_layout(rf, values):
    html = render(
        "{% load crispy_forms_tags %}{% crispy form %}",
        request=rf.get("/"),
        form=laid_out(SampleForm(values)),
        word="read",
    )

    assert html.count("<form") == 1
    assert html.count("csrfmiddlewaretoken") == 1
    assert "<legend>Person</legend>" in html
    assert '<div class="wide">' in html
    assert "<p>read</p>" in html
    assert [f'name="{name}"' in html for name in ("name", "note", "agreed", "save", "back")] == [
        True
    ] * 5


def test_pack_draws_a_formset(rf):
    rows = formset_factory(SampleForm, extra=2)()

    drawn = crispy(rows)
    whole = render("{% load crispy_forms_tags %}{% crispy form %}", request=rf.get("/"), form=rows)

    assert (drawn.count("TOTAL_FORMS"), whole.count("TOTAL_FORMS")) == (2, 2)
    assert (drawn.count('class="formset-row"'), whole.count('class="formset-row"')) == (2, 2)


def test_error_summary_leads_to_each_field_in_order():
    """A5: the summary at the top links to every field that is wrong."""
    form = SampleForm(dates(day="31"))

    assert [error["href"] for error in form_errors(form)] == [
        "#id_name",
        "#id_starts_on_0",
        "#id_colour_0",
        "#id_agreed",
    ]
    assert [error["href"][1:] in crispy(form) for error in form_errors(form)] == [True] * 4


def test_error_summary_does_not_say_a_label_twice():
    assert [about("Street", "Write: Street"), about("Street", "Write a name.")] == [
        "Write: Street",
        "Street: Write a name.",
    ]


def test_error_summary_of_a_formset_names_every_row():
    rows = formset_factory(SampleForm, extra=0)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-name": "A", "form-1-name": ""}
    )

    assert [error["href"] for error in form_errors(rows) if error["href"].endswith("name")] == [
        "#id_form-1-name"
    ]


@pytest.mark.parametrize(
    ("label", "beginning"),
    [("Name", "Name:"), ("I agree.", "I agree:"), ("Which colour?", "Which colour?")],
)
def test_label_begins_a_sentence(label, beginning):
    assert named(label) == beginning


@pytest.mark.parametrize(
    "parts",
    [
        {"day": "1", "month": "5", "year": "2027"},
        {"day": "01", "month": "05", "year": "2027"},
        {"day": "1.5.2027"},
        {"day": " 01/05/2027 "},
    ],
)
def test_date_is_taken_from_three_fields_or_from_one(parts):
    form = SampleForm(dates(**parts))
    form.is_valid()

    assert form.cleaned_data["starts_on"] == date(2027, 5, 1)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({}, "required"),
        ({"day": "31"}, "incomplete"),
        ({"day": "01/05/27"}, "incomplete"),
        ({"day": "1", "month": "5", "year": "27"}, "short_year"),
        ({"day": "31", "month": "2", "year": "2027"}, "invalid"),
        ({"day": "1", "month": "maj", "year": "2027"}, "invalid"),
        ({"day": "²", "month": "5", "year": "2027"}, "invalid"),
    ],
)
def test_wrong_date_is_refused_with_an_example(parts, code):
    error = SampleForm(dates(**parts)).errors.as_data()["starts_on"][0]

    assert error.code == code
    assert "2026" in str(error.message)


def test_wrong_date_is_shown_as_it_was_typed():
    html = crispy(SampleForm(dates(day="31", month="x", year="")))

    assert 'name="starts_on_day" value="31"' in html
    assert 'name="starts_on_month" value="x"' in html


def test_saved_date_fills_the_three_fields():
    html = crispy(SampleForm(initial={"starts_on": date(2026, 4, 14)}))

    assert 'name="starts_on_day" value="14"' in html
    assert 'name="starts_on_month" value="4"' in html
    assert 'name="starts_on_year" value="2026"' in html


def test_combobox_is_a_plain_text_field_without_javascript():
    html = Combobox(url="/suggest/").render("gmina", "Żory", attrs={"id": "id_gmina"})

    assert '<input type="text" name="gmina" value="Żory" id="id_gmina">' in html
    assert 'data-url="/suggest/"' in html


def test_rank_buttons_work_without_javascript():
    html = render_to_string(
        "components/rank_list.html",
        {"legend": "Order", "items": [{"code": "a", "label": "A"}, {"code": "b", "label": "B"}]},
    )

    assert [f'value="{value}"' in html for value in ("up:a", "down:a", "up:b", "down:b")] == [
        True
    ] * 4
    assert html.count('type="submit"') == 4
    assert html.count('type="hidden" name="order"') == 2
    assert html.count('aria-disabled="true"') == 2


def test_status_needs_a_known_kind_and_escapes_its_word():
    assert status_tag("<b>", "late") == '<span class="tag tag-late">&lt;b&gt;</span>'
    with pytest.raises(ValueError, match="Unknown kind"):
        status_tag("Late", "red")


def test_bars_are_measured_against_the_longest():
    drawn = bars([{"label": "a", "value": 34}, {"label": "b", "value": 17}])

    assert [(bar.width, bar.percent) for bar in drawn] == [(600, 67), (300, 33)]


def test_funnel_is_measured_against_its_first_step():
    drawn = funnel([{"label": "a", "value": 200}, {"label": "b", "value": 0}])

    assert [(bar.width, bar.percent) for bar in drawn] == [(600, 100), (0, 0)]


@pytest.mark.parametrize("chart", [bars, funnel])
def test_chart_of_nothing_is_drawn(chart):
    assert [bar.width for bar in chart([{"label": "a", "value": 0}])] == [0]
    assert chart([]) == []


@pytest.mark.parametrize("reason", ["unknown", "expired", "revoked", "used"])
def test_bad_link_says_what_to_do(reason):
    html = render_to_string("components/bad_link.html", {"reason": reason})

    assert html.count("<h1>") == 1
    assert html.count("<li>") >= 2


def test_failure_page_needs_no_request():
    """The page of a failure must not fail itself."""
    assert "<h1>" in render_to_string("500.html")


def test_components_page_shows_every_component(coordinator_client):
    response = coordinator_client.get(reverse("admin:components"))

    assert response.status_code == 200
    html = response.content.decode()
    assert [
        kind
        for kind in ("neutral", "info", "waiting", "good", "late", "bad")
        if f"tag-{kind}" not in html
    ] == []
    assert 'class="error-summary"' in html


def test_components_page_is_for_staff(client, stranger):
    assert sign_in(client, stranger).get(reverse("admin:components")).status_code == 302


def test_task_without_address_says_why_and_is_no_link():
    html = render_to_string(
        "components/task_list.html",
        {
            "rows": [
                {"label": "Contact", "url": "/c/", "label_of_state": "Done", "kind": "good"},
                {"label": "Send", "hint": "Later.", "label_of_state": "Waits", "kind": "waiting"},
            ]
        },
    )

    assert (html.count("<a "), html.count("<li"), html.count("Later.")) == (1, 2, 1)
    assert [f"tag-{kind}" in html for kind in ("good", "waiting")] == [True, True]


def test_stages_say_their_state_in_a_word_and_mark_the_present_one():
    """P17: what happens now, by when, who has the ball; not by colour alone."""
    states = ("done", "now", "later", "refused")
    html = render_to_string(
        "components/stages.html",
        {"heading": "Way", "items": [{"title": state, "state": state} for state in states]},
    )

    words = re.findall(r'<span class="stage-state">([^<]+)</span>', html)
    assert len(words) == len(set(words)) == 4
    assert html.count('aria-current="step"') == 1


def test_changes_are_told_by_words_and_by_elements():
    rows = [{"label": "Phone", "before": "1", "after": ""}, {"label": "Rooms", "before": 0}]
    html = render_to_string("components/changes.html", {"rows": rows})

    assert (html.count("<del>"), html.count("<ins>"), html.count('class="none"')) == (2, 0, 2)
    assert html.count('class="change-word"') == 4


def test_compared_records_are_chosen_cell_by_cell():
    html = render_to_string(
        "components/compare_table.html",
        {
            "caption": "Two surveys",
            "sides": [{"label": "One"}, {"label": "Two"}],
            "rows": [
                {
                    "label": "Phone",
                    "is_different": True,
                    "cells": [
                        {"text": "<1>", "name": "keep", "value": "a", "checked": True},
                        {"text": "2", "name": "keep", "value": "b"},
                    ],
                },
                {"label": "Name", "cells": [{"text": "X"}, {"text": ""}]},
            ],
        },
    )

    assert (html.count('type="radio"'), html.count(" checked"), html.count("tag-late")) == (2, 1, 1)
    assert "&lt;1&gt;" in html
    assert "<1>" not in html


def test_progress_is_a_number_for_machines_whatever_the_language():
    html = render_to_string(
        "components/progress_bar.html", {"id": "p", "label": "Export", "value": 1200.5, "max": 3000}
    )

    assert '<progress id="p" value="1200.5" max="3000">' in html


def test_answer_to_a_question_is_escaped_unless_it_is_clean_html():
    said = [
        render_to_string("components/question.html", {"question": "Why?", **answer})
        for answer in ({"text": "<b>x</b>"}, {"html": mark_safe("<b>x</b>")}, {"html": "<b>x</b>"})
    ]

    assert ["<b>x</b>" in html for html in said] == [False, True, False]


def test_address_to_copy_waits_for_javascript_with_its_button():
    html = render_to_string(
        "components/copy_field.html", {"id": "c", "label": "Link", "value": "https://x.example/"}
    )

    assert re.search(r'<button type="button"[^>]* hidden>', html)
    assert 'value="https://x.example/" readonly' in html


class PlainForm(PageForm):
    """Required fields without words of their own, and one with."""

    text = forms.CharField()
    one = forms.ChoiceField(choices=[("a", "A")])
    some = forms.MultipleChoiceField(choices=[("a", "A")])
    agreed = forms.BooleanField()
    file = forms.FileField()
    own = forms.CharField(error_messages={"required": "Own words."})


def test_empty_field_is_told_what_to_do():
    """W13: never only "this field is required"."""
    with translation.override("en"):
        said = {name: str(errors[0]) for name, errors in PlainForm({}).errors.items()}

    assert said == {
        "text": "Write an answer.",
        "one": "Choose one of the answers.",
        "some": "Choose at least one answer.",
        "agreed": "Tick the box to go on.",
        "file": "Choose a file.",
        "own": "Own words.",
    }


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "pl",
            "Мета: менше відходів.\n<b>",
            '<span lang="uk">Мета: менше відходів.<br>&lt;b&gt;</span>',
        ),
        ("en", "Козельщинська", '<span lang="uk">Козельщинська</span>'),
        ("uk", "Мета", "Мета"),
        ("pl", "Gmina Łódź", "Gmina Łódź"),
        ("pl", "", ""),
        ("pl", 0, "0"),
    ],
)
def test_ukrainian_text_is_marked_on_pages_in_other_languages(language, text, expected):
    """W19: a screen reader changes its voice."""
    with translation.override(language):
        assert marked(text) == expected

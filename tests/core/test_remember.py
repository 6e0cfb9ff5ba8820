"""What every page shows alike is rendered once (W1, W2), and never shown where it differs."""

import pytest
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from core.templatetags import remember


class Counted:
    """A template whose inside counts how often it is rendered."""

    def __init__(self, names="", inside="{{ title }}"):
        text = f"{{% load remember i18n %}}{{% remember {names} %}}{inside}{{% endremember %}}"
        self.template = Template(text)
        self.rendered = 0
        (node,) = self.template.nodelist.get_nodes_by_type(remember.RememberNode)
        inside_of = node.nodelist.render

        def render(context):
            self.rendered += 1
            return inside_of(context)

        node.nodelist.render = render

    def show(self, language="pl", **values):
        """The text of the page in a language."""
        with translation.override(language):
            return self.template.render(Context(values))


def test_same_page_is_rendered_once():
    """Twice the same is remembered; another value or language is not taken for it."""
    page = Counted("title", '{% translate "Privacy" %}: {{ title }}')

    shown = [
        page.show(title="A"),
        page.show(title="A"),
        page.show(title="B"),
        page.show("en", title="A"),
    ]

    assert shown == ["Prywatność: A", "Prywatność: A", "Prywatność: B", "Privacy: A"]
    assert page.rendered == 3


def test_safe_text_is_never_taken_for_an_unsafe_one():
    """They are equal as texts; only one may become markup."""
    page = Counted("title")

    assert page.show(title=mark_safe("<b>")) == "<b>"
    assert page.show(title="<b>") == "&lt;b&gt;"
    assert page.show(title=mark_safe("<b>")) == "<b>"


def test_one_is_not_true():
    """Python calls them equal."""
    page = Counted("title")

    assert [page.show(title=value) for value in (1, True, 1)] == ["1", "True", "1"]


def test_lazy_words_are_those_of_the_language():
    """A lazy text is remembered as what it says."""
    page = Counted("title")

    assert [page.show(language, title=_("Privacy")) for language in ("pl", "en")] == [
        "Prywatność",
        "Privacy",
    ]


def test_inside_knows_nothing_but_the_named_values(rf: RequestFactory):
    """Somebody else's name cannot be remembered by mistake: it is not there."""
    template = Template(
        "{% load remember %}{% remember title %}{{ title }}{% if person or request %}!{% endif %}"
        "{% endremember %}{{ person }}"
    )

    assert template.render(RequestContext(rf.get("/"), {"title": "A", "person": "B"})) == "AB"


def test_memory_is_bounded(monkeypatch):
    """Values that never end do not fill the memory."""
    monkeypatch.setattr(remember, "MOST", 3)
    page = Counted("title")
    (node,) = page.template.nodelist.get_nodes_by_type(remember.RememberNode)

    assert [page.show(title=str(number)) for number in range(9)] == [str(n) for n in range(9)]
    assert len(node.said) == 3


def test_changed_settings_are_seen(settings):
    """Addresses of files hang on settings."""
    page = Counted("", "{% load static %}{% static 'a.css' %}")
    page.show(), page.show()
    assert page.rendered == 1

    settings.STATIC_URL = "/elsewhere/"
    page.show()

    assert page.rendered == 2


def test_records_and_expressions_are_refused():
    """Neither a record, which changes while it is remembered, nor a filter."""
    with pytest.raises(TypeError, match="object"):
        Counted("title").show(title=object())
    with pytest.raises(TemplateSyntaxError, match="names of variables"):
        Counted("title|upper")

"""Django's own controls, written by Python instead of by templates that include templates (W1, W2).

The same markup, letter by letter; a page of five questions costs a fifth less. A widget with a
template of its own (the panel's, ours) is rendered from that template as ever.
"""

import html
from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Parts = Mapping[str, Any]
OF_DJANGO = "django/forms/widgets/{}.html"
INPUTS = (
    *("text", "number", "email", "url", "tel", "search", "color", "password", "hidden", "date"),
    *("datetime", "time", "file", "checkbox"),
)
# The template of an option, of each control that is written here and has options.
OPTION_OF = {
    OF_DJANGO.format("radio"): OF_DJANGO.format("radio_option"),
    OF_DJANGO.format("checkbox_select"): OF_DJANGO.format("checkbox_option"),
    OF_DJANGO.format("select"): OF_DJANGO.format("select_option"),
}


class InPython(DjangoTemplates):
    """`FORM_RENDERER`: writes what it knows, and leaves everything else to Django."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        """The markup of one control."""
        write = WRITERS.get(template_name)
        if write is not None and _has_known_options(template_name, context["widget"]):
            return mark_safe(write(context["widget"]))  # noqa: S308 - its parts are escaped
        return super().render(template_name, context, request)


def _has_known_options(template_name: str, widget: Parts) -> bool:
    known = OPTION_OF.get(template_name)
    return known is None or all(
        option["template_name"] == known
        for _group, options, _index in widget.get("optgroups", ())
        for option in options
    )


def _escaped(value: object) -> str:
    """As `{{ value|stringformat:"s" }}` says it. Nearly all are plain texts."""
    return html.escape(value) if type(value) is str else conditional_escape(value)


def _said(value: object) -> str:
    """As `{{ value }}` says it."""
    return html.escape(value) if type(value) is str else conditional_escape(localize(value))


def _attrs(widget: Parts) -> str:
    return "".join(
        f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _input(widget: Parts) -> str:
    value = "" if widget["value"] is None else f' value="{_escaped(widget["value"])}"'
    return (
        f'<input type="{_said(widget["type"])}" name="{_said(widget["name"])}"'
        f"{value}{_attrs(widget)}>"
    )


def _textarea(widget: Parts) -> str:
    value = _said(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_said(widget["name"])}"{_attrs(widget)}>\n{value}</textarea>'


def _choices(widget: Parts) -> str:
    """Radio buttons, or boxes to tick."""
    attrs = widget["attrs"]
    own = f' id="{_said(attrs["id"])}"' if attrs.get("id") else ""
    own += f' class="{_said(attrs["class"])}"' if attrs.get("class") else ""
    groups = []
    for group, options, _index in widget["optgroups"]:
        head, foot = (
            (f"\n  <div><label>{_said(group)}</label>", "\n  </div>") if group else ("", "")
        )
        groups.append(head + "".join(map(_choice, options)) + foot)
    return f"<div{own}>{''.join(groups)}\n</div>"


def _choice(option: Parts) -> str:
    control = _input(option)
    if not option.get("wrap_label"):
        return f"<div>\n    {control}\n\n\n</div>"
    of = f' for="{_said(option["attrs"]["id"])}"' if option["attrs"].get("id") else ""
    return f"<div>\n    <label{of}>{control}\n {_said(option['label'])}</label>\n\n</div>"


def _select(widget: Parts) -> str:
    groups = []
    for group, options, _index in widget["optgroups"]:
        head, foot = (
            (f'\n  <optgroup label="{_said(group)}">', "\n  </optgroup>") if group else ("", "")
        )
        groups.append(head + "".join(map(_select_option, options)) + foot)
    return f'<select name="{_said(widget["name"])}"{_attrs(widget)}>{"".join(groups)}\n</select>'


def _select_option(option: Parts) -> str:
    return (
        f'\n  <option value="{_escaped(option["value"])}"{_attrs(option)}>'
        f"{_said(option['label'])}</option>\n"
    )


WRITERS: Mapping[str, Callable[[Parts], str]] = {
    **{OF_DJANGO.format(name): _input for name in INPUTS},
    OF_DJANGO.format("textarea"): _textarea,
    OF_DJANGO.format("radio"): _choices,
    OF_DJANGO.format("checkbox_select"): _choices,
    OF_DJANGO.format("select"): _select,
}

"""What surrounds a control: label, hint, errors, the word "(optional)" (W1, W2).

The markup of the crispy pack, `templates/win4ua/field.html`, and of `components/field.html`. It
stands here and not in a template because a page of the survey spent most of its time on it.
"""

from django.forms import BoundField, CheckboxInput
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

GROUP = """
<fieldset class="field{wrong}" id="div_{place}"{by}>
<legend>{label}{optional}</legend>
{hint}
{errors}
{control}
</fieldset>
"""
CHECKBOX = """
<div class="field checkbox{wrong}" id="div_{place}">
{errors}
<div class="choice">{control}<label for="{for}">{label}{optional}</label></div>
{hint}
</div>
"""
LINE = """
<div class="field{wrong}" id="div_{place}">
<label for="{for}">{label}{optional}</label>
{hint}
{errors}
{control}
</div>
"""
BREAK = format_html("<br>{}", "")


def whole_field(field: BoundField) -> SafeString:
    """A field with everything that belongs to it; a hidden one is its control only."""
    if field.is_hidden:
        return field.as_widget()
    place, errors = field.auto_id, _errors(field)
    parts = {
        "place": place,
        "wrong": " has-error" if errors else "",
        "by": "",
        "for": field.id_for_label,
        "label": field.label,
        "optional": _optional(field),
        "hint": format_html('<div class="hint" id="{}_helptext">{}</div>', place, field.help_text)
        if field.help_text
        else "",
        "errors": errors,
        "control": field.as_widget(),
    }
    if field.use_fieldset:
        described = field.aria_describedby
        parts["by"] = format_html(' aria-describedby="{}"', described) if described else ""
        return format_html(GROUP, **parts)
    is_checkbox = isinstance(field.field.widget, CheckboxInput)
    return format_html(CHECKBOX if is_checkbox else LINE, **parts)


def is_optional(field: BoundField) -> bool:
    """Whether the person may leave it out, as the form and the control see it."""
    # A widget may expect an answer that the field itself does not insist on.
    return not (field.field.required or field.field.widget.is_required or field.field.disabled)


def _optional(field: BoundField) -> SafeString | str:
    if not is_optional(field):
        return ""
    return format_html(' <span class="optional">{}</span>', _("(optional)"))


def _errors(field: BoundField) -> SafeString | str:
    if not field.errors:
        return ""
    word = _("Error:")
    lines = format_html_join(
        BREAK, '<span class="error-word">{}</span> {}', ((word, error) for error in field.errors)
    )
    return format_html('<p class="error" id="{}_error">{}</p>', field.auto_id, lines)

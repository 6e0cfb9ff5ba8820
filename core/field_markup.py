"""What surrounds a control: label, hint, errors, the word "(optional)" (W1, W2).

The markup of the crispy pack, `templates/win4ua/field.html`, and of `components/field.html`. It
stands here and not in a template because a page of the survey spent most of its time on it.
"""

from django.forms import BoundField, CheckboxInput
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.form_renderer import said


def whole_field(field: BoundField) -> SafeString:
    """A field with everything that belongs to it; a hidden one is its control only."""
    if field.is_hidden:
        return mark_safe(str(field))  # noqa: S308 - rendered by its widget
    control, place = str(field), said(field.auto_id)
    label = said(field.label) + _optional(field)
    hint = (
        f'<div class="hint" id="{place}_helptext">{said(field.help_text)}</div>'
        if field.help_text
        else ""
    )
    errors = _errors(field, place)
    wrong = " has-error" if errors else ""
    if field.use_fieldset:
        described = field.aria_describedby
        by = f' aria-describedby="{said(described)}"' if described else ""
        markup = (
            f'<fieldset class="field{wrong}" id="div_{place}"{by}>\n<legend>{label}</legend>\n'
            f"{hint}\n{errors}\n{control}\n</fieldset>"
        )
    elif isinstance(field.field.widget, CheckboxInput):
        markup = (
            f'<div class="field checkbox{wrong}" id="div_{place}">\n{errors}\n'
            f'<div class="choice">{control}<label for="{said(field.id_for_label)}">{label}</label>'
            f"</div>\n{hint}\n</div>"
        )
    else:
        markup = (
            f'<div class="field{wrong}" id="div_{place}">\n'
            f'<label for="{said(field.id_for_label)}">{label}</label>\n'
            f"{hint}\n{errors}\n{control}\n</div>"
        )
    return mark_safe(f"\n{markup}\n")  # noqa: S308 - its parts are escaped


def is_optional(field: BoundField) -> bool:
    """Whether the person may leave it out, as the form and the control see it."""
    # A widget may expect an answer that the field itself does not insist on.
    return not (field.field.required or field.field.widget.is_required or field.field.disabled)


def _optional(field: BoundField) -> str:
    return f' <span class="optional">{said(_("(optional)"))}</span>' if is_optional(field) else ""


def _errors(field: BoundField, place: str) -> str:
    if not field.errors:
        return ""
    word = f'<span class="error-word">{said(_("Error:"))}</span>'
    lines = "<br>".join(f"{word} {said(error)}" for error in field.errors)
    return f'<p class="error" id="{place}_error">{lines}</p>'

"""`{{ text|markup }}`: a text that staff wrote, as safe HTML."""

from django import template
from django.utils.safestring import SafeString

from core.markup import markup as render

register = template.Library()


@register.filter
def markup(text: str) -> SafeString:
    """Paragraphs, lists, bold, headings and links; nothing else."""
    return render(str(text))

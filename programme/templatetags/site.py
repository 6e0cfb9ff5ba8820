"""What the head of a public page tells search engines and other programs."""

from dataclasses import dataclass

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url

register = template.Library()
LOCALES = {"pl": "pl_PL", "uk": "uk_UA", "en": "en_GB"}


@dataclass(frozen=True)
class Addresses:
    """Where this page stands in each language, without what was asked for in the address."""

    canonical: str
    alternates: list[tuple[str, str]]
    default: str
    locale: str


@register.simple_tag(takes_context=True)
def page_addresses(context) -> Addresses:
    """Addresses of the page that is being shown; the Polish one is for everybody else."""
    request: HttpRequest = context["request"]
    everywhere = [
        (code, settings.SITE_URL + translate_url(request.path, code))
        for code, _name in settings.LANGUAGES
    ]
    here = context["LANGUAGE_CODE"]
    return Addresses(dict(everywhere)[here], everywhere, everywhere[0][1], LOCALES[here])

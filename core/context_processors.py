"""What every page knows."""

from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from core.static_files import sheets_are_joined

PANEL = "/admin/"
LANGUAGE_NAMES = {"pl": "Polski", "uk": "Українська", "en": "English"}
DIFFERS_IN_PREFIX: dict[tuple[str, str, str], bool] = {}


def page(request: HttpRequest) -> dict[str, object]:
    """Links to this page in the other languages, the site's name and help."""
    current = get_language() or settings.LANGUAGE_CODE
    return {
        "site_name": "WIN4UA",
        "sheets_are_joined": sheets_are_joined(),
        "home_url": f"{_prefix(current)}/",
        "help_email": parseaddr(settings.REPLY_TO_EMAIL)[1],
        "language_links": []
        if request.path_info.startswith(PANEL)  # the panel speaks the language of the account
        else [
            (code, name, _in_language(request, code, current), code == current)
            for code, name in LANGUAGE_NAMES.items()
        ],
    }


def _prefix(language: str) -> str:
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"


def _in_language(request: HttpRequest, language: str, current: str) -> str:
    """This address in a language, as `translate_url()` gives it.

    That looks the address up and builds it anew, which takes longer than all queries of a page.
    Addresses of the house differ in their prefix; whether that is so is found out once a route.
    """
    here = request.get_full_path()
    own = _prefix(current)
    if request.resolver_match is None or not here.startswith(f"{own}/"):
        return translate_url(here, language)
    swapped = _prefix(language) + here.removeprefix(own)
    route = (request.resolver_match.route, current, language)
    if route not in DIFFERS_IN_PREFIX:
        DIFFERS_IN_PREFIX[route] = translate_url(here, language) == swapped
    return swapped if DIFFERS_IN_PREFIX[route] else translate_url(here, language)

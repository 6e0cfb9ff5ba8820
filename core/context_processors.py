"""What every page knows."""

from email.utils import parseaddr

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.static_files import sheets_are_joined

PANEL = "/admin/"
LANGUAGE_NAMES = {"pl": "Polski", "uk": "Українська", "en": "English"}


def page(request: HttpRequest) -> dict[str, object]:
    """Links to this page in the other languages, the site's name, help and the foot's links."""
    current = get_language() or settings.LANGUAGE_CODE
    here = request.get_full_path()
    prefix = "" if current == settings.LANGUAGE_CODE else f"/{current}"
    return {
        "site_name": "WIN4UA",
        "sheets_are_joined": sheets_are_joined(),
        "home_url": f"{prefix}/",
        "help_email": parseaddr(settings.REPLY_TO_EMAIL)[1],
        "language_links": []
        if request.path_info.startswith(PANEL)  # the panel speaks the language of the account
        else [
            (code, name, translate_url(here, code), code == current)
            for code, name in LANGUAGE_NAMES.items()
        ],
        "footer_links": [
            (_("Questions and answers"), f"{prefix}/pytania/"),
            (_("Documents"), f"{prefix}/dokumenty/"),
            (_("Privacy"), f"{prefix}/prywatnosc/"),
            (_("Accessibility"), f"{prefix}/dostepnosc/"),
        ],
    }

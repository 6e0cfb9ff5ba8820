"""The application that wires the house, and the admin site of the panel."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin
from django.core.exceptions import ImproperlyConfigured

from win4ua.refusals import refusals


class Win4uaConfig(AppConfig):
    """Addresses, settings and the verbs that cross rooms; no models."""

    name = "win4ua"
    default = True

    def ready(self) -> None:
        """Refuse to start, in every process, with settings that are unsafe where they would run."""
        if found := refusals(settings):
            raise ImproperlyConfigured("Unsafe settings:\n- " + "\n- ".join(found))


class PanelConfig(admin.AdminConfig):
    """Puts `core.admin.PanelSite` in the place of Django's default admin site."""

    default_site = "core.admin.PanelSite"
    default = False

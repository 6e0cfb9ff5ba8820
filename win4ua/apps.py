"""The application that wires the house, and the admin site of the panel."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class Win4uaConfig(AppConfig):
    """Addresses, settings and the verbs that cross rooms; no models."""

    name = "win4ua"
    default = True


class PanelConfig(admin.AdminConfig):
    """Puts `core.admin.PanelSite` in the place of Django's default admin site."""

    default_site = "core.admin.PanelSite"
    default = False

"""The admin site of the panel: Django's own, with our site class."""

from django.contrib.admin.apps import AdminConfig


class PanelConfig(AdminConfig):
    """Puts `core.admin.PanelSite` in the place of Django's default admin site."""

    default_site = "core.admin.PanelSite"

"""The application that wires the house, and the admin site of the panel."""

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.admin import apps as admin
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_migrate

from win4ua.refusals import refusals


def keep_roles(sender: AppConfig, **_options) -> None:
    """After the last app has migrated: the groups hold what the rooms declare. The only signal."""
    from core.roles import sync_permissions  # models are loaded by now, not at import

    with_models = [config for config in apps.get_app_configs() if config.models_module]
    if sender == with_models[-1]:
        sync_permissions()


class Win4uaConfig(AppConfig):
    """Addresses, settings and the verbs that cross rooms; no models."""

    name = "win4ua"
    default = True

    def ready(self) -> None:
        """Refuse to start, in every process, with settings that are unsafe where they would run."""
        if found := refusals(settings):
            raise ImproperlyConfigured("Unsafe settings:\n- " + "\n- ".join(found))
        post_migrate.connect(keep_roles, dispatch_uid="win4ua.keep_roles")


class PanelConfig(admin.AdminConfig):
    """Puts `core.panel_site.PanelSite` in the place of Django's default admin site."""

    default_site = "core.panel_site.PanelSite"
    default = False

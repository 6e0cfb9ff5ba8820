"""The name of this room in the panel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApplicationsConfig(AppConfig):
    """Surveys and applications."""

    name = "applications"
    verbose_name = _("Surveys and applications")

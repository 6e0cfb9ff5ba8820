"""The name of this room in the panel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GrantsConfig(AppConfig):
    """Small projects."""

    name = "grants"
    verbose_name = _("Small projects")

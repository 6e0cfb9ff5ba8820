"""The name of this room in the panel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MatchingConfig(AppConfig):
    """Pairs and placements."""

    name = "matching"
    verbose_name = _("Pairs and placements")

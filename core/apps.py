"""The foundation room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """People, audit trail, links, limits, files and the base of the panel."""

    name = "core"
    verbose_name = _("Accounts and audit trail")
    default = True

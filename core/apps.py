"""The foundation room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """People, audit trail, links, limits, files and the base of the panel."""

    name = "core"
    default = True

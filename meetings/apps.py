"""The name of this room in the panel."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Information sessions."""

    name = "meetings"
    verbose_name = _("Information sessions")

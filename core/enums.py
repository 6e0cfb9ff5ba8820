"""Closed lists of words that records of this room use."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileState(models.TextChoices):
    """Where a file that somebody sent stands on its way to being downloadable."""

    RECEIVED = "received", _("received")
    SCANNING = "scanning", _("being checked")
    CLEAN = "clean", _("checked")
    INFECTED = "infected", _("refused: harmful content")
    ERROR = "error", _("could not be checked")

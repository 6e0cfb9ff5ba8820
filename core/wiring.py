"""Verbs that cross rooms forward, for rooms that may not import what comes after them."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string


def across_rooms(name: str) -> Callable:
    """The verb of this name in the module that `settings.JOURNEYS` names.

    A room whose record may have gone on into later rooms ends it by such a verb, never by its own
    alone: else a pair or a seat would stay behind.
    """
    return import_string(f"{settings.JOURNEYS}.{name}")

"""Pages of the panel about this room's records."""

from applications.admin import interns

__all__ = ["interns"]

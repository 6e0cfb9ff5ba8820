"""Pages of the panel about this room's records."""

from applications.admin import colleagues, host, interns, questions

__all__ = ["colleagues", "host", "interns", "questions"]

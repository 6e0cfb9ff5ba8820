"""Pages of the panel about this room's records."""

from applications.admin import host, interns, questions

__all__ = ["host", "interns", "questions"]

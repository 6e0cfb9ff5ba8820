"""The floor as an app of Django."""

from django.apps import AppConfig


class FloorConfig(AppConfig):
    """No migrations: its only table is made by `migrate --run-syncdb`."""

    name = "ops.bench.floor"
    label = "floor"
    default_auto_field = "django.db.models.BigAutoField"

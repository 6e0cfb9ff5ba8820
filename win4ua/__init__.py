"""The wiring of the house: settings, addresses, workers and the verbs that cross rooms."""

from win4ua.celery import app as celery_app

__all__ = ["celery_app"]

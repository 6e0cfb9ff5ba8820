"""The Celery application. The broker carries hints only; what is due stands in rows."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "win4ua.settings.base")
app = Celery("win4ua")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

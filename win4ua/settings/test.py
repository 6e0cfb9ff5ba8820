"""Tests: real PostgreSQL and Redis, a faked mail provider, quick password hashes."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-this-machine-" + "x" * 40)
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "b25seS1mb3ItdGhpcy1tYWNoaW5lLTAxMjM0NTY3ODk=")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")

from win4ua.settings.dev import *
from win4ua.settings.dev import DATABASES, env

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# A copy of an already migrated database, see ops/template.py; without it each process migrates.
DATABASES["default"]["TEST"] = {"TEMPLATE": env.str("WIN4UA_TEST_TEMPLATE", None)}
PANEL_ALARMS = ""  # most tests have neither worker nor beat; tests/win4ua/test_alarms.py has it on

"""Unsafe production settings are refused, each with a sentence of its own."""

import os
import secrets
from base64 import urlsafe_b64encode
from types import SimpleNamespace

import pytest

from ops.check import production_environment
from tests.ops.processes import run_module
from win4ua.refusals import refusals


def production(**changes) -> SimpleNamespace:
    values = {
        "IS_PRODUCTION": True,
        "DEBUG": False,
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SECRET_KEY_FALLBACKS": [],
        "FIELD_ENCRYPTION_KEYS": [urlsafe_b64encode(secrets.token_bytes(32)).decode()],
        "SITE_URL": "https://win4ua.example.org",
        "ALLOWED_HOSTS": ["win4ua.example.org"],
        "TRUSTED_PROXY_COUNT": 1,
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": "db",
                "PASSWORD": "long and random",
            }
        },
        "REDIS_URL": "redis://:long-and-random@redis:6379/0",
        "CELERY_TASK_ALWAYS_EAGER": False,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
        "EMAIL_HOST_PASSWORD": "long and random",
        "DEFAULT_FROM_EMAIL": "WIN4UA <biuro@win4ua.example.org>",
    }
    return SimpleNamespace(**{**values, **changes})


def database(**changes) -> dict:
    return {"default": {**production().DATABASES["default"], **changes}}


def test_safe_production_settings_are_accepted():
    assert refusals(production()) == []


SHORT_KEY = "SECRET_KEY must be random, with at least 50 characters."
BAD_FIELD_KEY = "FIELD_ENCRYPTION_KEYS must be random Fernet keys: 32 bytes in URL-safe base64."
EXACT = "ALLOWED_HOSTS must list exact names."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"DEBUG": True}, "DEBUG must be off."),
        ({"SECRET_KEY": "short"}, SHORT_KEY),
        ({"SECRET_KEY": "x" * 80}, SHORT_KEY),
        ({"SECRET_KEY": "change-me-" + secrets.token_urlsafe(64)}, SHORT_KEY),
        ({"SECRET_KEY_FALLBACKS": ["old"]}, SHORT_KEY),
        (
            {"FIELD_ENCRYPTION_KEYS": []},
            "FIELD_ENCRYPTION_KEYS is missing: without it no bank account can be stored.",
        ),
        ({"FIELD_ENCRYPTION_KEYS": ["not base64!"]}, BAD_FIELD_KEY),
        (
            {"FIELD_ENCRYPTION_KEYS": ["b25seS1mb3ItdGhpcy1tYWNoaW5lLTAxMjM0NTY3ODk="]},
            BAD_FIELD_KEY,
        ),
        ({"SITE_URL": "http://win4ua.example.org"}, "SITE_URL must begin with https://."),
        ({"SITE_URL": "https://localhost"}, "SITE_URL must carry the public name of the site."),
        (
            {"ALLOWED_HOSTS": ["other.example.org"]},
            "ALLOWED_HOSTS must contain win4ua.example.org, the name in SITE_URL.",
        ),
        ({"ALLOWED_HOSTS": ["win4ua.example.org", "*"]}, EXACT),
        ({"ALLOWED_HOSTS": ["win4ua.example.org", ".example.org"]}, EXACT),
        (
            {"TRUSTED_PROXY_COUNT": 0},
            "TRUSTED_PROXY_COUNT must be the number of our own proxies, from 1 to 3.",
        ),
        (
            {"DATABASES": database(ENGINE="django.db.backends.sqlite3")},
            "DATABASE_URL must name a PostgreSQL.",
        ),
        (
            {"DATABASES": database(PASSWORD="")},
            "DATABASE_URL must carry a password when the database is on another machine.",
        ),
        (
            {"DATABASES": database(DISABLE_SERVER_SIDE_CURSORS=True)},
            "DISABLE_SERVER_SIDE_CURSORS must be off: behind a pooler that lends connections for a "
            "transaction, locks of workers that send mail would never end.",
        ),
        (
            {"REDIS_URL": "redis://redis:6379/0"},
            "REDIS_URL must carry a password when Redis is on another machine.",
        ),
        ({"REDIS_URL": "memory://"}, "REDIS_URL must name a Redis."),
        ({"CELERY_TASK_ALWAYS_EAGER": True}, "CELERY_TASK_ALWAYS_EAGER must be off."),
        (
            {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
            "EMAIL_BACKEND django.core.mail.backends.console.EmailBackend sends nothing.",
        ),
        (
            {"EMAIL_USE_TLS": False},
            "EMAIL_USE_TLS must be on: the password of the mail server would travel in clear.",
        ),
        (
            {"DEFAULT_FROM_EMAIL": "WIN4UA <win4ua@localhost>"},
            "DEFAULT_FROM_EMAIL must be an address that can be answered.",
        ),
    ],
)
def test_unsafe_value_is_refused(changes, sentence):
    assert refusals(production(**changes)) == [sentence]


def test_loopback_needs_no_password():
    changes = {
        "DATABASES": database(HOST="127.0.0.1", PASSWORD=""),
        "REDIS_URL": "redis://127.0.0.1:6379/0",
    }

    assert refusals(production(**changes)) == []


def test_development_settings_serve_this_machine_only():
    settings = production(
        IS_PRODUCTION=False,
        SITE_URL="https://win4ua.example.org",
        ALLOWED_HOSTS=["localhost", "win4ua.example.org"],
    )

    assert refusals(settings) == [
        "Development settings serve this machine only, not win4ua.example.org.",
        "Development settings serve this machine only; SITE_URL is https://win4ua.example.org.",
    ]


def test_every_process_refuses_to_start_with_unsafe_settings():
    environment = {**production_environment(), "ALLOWED_HOSTS": "*", "SECRET_KEY": "x"}

    done = run_module("manage.py", "check", **environment)

    assert done.returncode == 1
    assert f"Unsafe settings:\n- {SHORT_KEY}\n" in done.stderr
    assert EXACT in done.stderr


def test_missing_secret_key_stops_the_start():
    environment = production_environment()
    del environment["SECRET_KEY"]
    os.environ.pop("SECRET_KEY", None)

    done = run_module("manage.py", "check", **environment)

    assert done.returncode == 1
    assert 'Environment variable "SECRET_KEY" not set' in done.stderr


def test_secret_key_may_come_from_a_file(tmp_path):
    environment = production_environment()
    path = tmp_path / "key"
    path.write_text(environment.pop("SECRET_KEY"))

    done = run_module("manage.py", "check", **environment, SECRET_KEY_FILE=str(path))

    assert done.returncode == 0, done.stderr

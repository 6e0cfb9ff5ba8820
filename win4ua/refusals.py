"""Settings that must not go into production, each with the sentence that says what to mend.

Plain functions over a settings object: `win4ua.apps` refuses to start with any of them.
"""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

SECRET_LENGTH = 50
SECRET_VARIETY = 20
FIELD_KEY_BYTES = 32
PROXIES_AT_MOST = 3
LOOPBACK = {"localhost", "127.0.0.1", "::1", "[::1]"}
LOCAL_NAMES = LOOPBACK | {"testserver"}
PLACEHOLDERS = ("change", "insecure", "example", "placeholder", "secret", "only-for-this-machine")
BACKENDS_THAT_SEND_NOTHING = ("console", "dummy", "filebased", "locmem")


def is_local(host: str) -> bool:
    return host in LOCAL_NAMES or host.endswith(".localhost")


def refusals(settings: Any) -> list[str]:
    """Why the house does not start with these settings; empty when it may."""
    if not settings.IS_PRODUCTION:
        return list(_of_development(settings))
    return [
        *_of_secrets(settings),
        *_of_addresses(settings),
        *_of_services(settings),
        *_of_mail(settings),
    ]


def _of_development(settings: Any) -> Iterator[str]:
    """Settings loosened for one machine must never serve another name."""
    strangers = [host for host in settings.ALLOWED_HOSTS if not is_local(host)]
    if strangers:
        yield f"Development settings serve this machine only, not {', '.join(strangers)}."
    if not is_local(urlsplit(settings.SITE_URL).hostname or ""):
        yield f"Development settings serve this machine only; SITE_URL is {settings.SITE_URL}."


def _of_secrets(settings: Any) -> Iterator[str]:
    if settings.DEBUG:
        yield "DEBUG must be off."
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        is_varied = len(set(secret)) >= SECRET_VARIETY
        is_invented = any(word in secret.lower() for word in PLACEHOLDERS)
        if len(secret) < SECRET_LENGTH or not is_varied or is_invented:
            yield f"SECRET_KEY must be random, with at least {SECRET_LENGTH} characters."
            break
    if not settings.FIELD_ENCRYPTION_KEYS:
        yield "FIELD_ENCRYPTION_KEYS is missing: without it no bank account can be stored."
    if not all(map(_is_field_key, settings.FIELD_ENCRYPTION_KEYS)):
        yield "FIELD_ENCRYPTION_KEYS must be random Fernet keys: 32 bytes in URL-safe base64."


def _is_field_key(text: str) -> bool:
    try:
        key = urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        return False
    is_invented = any(word.encode() in key for word in PLACEHOLDERS)
    return len(key) == FIELD_KEY_BYTES and len(set(key)) >= SECRET_VARIETY and not is_invented


def _of_addresses(settings: Any) -> Iterator[str]:
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    if site.scheme != "https":
        yield "SITE_URL must begin with https://."
    if not host or is_local(host):
        yield "SITE_URL must carry the public name of the site."
    elif host not in settings.ALLOWED_HOSTS:
        yield f"ALLOWED_HOSTS must contain {host}, the name in SITE_URL."
    if not settings.ALLOWED_HOSTS or any(
        "*" in name or name.startswith(".") for name in settings.ALLOWED_HOSTS
    ):
        yield "ALLOWED_HOSTS must list exact names."
    if not 1 <= settings.TRUSTED_PROXY_COUNT <= PROXIES_AT_MOST:
        yield "TRUSTED_PROXY_COUNT must be the number of our own proxies, from 1 to 3."


def _of_services(settings: Any) -> Iterator[str]:
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("postgresql"):
        yield "DATABASE_URL must name a PostgreSQL."
    elif (database["HOST"] or "localhost") not in LOOPBACK and not database["PASSWORD"]:
        yield "DATABASE_URL must carry a password when the database is on another machine."
    if database.get("DISABLE_SERVER_SIDE_CURSORS"):
        yield (
            "DISABLE_SERVER_SIDE_CURSORS must be off: behind a pooler that lends connections for a "
            "transaction, locks of workers that send mail would never end."
        )
    redis = urlsplit(settings.REDIS_URL)
    if redis.scheme not in ("redis", "rediss"):
        yield "REDIS_URL must name a Redis."
    elif (redis.hostname or "localhost") not in LOOPBACK and not redis.password:
        yield "REDIS_URL must carry a password when Redis is on another machine."
    if settings.CELERY_TASK_ALWAYS_EAGER:
        yield "CELERY_TASK_ALWAYS_EAGER must be off."


def _of_mail(settings: Any) -> Iterator[str]:
    backend = settings.EMAIL_BACKEND
    if any(word in backend for word in BACKENDS_THAT_SEND_NOTHING):
        yield f"EMAIL_BACKEND {backend} sends nothing."
    is_plain = not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    if "smtp" in backend and is_plain and settings.EMAIL_HOST_PASSWORD:
        yield "EMAIL_USE_TLS must be on: the password of the mail server would travel in clear."
    sender = settings.DEFAULT_FROM_EMAIL.rstrip(">").rpartition("@")[2]
    if "." not in sender or is_local(sender):
        yield "DEFAULT_FROM_EMAIL must be an address that can be answered."

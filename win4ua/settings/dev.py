"""One machine, one person: `make run` and commands typed by hand.

While `make run` is up, `manage.py` finds its database and keys in `var/run.json`.
"""

import json
import os
from pathlib import Path

_running = Path(os.environ.get("WIN4UA_VAR", Path(__file__).resolve().parents[2] / "var"))
_running /= "run.json"
if _running.exists():
    for _name, _value in json.loads(_running.read_text()).items():
        os.environ.setdefault(_name, _value)

os.environ.setdefault("SECRET_KEY", "only-for-this-machine-" + "x" * 40)
os.environ.setdefault("SITE_URL", "http://localhost:8000")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "WIN4UA <win4ua@localhost>")
os.environ.setdefault("DATABASE_URL", "postgres://postgres@127.0.0.1:5432/win4ua")
os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:6379/0")
os.environ.setdefault("FIELD_ENCRYPTION_KEYS", "b25seS1mb3ItdGhpcy1tYWNoaW5lLTAxMjM0NTY3ODk=")

from win4ua.settings.base import *
from win4ua.settings.base import CONTENT_SECURITY_POLICY, VAR_DIR, env

IS_PRODUCTION = False
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = False
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "sid", "csrf"
CONTENT_SECURITY_POLICY["DIRECTIVES"]["upgrade-insecure-requests"] = False
TRUSTED_PROXY_COUNT = 0
UPLOAD_SCANNER = env.str("UPLOAD_SCANNER", "none")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = str(VAR_DIR / "mail")

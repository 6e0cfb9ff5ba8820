"""Settings that are safe in production. `dev` and `test` only loosen them.

Everything that differs between machines comes from the environment (or, for `NAME`, from the file
that `NAME_FILE` names), is read here once and fails loudly when it is missing. Values that are
unsafe in production are refused at the start of every process: `win4ua/refusals.py`.
"""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv

from win4ua import heartbeat

env = FileAwareEnv()
BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(env.str("WIN4UA_VAR", str(BASE_DIR / "var")))

IS_PRODUCTION = True
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])
FIELD_ENCRYPTION_KEYS = env.list("FIELD_ENCRYPTION_KEYS", [])
SITE_URL = env.str("SITE_URL").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1)

INSTALLED_APPS = [
    "win4ua.apps.PanelConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "crispy_forms",
    "csp",
    "anymail",
    # Foundations, lowest first.
    "core",
    "mailing",
    "programme",
    # Rooms, in the order in which a municipality walks through them.
    "applications",
    "meetings",
    "matching",
    "grants",
    "win4ua",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the headers of pages: on six files of a first visit they would weigh 5 KB (W8).
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.PagePolicyMiddleware",
    "core.middleware.SecurityHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "core.middleware.SecondFactorMiddleware",
    "core.middleware.TooManyMiddleware",
]

ROOT_URLCONF = "win4ua.urls"
WSGI_APPLICATION = "win4ua.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "core.context_processors.page",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["win4ua"]
CRISPY_TEMPLATE_PACK = "win4ua"
FORM_RENDERER = "core.form_renderer.InPython"

# --- Data
DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True)}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
)
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.static_files.JoinedStaticFilesStorage"},
}
MEDIA_ROOT = env.str("MEDIA_ROOT", str(VAR_DIR / "media"))
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
FILE_UPLOAD_PERMISSIONS = 0o640
MEDIA_ACCEL_PREFIX = env.str("MEDIA_ACCEL_PREFIX", "")
UPLOAD_SCANNER = env.str("UPLOAD_SCANNER", "clamd://clamd:3310")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# --- People and their languages
AUTH_USER_MODEL = "core.User"
PANEL_EDITION_MODEL = "programme.Edition"
JOURNEYS = "win4ua.journeys"  # verbs that cross rooms forward
PANEL_HOME = "win4ua.staff_views.home_context"
PANEL_ALARMS = "win4ua.alarms.panel_alarms"  # what stands still, above every page of the panel
AUTHENTICATION_BACKENDS = ["core.auth.EmailBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
OTP_TOTP_ISSUER = "WIN4UA"
USE_TZ = True
TIME_ZONE = "Europe/Warsaw"
USE_I18N = True
LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", _("Polish")), ("uk", _("Ukrainian")), ("en", _("English"))]
ROOMS = ["core", "mailing", "programme", "applications", "meetings", "matching", "grants", "win4ua"]
LOCALE_PATHS = [BASE_DIR / "locale" / room for room in reversed(ROOMS)]

# --- Security
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_NAME = "__Host-sid"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = False
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
LANGUAGE_COOKIE_SECURE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, "'strict-dynamic'"],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "frame-src": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
        "upgrade-insecure-requests": True,
    }
}

# --- Mail: SMTP unless an Anymail back end is named
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
# After so long without an answer the worker that tried a letter counts as lost.
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", 300)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL")
REPLY_TO_EMAIL = env.str("REPLY_TO_EMAIL", "") or DEFAULT_FROM_EMAIL
SERVER_EMAIL = DEFAULT_FROM_EMAIL
LETTER_REFERENCE = env.str("LETTER_REFERENCE", "WIN4UA")  # our references: WIN4UA/2027/000123
ANYMAIL = env.json("ANYMAIL") if env.str("ANYMAIL", "") else {}
# Confirming a subscription means to fetch an address that somebody sent us; a person does it.
ANYMAIL.setdefault("AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS", False)
# Letters that come back: the envelope sender, and the mailbox behind it (pop3s://user:pass@host).
BOUNCE_EMAIL = env.str("BOUNCE_EMAIL", "")
BOUNCE_MAILBOX = env.str("BOUNCE_MAILBOX", "")
# What people answer: the mailbox behind REPLY_TO_EMAIL (imaps://user:pass@host/INBOX).
REPLY_MAILBOX = env.str("REPLY_MAILBOX", "")
REPLY_KEEP_DAYS = env.int("REPLY_KEEP_DAYS", 60)  # what belongs to nobody is removed then
# Mailings: how fast all of them together may go, and when one stops by itself (E5, E16).
MAILING_PER_MINUTE = env.int("MAILING_PER_MINUTE", 120)
MAILING_PER_HOUR = env.int("MAILING_PER_HOUR", 3_000)
MAILING_PAUSE_ABOVE = env.float("MAILING_PAUSE_ABOVE", 0.1)  # share of letters that failed
MAILING_PAUSE_AFTER = env.int("MAILING_PAUSE_AFTER", 20)  # letters that ended, at least

# Seconds between two looks of each web process at what may stand still (FT-37); 0: nobody looks.
WATCH_SECONDS = env.float("WATCH_SECONDS", 0)

# --- Register of Statistics Poland (https://api.stat.gov.pl/Home/BdlApi)
BDL_URL = env.str("BDL_URL", "https://bdl.stat.gov.pl/api/v1")
BDL_CLIENT_ID = env.str("BDL_CLIENT_ID", "")  # of a registered user; anonymous without
BDL_VARIABLE = env.int("BDL_VARIABLE", 72305)  # population, total, as of 31 December
BDL_PAGE_SIZE = env.int("BDL_PAGE_SIZE", 100)  # the service gives no more
BDL_REQUESTS_PER_SECOND = env.float("BDL_REQUESTS_PER_SECOND", 2.0)  # it allows 5, registered 10
# Requests allowed within so many seconds: the documented limits of the service.
_ANONYMOUS, _REGISTERED = (
    {"900": 100, "43200": 1_000, "604800": 10_000},
    {"900": 500, "43200": 5_000, "604800": 50_000},
)
BDL_QUOTAS = env.json("BDL_QUOTAS", _REGISTERED if BDL_CLIENT_ID else _ANONYMOUS)
BDL_WAIT_SECONDS = env.int("BDL_WAIT_SECONDS", 900)  # when it says "too many" and not how long
BDL_CONNECT_SECONDS = env.float("BDL_CONNECT_SECONDS", 5.0)
BDL_READ_SECONDS = env.float("BDL_READ_SECONDS", 10.0)
BDL_WHOLE_SECONDS = env.float("BDL_WHOLE_SECONDS", 30.0)  # one answer from first to last byte
BDL_BACKOFF_SECONDS = env.float("BDL_BACKOFF_SECONDS", 0.5)
BDL_BYTES_MOST = env.int("BDL_BYTES_MOST", 5_000_000)  # a page of 100 units has some 20 000

# --- Work in the background
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A Redis that only reads for a while (it was made a replica) answers with errors. Celery's own
# choice is to end the worker at the first of them; ours connects again until all is well.
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_timeout": 5}
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "send-due-letters": {"task": "mailing.tasks.sweep", "schedule": 30.0},
    # Often, because letters are written when they may leave; what is late is of no use.
    "send-mailings": {
        "task": "mailing.tasks.send_mailings",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "read-letters-that-came-back": {"task": "mailing.tasks.read_bounces", "schedule": 300.0},
    "read-replies": {"task": "mailing.tasks.read_replies", "schedule": 300.0},
    "seal-audit-trail": {"task": "core.tasks.seal_audit", "schedule": 60.0},
    "scan-waiting-files": {"task": "core.tasks.scan_waiting_files", "schedule": 60.0},
    "write-audit-head": {"task": "core.tasks.write_audit_head", "schedule": crontab("15", "1")},
    "forget-old-counts": {"task": "core.tasks.forget_old_counts", "schedule": crontab("30", "1")},
    "forget-old-turns": {"task": "mailing.tasks.forget_old_turns", "schedule": crontab("35", "1")},
    "remove-strangers": {"task": "mailing.tasks.remove_strangers", "schedule": crontab("40", "1")},
    "forget-old-sessions": {
        "task": "core.tasks.forget_old_sessions",
        "schedule": crontab("45", "1"),
    },
    "close-session-answers": {
        "task": "meetings.tasks.close_answers",
        "schedule": crontab("5"),
    },
    "remind-of-unsent-surveys": {
        "task": "applications.tasks.remind_of_unsent_surveys",
        "schedule": 600.0,
    },
    "remind-guests": {"task": "meetings.tasks.remind_guests", "schedule": 300.0},
    "lapse-unanswered-pairs": {
        "task": "matching.tasks.lapse_unanswered",
        "schedule": crontab("20"),
    },
    "continue-register-fetch": {
        "task": "programme.tasks.continue_fetches",
        "schedule": 60.0,
    },
    "note-life": {
        "task": "win4ua.tasks.note_life",
        "schedule": heartbeat.INTERVAL_SECONDS,
        "options": {"expires": heartbeat.LIFE_SECONDS},
    },
}

# --- Logs: to standard error, without tokens and addresses of people
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {
            "()": "win4ua.discretion.DiscreetFormatter",
            "format": "{levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}

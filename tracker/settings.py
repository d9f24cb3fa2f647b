"""Settings, by environment.

Everything an installation decides is an environment variable; nothing else is. Without any, a clone runs on
SQLite under `var/`. With `SECRET_KEY` or `DATABASE_URL` set the installation counts as configured: the demo and
its known passwords stay out. With `TRACKER_PRODUCTION` unsafe values are refused at start.
"""

import os
from datetime import time
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("TRACKER_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- Who runs this ---
CONFIGURED = "SECRET_KEY" in os.environ or "DATABASE_URL" in os.environ
DEMO_MODE = env.bool("TRACKER_DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
LOCAL_SECRET_KEY = "local-only-key-for-a-clone-without-settings-never-for-real-data-7f3a91"
SECRET_KEY = env.str("SECRET_KEY", default=LOCAL_SECRET_KEY)
PRODUCTION = env.bool("TRACKER_PRODUCTION", default=False)
if PRODUCTION and SECRET_KEY == LOCAL_SECRET_KEY:
    raise ImproperlyConfigured("TRACKER_PRODUCTION needs a SECRET_KEY of its own.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Absolute addresses in mails; never taken from the request.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

# --- Applications, lowest floor first (docs/architecture.md) ---
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_q",
    "import_export",
    "core",
    "units",
    "plans",
    "tasks",
    "notifications",
    "reports",
    "tracker",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.middleware.PrivatePages",
    "tracker.middleware.ChangesHaveAuthors",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
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
                "tracker.context.page",
            ],
        },
    }
]
FORM_RENDERER = "core.forms.FieldRenderer"

# --- Database ---
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'tracker.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # WAL with synchronous=FULL: NORMAL loses acknowledged commits at a power cut. IMMEDIATE serialises writers
    # at BEGIN, which is what select_for_update does on PostgreSQL.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["connect_timeout"] = 5
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ---
AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = ["units.backends.PasswordBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "tracker.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- Organisation ---
# How far back a reorganisation may take effect when it is recorded late.
REORGANISATION_DAYS_BACK = env.int("REORGANISATION_DAYS_BACK", default=365)

# --- Language, dates, text: Vietnamese only, day first ---
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["tracker.formats"]
# Django's `vi` falls back to month-first input; import-export reads this global setting too.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Files ---
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "tracker" / "static"]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
# The grid of targets at its largest (`tracker.grid.pasting`): 100 lines of 18 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_500

# --- Mail ---
# Until an SMTP server is configured (EMAIL_URL), mails are written as files a person can open.
if "EMAIL_URL" in os.environ:
    vars().update(env.email_url("EMAIL_URL"))
    if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "notifications.channels.smtp.BoundedBackend"
else:
    EMAIL_BACKEND = "notifications.channels.files.EmlBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
# Of one answer of the mail server; the whole of a mail is bounded by `notifications.channels.smtp`.
EMAIL_TIMEOUT = 15
# Mails go out on working days between these; what comes later waits for the morning.
MAIL_HOURS = tuple(
    time.fromisoformat(each) for each in env.str("MAIL_HOURS", default="07:30-17:00").split("-")
)
# Where mails that came back arrive: imaps://user:password@host/INBOX, or the folder of a Maildir.
BOUNCE_MAILBOX = env.str("BOUNCE_MAILBOX", default="")
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Theo dõi kế hoạch <theodoi@localhost>")

# --- Queue ---
# The queue is only a bell: rows in our own tables are the truth. queue_limit = workers and
# retry >= timeout * (ceil((queue_limit+1)/workers)+1) + 60, else a job waiting locally runs twice.
Q_CLUSTER = {
    "name": "tracker",
    "orm": "default",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "poll": 1,
    "timeout": 120,
    "retry": 480,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": 50,
    "recycle": 100,
    "max_rss": 400_000,
    "guard_cycle": 1,
    "cache": "default",
    "label": "Jobs",
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Browser ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "img-src": ["'self'", "data:"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if env.bool("BEHIND_TLS_PROXY", default=False):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
IMPORT_EXPORT_USE_TRANSACTIONS = True

# Personal numbers, where the agency collects them (docs/privacy.md): NAME:BASE64 of 32 bytes each. The first key seals,
# the others only open until `rotate_keys` has run; the keyed hash has a key of its own.
PERSONAL_DATA_KEYS = env.list("PERSONAL_DATA_KEYS", default=[])
PERSONAL_DIGEST_KEY = env.str("PERSONAL_DIGEST_KEY", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "core.log_mask.MaskingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}

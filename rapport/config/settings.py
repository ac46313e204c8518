"""Django's settings, made from `environment`; nothing here reads a variable itself."""

import os
from typing import Any

from rapport.config import databases, live, plugins
from rapport.config.environment import Environment, secret_key
from rapport.config.places import PACKAGE
from rapport.config.readers import folder
from rapport.ui import pseudo

ENVIRONMENT = Environment.read(os.environ)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = secret_key(ENVIRONMENT)
ALLOWED_HOSTS = ENVIRONMENT.hosts
ROOT_URLCONF = "rapport.config.urls"
WSGI_APPLICATION = "rapport.config.wsgi.application"

# Lower first, as in the arrows of docs/architecture.md.
PACKAGES = ("ui", "platform", "parties", "interactions", "sales", "demo")
# Domains that live elsewhere stand above all of ours.
PLUGINS = plugins.installed(ENVIRONMENT.plugins_off)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",  # django.contrib.auth needs its table
    "django.contrib.staticfiles",
    *(f"rapport.{name}" for name in PACKAGES),
    *(plugin.package for plugin in PLUGINS if plugin.is_on),
]

MIDDLEWARE = [
    "rapport.config.proxies.Proxies",
    "rapport.config.headers.SecurityHeaders",
    "rapport.config.health.Health",
    "rapport.config.crossing.FromHere",
    "rapport.platform.api.first.First",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rapport.platform.views.middleware.Reading",
]
if ENVIRONMENT.log_format == "json":
    MIDDLEWARE.insert(0, "rapport.config.logs.Requests")
CSRF_FAILURE_VIEW = "rapport.platform.views.errors.stale_form"

DATABASES: dict[str, dict[str, Any]] = {"default": databases.django(ENVIRONMENT.database)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "platform.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},  # the 20,000 most broken
    {"NAME": "rapport.platform.accounts.passwords.NotOwnWords"},
]

TEMPLATES: list[dict[str, Any]] = [{"BACKEND": "rapport.ui.minijinja.Minijinja", "APP_DIRS": True}]

LANGUAGE_CODE = ENVIRONMENT.language
# By their own names. The last one shows what a page does with any language, and is for those who build Rapport.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), *([(pseudo.CODE, pseudo.NAME)] if DEBUG else [])]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = ENVIRONMENT.time_zone
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "rapport.ui.finders.StylesheetFinder",  # puts ui/ui.css together from its parts
]
STATIC_ROOT = ENVIRONMENT.data_dir / "static"
MEDIA_ROOT = ENVIRONMENT.data_dir / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "rapport.config.static.HashedStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# A file being sent is written to disk beyond this; everything else of a request stays below it.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
UPLOAD_BYTES = ENVIRONMENT.upload_megabytes * 1_000_000

SESSION_ENGINE = "rapport.platform.accounts.sessions"
# A browser takes a cookie of this name over TLS only, from this very host, for all of its paths.
COOKIE_PREFIX = "__Host-" if ENVIRONMENT.is_https else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}rapport_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}rapport_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.base_url]
# Whose X-Forwarded-For and X-Forwarded-Proto are believed.
PROXIES = ENVIRONMENT.proxies if ENVIRONMENT.behind_proxy else []

# Our own, read by the engine.
BASE_URL = ENVIRONMENT.base_url
DATA_DIR = ENVIRONMENT.data_dir
KEY_RING = ENVIRONMENT.key_ring
BASE_CURRENCY = ENVIRONMENT.currency
AUDIT_KEYS = ENVIRONMENT.audit_keys
AUDIT_ANCHOR = ENVIRONMENT.audit_anchor
IS_PRODUCTION = ENVIRONMENT.is_production
BACKUP_DIR = folder(ENVIRONMENT.backup_dir) if ENVIRONMENT.backup_dir else ENVIRONMENT.data_dir / "backups"
BACKUP_KEYS = ENVIRONMENT.backup_keys
BACKUP_AT = ENVIRONMENT.backup_at
BACKUP_KEEP = ENVIRONMENT.backup_keep
INSTALL_AFTER_MIGRATE = True
RATE_LIMITS = ENVIRONMENT.rate_limits
WEB_PROCESSES = ENVIRONMENT.web_processes
EGRESS_ALLOW = ENVIRONMENT.egress_allow
WORKER_THREADS = ENVIRONMENT.worker_threads
COURIERS = ENVIRONMENT.couriers
# Without a server, mails of a house in development are caught on this machine: nothing leaves by accident.
CATCH_MAIL = not ENVIRONMENT.mail_url and not ENVIRONMENT.is_production
CAUGHT_MAIL = ENVIRONMENT.data_dir / "caught-mail"  # as config.catcher names it
# Where open pages hear what changes: a path of this site, or a port of this machine.
LIVE_PATH = ENVIRONMENT.live if ENVIRONMENT.live != "off" else ""
LIVE_PORT = live.port_of(ENVIRONMENT)

MAIL_URL = ENVIRONMENT.mail_url
MAIL_FROM = ENVIRONMENT.mail_from
MAIL_BOUNCES = ENVIRONMENT.mail_bounces
MAIL_A_MINUTE = ENVIRONMENT.mail_a_minute

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "rapport.config.logs.Json"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": ENVIRONMENT.log_format}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
}

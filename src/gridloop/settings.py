"""Every setting of gridloop, read from the environment once; docs/settings.md explains each."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent


def environment(name: str, default: str = "") -> str:
    """The value of GRIDLOOP_<name>, or the default."""
    return os.environ.get(f"GRIDLOOP_{name}", default)


def switched_on(name: str, *, default: bool = False) -> bool:
    """Whether GRIDLOOP_<name> says yes."""
    return environment(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def whole_number(name: str, default: str) -> int:
    """GRIDLOOP_<name> as a number; what is none is said with the name of the setting."""
    given = environment(name, default)
    try:
        return int(given)
    except ValueError:
        raise ValueError(f"GRIDLOOP_{name}: '{given}' is not a whole number") from None


def kept_secret(name: str) -> str:
    """A secret from the environment, else one made once and kept in the data folder, readable by its owner only."""
    given = environment(name)
    if given:
        return given
    kept = DATA / "secrets" / name.lower()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return kept.read_text()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text()


# Pages ask for a few rows at a time: starting helpers or a compiler for them takes PostgreSQL longer than the answer.
PLANNED_ALONE = "-c max_parallel_workers_per_gather=0 -c jit=off"


def database_from(address: str) -> dict[str, object]:
    """Django's settings for one DATABASE_URL (postgresql://user:password@host:port/name or sqlite:///path)."""
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) or str(DATA / "gridloop.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456;",
            },
        }
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL: '{parts.scheme}' is not known; use postgresql:// or sqlite:///")
    try:
        port = str(parts.port or "")
    except ValueError:
        raise ValueError("DATABASE_URL: the port after the host is not a number from 1 to 65535") from None
    options: dict[str, object] = {"options": PLANNED_ALONE, **dict(parse_qsl(parts.query))}
    if switched_on("POOL", default=False):
        # Whoever waits longer than this for a connection is told so: the database is away or overrun.
        options["pool"] = {"min_size": 1, "max_size": whole_number("POOL_SIZE", "16"), "timeout": 5}
        options.setdefault("connect_timeout", "3")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": port,
        "CONN_MAX_AGE": 0 if "pool" in options else 600,
        "CONN_HEALTH_CHECKS": "pool" not in options,
        "OPTIONS": options,
    }


DATA = Path(environment("DATA", "data")).resolve()
DEMO = switched_on("DEMO")
DEBUG = switched_on("DEBUG")
SECRET_KEY = kept_secret("SECRET_KEY")
# Personal data are encrypted with this key; whoever loses it loses names and phone numbers.
PERSONAL_DATA_KEY = kept_secret("PERSONAL_DATA_KEY")
PUBLIC_ADDRESS = environment("PUBLIC_ADDRESS", f"http://localhost:{environment('PORT', '8000')}").rstrip("/")
ALLOWED_HOSTS = environment("HOSTS", "*" if DEMO or DEBUG else "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [PUBLIC_ADDRESS]
BEHIND_PROXY = switched_on("BEHIND_PROXY")
PROXY_ADDRESSES = frozenset(environment("PROXY_ADDRESSES", "127.0.0.1,::1").split(","))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "gridloop.core.journal",
    "gridloop.core.territory",
    "gridloop.core.people",
    "gridloop.core.evidence",
    "gridloop.core.clocks",
    "gridloop.core.cases",
    "gridloop.core.dispatch",
    "gridloop.core.notices",
    "gridloop.core.measures",
    "gridloop.core.scenes",
    "gridloop.web",
    "gridloop.api",
    "gridloop.scenes.reports",
    "gridloop.scenes.volunteers",
    "gridloop.scenes.enterprises",
    "gridloop.scenes.fire",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gridloop.api.lean.ShortWay",
    "gridloop.web.compressing.CompressedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gridloop.web.account.middleware.KeepAwake",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gridloop.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "gridloop.urls"
WSGI_APPLICATION = "gridloop.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gridloop.web.shell.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

DATABASES = {
    "default": database_from(os.environ.get("DATABASE_URL", f"sqlite:///{DATA / 'gridloop.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["gridloop.core.people.signing_in.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account:phone"  # who is led to a door is a resident; staff find theirs from there
# Whom residents call who would rather speak: 12345 is the government line everywhere in China.
HOTLINE = environment("HOTLINE", "12345")
# Staff enrol an authenticator (TOTP) at their first sign-in; a demo must be easy to enter.
SECOND_FACTOR = switched_on("SECOND_FACTOR", default=not DEMO)
# Staff are signed out after so many idle minutes, and after SESSION_COOKIE_AGE in any case.
IDLE_MINUTES = whole_number("IDLE_MINUTES", "120")
OIDC_ISSUER = environment("OIDC_ISSUER").rstrip("/")
OIDC_CLIENT_ID = environment("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = environment("OIDC_CLIENT_SECRET")
OIDC_NAME = environment("OIDC_NAME")  # what the button calls the provider

SESSION_ENGINE = "gridloop.core.people.session_store"
SESSION_COOKIE_NAME = "session"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page
CSRF_FAILURE_VIEW = "gridloop.web.failures.stale"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_ADDRESS.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if SESSION_COOKIE_SECURE:
    SECURE_HSTS_SECONDS = 31536000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *environment("TILE_HOSTS").split()],
        "connect-src": ["'self'", *environment("TILE_HOSTS").split()],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = environment("LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = environment("TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True
LOCALE_PATHS = [PACKAGE / "core" / "locale"]  # the words of modules that are in no app
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["gridloop.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
PACKED_FILES = switched_on("PACKED_FILES")  # set by `gridloop web` once it has packed them
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PACKED_FILES
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
FILES = DATA / "files"
FILES_BUCKET = environment("FILES_BUCKET")  # S3-compatible storage instead of the folder
FILES_ENDPOINT = environment("FILES_ENDPOINT")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

EMAIL_BACKEND = environment("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = environment("EMAIL_HOST", "localhost")
EMAIL_PORT = whole_number("EMAIL_PORT", "25")
EMAIL_HOST_USER = environment("EMAIL_USER")
EMAIL_HOST_PASSWORD = environment("EMAIL_PASSWORD")
EMAIL_USE_TLS = switched_on("EMAIL_TLS")
DEFAULT_FROM_EMAIL = environment("EMAIL_FROM", "gridloop@localhost")

# Webhooks of the API go to public addresses only, unless the county says that its receivers stand inside.
WEBHOOKS_INSIDE = switched_on("WEBHOOKS_INSIDE")

TILES = environment("TILES")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment("LOG_LEVEL", "INFO")},
}

"""The composition root: one file, every shape, chosen by environment variables alone.

Nothing set: the embedded shape (SQLite, in-process worker and channel layer). DATABASE_URL and
REDIS_URL: the grown shape. `.env.example` lists every variable.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from themis import __version__, env
from themis.critic.models import pricing
from themis.pipeline import allowance, modelsfile

VERSION = __version__
BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env.text("THEMIS_HOME") or BASE_DIR / "var").absolute()

DATABASE_URL = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL")
EMBEDDED = not REDIS_URL

DEBUG = env.flag("THEMIS_DEBUG")
HTTPS = env.flag("THEMIS_HTTPS")
HOME.mkdir(parents=True, exist_ok=True)
SECRET_KEY = env.secret("THEMIS_SECRET_KEY", HOME / "secret-key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.words("THEMIS_HOSTS")]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in env.words("THEMIS_HOSTS")]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "django_htmx",
    "template_partials",
    "themis.accounts",
    "themis.notices",
    "themis.trajectories",
    "themis.uploads",
    "themis.verdicts",
    "themis.reviews",
    "themis.rewards",
    "themis.pipeline",
    "themis.web",
    "themis.api",
    "themis.live",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "themis.web.middleware.Compression",
    "themis.web.middleware.content_security_policy",
    "themis.web.middleware.no_turned_text",
    "themis.web.middleware.whole_or_part",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "themis.urls"
ASGI_APPLICATION = "themis.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "themis.web.context.chrome",
            ],
        },
    }
]

DATABASES: dict[str, Any] = {
    "default": env.database(DATABASE_URL)
    if DATABASE_URL
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / "themis.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,  # seconds a writer waits for another
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
        "TEST": {"NAME": HOME / "test.sqlite3"},  # a file: several threads share it
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CHANNEL_LAYERS: dict[str, Any] = {
    "default": {"BACKEND": "themis.live.layer.EmbeddedChannelLayer"}
    if EMBEDDED
    else {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        # Waiting for a message blocks for 5 s, which must not count as a dead connection.
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": 30}], "prefix": "themis"},
    }
}

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "critic"
CELERY_TASK_ROUTES = {
    "themis.pipeline.tasks.read_uploads": {"queue": "intake"},
    "themis.pipeline.tasks.letter": {"queue": "intake"},
    "themis.pipeline.tasks.measure": {"queue": "measuring"},
    "themis.pipeline.tasks.fill_queues": {"queue": "measuring"},
    "themis.pipeline.tasks.pay_rulings": {"queue": "measuring"},
    "themis.pipeline.tasks.send_messages": {"queue": "sending"},
}
CELERY_TASK_ACKS_LATE = True  # a task is a hint and safe to run twice
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is away is not waited for: hints may get lost, whoever sends them must not hang.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"polling_interval": 0.1}
    if EMBEDDED
    else {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
)
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# With REDIS_URL: how many worker processes `serve` starts; 0 where they are started elsewhere.
WORKERS = env.number("THEMIS_WORKERS", 0)
# How many processes of `serve` answer requests, where PostgreSQL and Redis are shared by them.
IS_SHARED = bool(DATABASE_URL and REDIS_URL)
WEB = env.number("THEMIS_WEB", min(os.cpu_count() or 1, 4) if IS_SHARED else 1, at_least=1)
WORKER_THREADS = env.number("THEMIS_WORKER_THREADS", 8, at_least=1)  # cases at a time, a process

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home:index"
LOGOUT_REDIRECT_URL = "accounts:login"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "themis.web.storage.ManifestStorage"},
}
BLOBS = HOME / "blobs"
# How PNG screens are kept: as they came, or as WebP of the same pixels where that is smaller.
SCREENS = env.one_of("THEMIS_SCREENS", "png", "webp")

LANGUAGE_CODE = "en"
USE_TZ = True
TIME_ZONE = "UTC"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

# An upload is many small files and a few large ones; readers carry the finer limits.
DATA_UPLOAD_MAX_NUMBER_FILES = 5_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_100
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 2**20
FILE_UPLOAD_TEMP_DIR = None
OPEN_HOURS = env.number("THEMIS_OPEN_HOURS", 24)  # without a step, until a run is closed; 0: never
JSON_LIMIT = env.number("THEMIS_JSON_LIMIT_MB", 64, at_least=1) * 2**20  # bytes of a JSON body
UPLOAD_LIMIT = env.number("THEMIS_UPLOAD_LIMIT_MB", 1024, at_least=1) * 2**20  # bytes a request
UPLOAD_TOTAL = env.number("THEMIS_UPLOAD_TOTAL_MB", 8192, at_least=1) * 2**20  # bytes an upload
UPLOAD_UNPACKED = (
    env.number("THEMIS_UPLOAD_UNPACKED_MB", 8192, at_least=1) * 2**20
)  # bytes, likewise
UPLOAD_FILES = env.number("THEMIS_UPLOAD_FILES", 20_000, at_least=1)  # an upload, once unpacked
UPLOAD_RATIO = env.number("THEMIS_UPLOAD_RATIO", 200, at_least=2)  # unpacked to packed bytes
UPLOAD_OPEN = env.number("THEMIS_UPLOAD_OPEN", 20, at_least=1)  # uploads a team has under way
UPLOAD_KEEP = (
    env.number("THEMIS_UPLOAD_KEEP_HOURS", 48, at_least=1) * 3600
)  # seconds without a byte
KEY_RATE = env.number("THEMIS_KEY_RATE", 6000, at_least=1)  # requests a minute of an API key

MODEL_URL = env.text("THEMIS_MODEL_URL")
MODEL = env.text("THEMIS_MODEL")
MODEL_KEY = env.text("THEMIS_MODEL_KEY")
env.together(THEMIS_MODEL_URL=MODEL_URL, THEMIS_MODEL=MODEL)
MODEL_CONCURRENCY = env.number("THEMIS_MODEL_CONCURRENCY", 16, at_least=1)
MODEL_TIMEOUT = env.number("THEMIS_MODEL_TIMEOUT", 180, at_least=1)  # seconds a call
MODEL_PRICES = pricing.parsed(env.text("THEMIS_MODEL_PRICES"), variable="THEMIS_MODEL_PRICES")
# Whether pictures are sent with names that vLLM knows them again by; None: if the server is vLLM.
MODEL_IMAGE_IDS = {"auto": None, "yes": True, "no": False}[
    env.one_of("THEMIS_MODEL_IMAGE_IDS", "auto", "yes", "no")
]
MODELS = modelsfile.read(env.text("THEMIS_MODELS_FILE"))  # several models under names

# What webhooks may reach beside public addresses, by team, and on which ports the public ones.
WEBHOOK_ALLOW = allowance.parsed(env.text("THEMIS_WEBHOOK_ALLOW"), variable="THEMIS_WEBHOOK_ALLOW")
WEBHOOK_PORTS = allowance.ports(
    env.text("THEMIS_WEBHOOK_PORTS", "80,443,8080,8443"), variable="THEMIS_WEBHOOK_PORTS"
)
# Where people and programs reach this installation, for addresses in what is sent; empty: unknown
PUBLIC_URL = env.text("THEMIS_URL").rstrip("/")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("THEMIS_LOG", "WARNING").upper()},
    "loggers": {"django.request": {"level": "ERROR"}},  # a 404 is an answer, not an event
}

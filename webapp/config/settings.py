"""The one settings file; every switch comes from the environment through env.py."""

from __future__ import annotations

from datetime import timedelta

from csp.constants import NONE, SELF

from webapp.config.env import CHECKOUT, celery_broker, database_settings, read_environment

ENV = read_environment()

BASE_DIR = CHECKOUT
DEBUG = ENV.is_debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
BASE_URL = ENV.base_url
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "channels",
    "webapp.apps.WebappConfig",
    "segmentation.apps.SegmentationConfig",
    "annotations.apps.AnnotationsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "webapp.config.urls"
ASGI_APPLICATION = "webapp.config.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "webapp.views.context.navigation",
            ],
        },
    }
]

# State: facts in PostgreSQL, bytes in DATA_DIR, nothing that matters in the broker.
DATABASES = {"default": database_settings(ENV.database_url)}
CACHES = {
    "default": {
        "BACKEND": "webapp.config.cache.KeptRedisCache",
        "LOCATION": ENV.redis_url,
        "KEY_PREFIX": "coverslip",
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [ENV.redis_url], "prefix": "coverslip"},
    }
}
DATA_DIR = ENV.data_dir
MAX_UPLOAD_BYTES = ENV.max_upload_bytes
MAX_IMAGE_PIXELS = ENV.max_image_pixels
INGEST_MEMORY_BYTES = ENV.ingest_memory_bytes
INGEST_TIMEOUT_S = ENV.ingest_timeout_s
MIN_FREE_BYTES = ENV.min_free_bytes
UPLOAD_EXPIRY = timedelta(days=ENV.upload_expiry_days)
TRASH_EXPIRY = timedelta(days=ENV.trash_days)
SEGMENTATION_DEVICE = ENV.device
PROMPT_PATIENCE_S = ENV.prompt_patience_s
REDIS_URL = ENV.redis_url
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20

CELERY_BROKER_URL = celery_broker(ENV.redis_url)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "cpu"
CELERY_TASK_ROUTES = {
    "segmentation.run_job": {"queue": "gpu"},
    "segmentation.answer_prompt": {"queue": "prompts"},
}
# Longer than the longest job, or the broker would hand it out a second time.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 24 * 3600,
    "queue_order_strategy": "priority",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "sweep-uploads": {"task": "webapp.sweep", "schedule": 10.0, "options": {"expires": 10}},
    "measure-derived": {
        "task": "webapp.measure_derived",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "empty-trash": {"task": "webapp.empty_trash", "schedule": 3600.0, "options": {"expires": 3600}},
    "sweep-jobs": {"task": "segmentation.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "sweep-reports": {"task": "annotations.sweep", "schedule": 10.0, "options": {"expires": 10}},
}

# People
AUTH_USER_MODEL = "webapp.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "webapp.models.user.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "webapp.views.account_adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BASE_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

# Nobody gets in: no inline script, no inline style, no foreign origin.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "webapp.api.authentication.TokenAuthentication",
        "webapp.api.authentication.PageSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "webapp.api.pagination.Pages",
    "PAGE_SIZE": 100,
    "EXCEPTION_HANDLER": "webapp.api.errors.answer_error",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Coverslip",
    "DESCRIPTION": "Upload, segment, correct, approve, measure and report microscopy images.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/",
    "OAS_VERSION": "3.1.0",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "webapp.api.schema.complete",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ImageState": "webapp.states.ImageState",
        "UploadState": "webapp.states.UploadState",
        "JobState": "segmentation.states.JobState",
        "RunState": "segmentation.states.RunState",
        "ReportState": "annotations.models.report.ReportState",
        "EditKind": "annotations.models.edit.EditKind",
        "Role": "webapp.models.Role",
        "ChannelRole": "webapp.models.image.CHANNEL_ROLES",
        "TokenScope": "webapp.models.token.TokenScope",
    },
}

# The front end is built into static/build, the only folder that is served.
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static" / "build"
WHITENOISE_MAX_AGE = 0  # revalidated by ETag: an upgrade is seen at once
WHITENOISE_AUTOREFRESH = DEBUG

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "uvicorn.access": {"level": "WARNING"},
        "django.db.backends": {"level": "WARNING"},
    },
}

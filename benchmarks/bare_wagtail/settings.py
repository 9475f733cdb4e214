"""A bare Wagtail site as `wagtail start` makes it, to compare its views with ours; the database is set as ours."""

import os
from pathlib import Path

from stadtwissen.environment import postgresql_from_url

HOME_DIR = Path(os.environ["BARE_HOME"])
SECRET_KEY = "only-for-a-benchmark"  # noqa: S105 - serves invented text on loopback
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
ROOT_URLCONF = "benchmarks.bare_wagtail.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "benchmarks.bare_wagtail.bare",
    "wagtail.contrib.table_block",
    "wagtail.contrib.redirects",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME_DIR / "bare.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
            "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY"
        ),
    },
}
DATABASES = {
    "default": postgresql_from_url("BARE_DATABASE") if os.environ.get("BARE_DATABASE") else _SQLITE
}
LANGUAGE_CODE = "de"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = HOME_DIR / "static"
WAGTAIL_SITE_NAME = "bare"
WAGTAILADMIN_BASE_URL = "http://127.0.0.1"

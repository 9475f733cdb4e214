"""What pytest runs on; `STADTWISSEN_TEST_STACK` picks embedded (default) or server."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from stadtwissen.environment import postgresql_from_url
from stadtwissen.settings.base import *
from stadtwissen.settings.base import STORAGES

TEST_STACK = os.environ.get("STADTWISSEN_TEST_STACK", "embedded")
if TEST_STACK not in {"embedded", "server"}:
    raise ValueError(f"STADTWISSEN_TEST_STACK={TEST_STACK!r} is unknown; use embedded or server.")

# Each pytest-xdist worker has its own database (pytest-django), files and index.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
_scratch = Path(tempfile.mkdtemp(prefix=f"stadtwissen-test-{_worker}-"))
HOME_DIR = _scratch
MEDIA_ROOT = _scratch / "media"
AUDIT_HEADS_FILE = _scratch / "audit-heads.log"
SEARCH_INDEX_DIR = _scratch / "search"
SEARCH_INDEX_NAME = f"test-{_worker}-{os.getpid()}"

SECRET_KEY = "only-for-tests"  # noqa: S105 - no installation runs on these settings
ALLOWED_HOSTS = ["*"]
SAMPLES_ALLOWED = True
SEARCHES_A_MINUTE = SUGGESTIONS_A_MINUTE = 1_000_000  # tests are faster than people
NOTICE_MAIL_ENABLED = True  # into django.core.mail.outbox
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

if TEST_STACK == "server":
    DATABASES = {"default": {**postgresql_from_url("STADTWISSEN_DATABASE"), "CONN_MAX_AGE": 0}}
    SEARCH_ENGINE = "elasticsearch"
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": _scratch / "test.sqlite3",
            # A file, not memory: browser tests and concurrent writers use several connections.
            "TEST": {"NAME": _scratch / "test.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF",
            },
        }
    }

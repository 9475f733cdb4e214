"""One process on one machine: SQLite, tantivy, no other server. What `make run` starts."""

from __future__ import annotations

import secrets

from stadtwissen.settings.base import *
from stadtwissen.settings.base import ALLOWED_HOSTS, EMAIL_HOST, HOME_DIR, TASK_QUEUED, TASKS


def _kept_secret_key() -> str:
    """Return this installation's key, made at the first start and kept in the state folder (mode 600)."""
    file = HOME_DIR / "secret-key"
    if not file.exists():
        HOME_DIR.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return file.read_text(encoding="ascii")


SECRET_KEY = _kept_secret_key()
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
SAMPLES_ALLOWED = True
if not EMAIL_HOST:
    # For trying it out: what would be mailed lies in STADTWISSEN_HOME/mails.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    NOTICE_MAIL_ENABLED = True
# Read by threads of the web process (deploy/gunicorn/embedded.py): whoever uploads a long file doesn't wait for it.
TASKS = {**TASKS, "files": TASK_QUEUED}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME_DIR / "stadtwissen.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Immediate: two writers queue for the lock instead of failing in the middle of a transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,  # s
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
                "PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY"
            ),
        },
    }
}

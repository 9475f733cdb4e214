"""Server mode apart from an installation's own: another database and another index on the same services."""

import os

os.environ.setdefault("STADTWISSEN_HOME", f"var/bench{os.environ.get('BENCH_NAME', '')}-server")
os.environ.setdefault("STADTWISSEN_SECRET_KEY", "only-for-benchmarks-" * 3)
os.environ.setdefault("STADTWISSEN_ALLOWED_HOSTS", "testserver,127.0.0.1")
os.environ.setdefault("STADTWISSEN_HTTPS", "0")

from stadtwissen.settings.server import *  # noqa: F403 - built on the server's settings
from stadtwissen.settings.server import DATABASES

NAME = f"bench{os.environ.get('BENCH_NAME', '')}"

DATABASES["default"]["NAME"] = f"{DATABASES['default']['NAME']}_{NAME}"
SEARCH_INDEX_NAME = f"stadtwissen-{NAME}"
LOGGING = {"version": 1, "disable_existing_loggers": True}

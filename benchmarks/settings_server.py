"""Server mode apart from an installation's own: another database and another index on the same services."""

import os

os.environ.setdefault("STADTWISSEN_BENCH", "bench")
os.environ.setdefault("STADTWISSEN_HOME", f"var/{os.environ['STADTWISSEN_BENCH']}-server")
os.environ.setdefault("STADTWISSEN_SECRET_KEY", "only-for-benchmarks-" * 3)
os.environ.setdefault("STADTWISSEN_ALLOWED_HOSTS", "testserver,127.0.0.1")
os.environ.setdefault("STADTWISSEN_HTTPS", "0")

from stadtwissen.settings.server import *  # noqa: F403 - built on the server's settings
from stadtwissen.settings.server import DATABASES

_data = os.environ["STADTWISSEN_BENCH"]
DATABASES["default"]["NAME"] = f"{DATABASES['default']['NAME']}_{_data}"
SEARCH_INDEX_NAME = f"stadtwissen-{_data}"
LOGGING = {"version": 1, "disable_existing_loggers": True}
SEARCHES_A_MINUTE = SUGGESTIONS_A_MINUTE = 1_000_000  # what is measured is faster than people

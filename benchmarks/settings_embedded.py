"""Embedded mode in a folder of its own, var/bench unless STADTWISSEN_HOME or STADTWISSEN_BENCH says otherwise."""

import os

os.environ.setdefault("STADTWISSEN_HOME", f"var/{os.environ.get('STADTWISSEN_BENCH', 'bench')}")
os.environ.setdefault("STADTWISSEN_ALLOWED_HOSTS", "testserver,127.0.0.1")

from stadtwissen.settings.embedded import *  # noqa: F403 - built on the embedded settings

LOGGING = {"version": 1, "disable_existing_loggers": True}
SEARCHES_A_MINUTE = SUGGESTIONS_A_MINUTE = 1_000_000  # what is measured is faster than people

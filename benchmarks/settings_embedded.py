"""Embedded mode in a folder of its own, var/bench unless STADTWISSEN_HOME says otherwise."""

import os

os.environ.setdefault("STADTWISSEN_HOME", f"var/bench{os.environ.get('BENCH_NAME', '')}")
os.environ.setdefault("STADTWISSEN_ALLOWED_HOSTS", "testserver,127.0.0.1")

from stadtwissen.settings.embedded import *  # noqa: F403 - built on the embedded settings

LOGGING = {"version": 1, "disable_existing_loggers": True}

"""Ask a probe of the web process in this container; exit 0 if it answers 200, else 1.

Usage: healthcheck.py [live|ready]
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request

_probe = sys.argv[1] if len(sys.argv) > 1 else "ready"
_port = os.environ.get("STADTWISSEN_BIND", "127.0.0.1:8000").rpartition(":")[2]
# The name must be one that the site answers to.
_host = os.environ.get("STADTWISSEN_ALLOWED_HOSTS", "localhost").split(",")[0].strip()

_request = urllib.request.Request(
    f"http://127.0.0.1:{_port}/-/health/{_probe}", headers={"Host": _host}
)
try:
    with urllib.request.urlopen(_request, timeout=5) as _answer:
        sys.stdout.write(_answer.read().decode() + "\n")
except (urllib.error.URLError, TimeoutError) as error:
    sys.exit(f"{_probe}: {error}")

"""gunicorn for server mode: several processes behind the reverse proxy, metrics on a port of their own."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from operations.web_worker import MAX_ADDRESS_BYTES

# Every process writes its counters there, and the metrics port adds them up. prometheus_client reads
# the variable when it is first imported, so it is set before Django is.
_metrics_dir = Path(tempfile.mkdtemp(prefix="stadtwissen-metrics-"))
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_metrics_dir)

bind = os.environ.get("STADTWISSEN_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("STADTWISSEN_WEB_WORKERS", "2"))
threads = int(os.environ.get("STADTWISSEN_WEB_THREADS", "4"))
worker_class = "operations.web_worker.Worker"
limit_request_line = MAX_ADDRESS_BYTES
timeout = 120  # s: the proxy's proxy_read_timeout
graceful_timeout = 30  # s
max_requests = 5000  # a slow leak in a library never grows large
max_requests_jitter = 500
preload_app = True
control_socket_disable = True  # it would lie in the home folder, one for all installations
accesslog = None  # the proxy writes one
loglevel = "info"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeats only
# Only the proxy reaches this port, so its word about the scheme is taken.
forwarded_allow_ips = "*"


def on_starting(server: Any) -> None:
    """Refuse a wrong configuration before anything listens, as `manage.py` does.

    `server` is gunicorn's arbiter, which has no public type.
    """
    import django
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError
    from django.db import connections

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadtwissen.settings.server")
    try:
        django.setup()
        call_command("check", databases=["default"])
    except SystemCheckError as error:
        raise SystemExit(str(error)) from None
    finally:
        connections.close_all()  # a connection must not be shared by the processes that are forked next


def when_ready(server: Any) -> None:
    """Open the metrics port, inside the network only: the proxy does not forward to it."""
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    address, _colon, port = os.environ.get("STADTWISSEN_METRICS_BIND", "127.0.0.1:9101").rpartition(
        ":"
    )
    start_http_server(int(port), addr=address, registry=registry)


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a process that ended; its counters stay."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    """Remove the counters' folder."""
    shutil.rmtree(_metrics_dir, ignore_errors=True)

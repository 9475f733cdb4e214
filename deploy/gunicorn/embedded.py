"""gunicorn for `make run`: a process for each core, several threads, on this machine only."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from operations.web_worker import MAX_ADDRESS_BYTES

_port = os.environ.get("PORT", "8000")

bind = f"127.0.0.1:{_port}"
# Any number may read; writers of SQLite and of the search index wait for each other (docs/operations.md).
workers = int(os.environ.get("STADTWISSEN_WEB_WORKERS") or min(len(os.sched_getaffinity(0)), 8))
threads = 8
worker_class = "operations.web_worker.Worker"
limit_request_line = MAX_ADDRESS_BYTES
timeout = 120  # s: an upload of 100 MB
graceful_timeout = 20  # s: several processes end at once
preload_app = True  # a mistake in the settings is said once, before anything listens
control_socket_disable = True  # it would lie in the home folder, one for all installations
accesslog = None
loglevel = "warning"


def post_worker_init(worker: Any) -> None:
    """Read uploaded files and run scheduled jobs in threads of one web process.

    `worker` is gunicorn's, which has no public type.
    """
    from operations.worker import EmbeddedWorker

    EmbeddedWorker().start_in_one_process()


def worker_exit(server: Any, worker: Any) -> None:
    """End the process in peace: it was asked to, and Ctrl-C asks it once more through its master.

    A signal that came later would cut off what ends with the process, such as the one that reads files.
    """
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def when_ready(server: Any) -> None:
    """Print the address and the sample sign-ins once connections are accepted.

    `server` is gunicorn's arbiter, which has no public type.
    """
    lines = ["", f"Stadtwissen runs on http://localhost:{_port}/ (stop it with Ctrl-C)"]
    sign_ins = Path(os.environ["STADTWISSEN_HOME"]) / "sample-sign-ins.txt"
    if sign_ins.is_file():
        lines += ["", f"Sample sign-ins, kept in {sign_ins}:", ""]
        for line in sign_ins.read_text(encoding="utf-8").splitlines():
            name, password, person = ([*line.split("\t"), "", ""])[:3]
            lines.append(f"  {name:<14}{password:<26}{person}")
    sys.stdout.write("\n".join([*lines, "", ""]))
    sys.stdout.flush()

"""`manage.py worker`: index changes and run queued tasks until told to stop."""

from __future__ import annotations

import logging
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.worker import POLL_S, Worker


class Command(BaseCommand):
    """Server mode's background process; several may run at once."""

    help = "Keep the search index up to date and run queued tasks until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--poll",
            type=float,
            default=POLL_S,
            metavar="SECONDS",
            help="how often to look for work when there is none (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work; the first signal lets the current task end, a second one ends the process at once."""
        worker = Worker(poll_s=options["poll"])
        # It would announce an empty queue twice a second.
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)

        def stop(signum: int, frame: FrameType | None) -> None:
            signal.signal(signum, signal.SIG_DFL)
            self.stdout.write("Stopping after the current work; a second signal stops at once.")
            worker.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        self.stdout.write("Worker started.")
        worker.run()
        self.stdout.write("Worker stopped.")

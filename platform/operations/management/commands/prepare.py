"""`manage.py prepare`: everything between an installed version and one that can serve."""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser

from accounts.models import PlatformRole, User
from knowledge.home.services import ensure_start_page
from knowledge.seeding.models import SeedRecord
from operations.assets import assets_fingerprint, collected_fingerprint, remember_collected
from operations.health import pending_migrations
from search import maintenance

_ASK_AGAIN_S = 0.5  # after Ctrl-C, for as long as a step goes on


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        label: What it is, as a heading.
        expected_s: Seconds that it takes on two cores, at the first time or again, for the estimate.
        needed: Whether there is something to do; asked when the step's turn comes.
        run: Does it; safe to repeat.
    """

    label: str
    expected_s: int
    needed: Callable[[], bool]
    run: Callable[[], None]


class Command(BaseCommand):
    """One process for all steps: each `manage.py` start costs seconds."""

    help = (
        "Migrate, load the initial data, collect static files, bring the search index up to date."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options."""
        parser.add_argument(
            "--samples", action="store_true", help="load the sample people and pages too"
        )
        # For scripts that count steps of their own around these.
        parser.add_argument("--after", type=int, default=0, help=argparse.SUPPRESS)
        parser.add_argument("--of", type=int, default=0, help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps in order, saying which, and how long is left."""
        # The steps speak for themselves; what goes well is not repeated as log lines.
        logging.getLogger().setLevel(logging.WARNING)
        steps = self._steps(with_samples=options["samples"])
        total = options["of"] or len(steps)
        left_s = sum(step.expected_s for step in steps)
        try:
            with _interruptible() as stop_if_asked:
                for number, step in enumerate(steps, start=options["after"] + 1):
                    self._run(step, f"[{number}/{total}]", left_s)
                    left_s -= step.expected_s
                    stop_if_asked()
        except KeyboardInterrupt:
            self.stderr.write("Stopped; nothing is lost, the next start goes on here.")
            sys.exit(130)

    def _run(self, step: Step, number: str, left_s: int) -> None:
        if not step.needed():
            self.stderr.write(f"{number} {step.label}: up to date")
            return
        self.stderr.write(
            f"{number} {step.label} … (about {step.expected_s} s; about {left_s} s left in all)"
        )
        started = time.monotonic()
        step.run()
        self.stderr.write(f"      done in {time.monotonic() - started:.0f} s")

    def _steps(self, *, with_samples: bool) -> list[Step]:
        first_time = bool(pending_migrations())

        def expected(first_s: int, again_s: int = 1) -> int:
            return first_s if first_time else again_s

        steps = [
            Step("Database tables", expected(20), lambda: first_time, self._migrate),
            Step(
                "Initial data",
                expected(6),
                lambda: with_samples or was_seeded(),
                self._seed,
            ),
            Step("Static files", expected(5), _static_files_changed, self._collect_static),
            Step("Search index", expected(5, 2), lambda: True, self._index),
        ]
        if settings.FIRST_ADMINISTRATOR:
            account = Step("First account", 1, nobody_operates, self._make_first_account)
            steps.insert(1, account)
        if with_samples:
            samples = Step("Sample people and pages", expected(8), lambda: True, self._load_samples)
            steps.insert(-2, samples)
        return steps

    def _migrate(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        # A new installation begins with the set-up page, on which somebody chooses its data.
        ensure_start_page()

    def _make_first_account(self) -> None:
        name, _blank, email = settings.FIRST_ADMINISTRATOR.strip().partition(" ")
        call_command("create_administrator", name, email=email.strip(), stdout=self.stderr)

    def _seed(self) -> None:
        call_command("seed", stdout=self.stderr)

    def _load_samples(self) -> None:
        call_command("samples", "load", stdout=self.stderr)

    def _collect_static(self) -> None:
        call_command("collectstatic", interactive=False, verbosity=0)
        remember_collected(assets_fingerprint())

    def _index(self) -> None:
        """Build the index if it is empty, else repair what differs; pages work without it, so go on if it fails."""
        index = maintenance.status().index
        action = ["check", "--repair"] if index is None or index.documents else ["rebuild"]
        try:
            call_command("search", *action, stdout=self.stderr, stderr=self.stderr)
        except CommandError as error:
            self.stderr.write(str(error))
        except SystemExit:
            self.stderr.write("Some differences are left; see manage.py doctor.")


@contextlib.contextmanager
def _interruptible() -> Iterator[Callable[[], None]]:
    """Let Ctrl-C stop the block: at once if it can, else a moment later, or at the next call of what is yielded.

    An exception that reaches Python in a callback from C or in `__del__` is thrown away, or comes out as an error of
    the database; a step is full of both, and may take a minute. So the block is asked again until it ends.
    """
    asked = False
    report = sys.unraisablehook

    def on_interrupt(*_: object) -> None:
        nonlocal asked
        asked = True
        signal.setitimer(signal.ITIMER_REAL, _ASK_AGAIN_S)
        raise KeyboardInterrupt

    def stop_if_asked() -> None:
        if asked:
            raise KeyboardInterrupt

    def on_thrown_away(thrown: sys.UnraisableHookArgs) -> None:
        if not isinstance(thrown.exc_value, KeyboardInterrupt):
            report(thrown)

    before = signal.signal(signal.SIGINT, on_interrupt)
    before_alarm = signal.signal(signal.SIGALRM, on_interrupt)
    sys.unraisablehook = on_thrown_away
    try:
        yield stop_if_asked
    except Exception as error:
        if asked:
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before_alarm)
        signal.signal(signal.SIGINT, before)
        sys.unraisablehook = report


def nobody_operates() -> bool:
    """Tell whether nobody operates the platform yet."""
    return not User.objects.filter(
        platform_role=PlatformRole.ADMINISTRATOR, is_active=True
    ).exists()


def was_seeded() -> bool:
    """Tell whether the initial data were loaded before, so that later facts come with an update."""
    return SeedRecord.objects.exists()


def _static_files_changed() -> bool:
    return bool(settings.STATIC_ROOT) and collected_fingerprint() != assets_fingerprint()

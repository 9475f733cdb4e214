"""`manage.py search`: rebuild, check, repair, status, evaluate."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import maintenance
from search.engines.base import EngineUnavailable
from search.maintenance import Differences
from search.words import counting

DIFFERENT = 1
UNAVAILABLE = 2
MAX_LISTED = 20


class Command(BaseCommand):
    """Look after the search index. Exit code 0: all is well; 1: differences or a mistake; 2: the engine is away."""

    help = "Rebuild, check or repair the search index, say how it is, or measure its quality."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the actions and their options."""
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("rebuild", help="fill a new index from the database and switch to it")
        check = actions.add_parser(
            "check", help="compare index and database; exit code 1 if they differ"
        )
        check.add_argument("--repair", action="store_true", help="index again what differs")
        status = actions.add_parser("status", help="say what the index holds and what is pending")
        status.add_argument("--json", action="store_true", help="print one JSON object")
        actions.add_parser("prune", help="delete counted queries that are kept no longer")
        evaluate = actions.add_parser("evaluate", help="measure ranking on a judged set of queries")
        for name in ("corpus", "queries", "qrels"):
            evaluate.add_argument(
                f"--{name}", type=Path, required=True, help=f"JSON lines file of {name}"
            )
        evaluate.add_argument("--engine", choices=("tantivy", "elasticsearch"), required=True)
        evaluate.add_argument(
            "--synonyms",
            type=Path,
            help="groups in place of the shipped ones; an empty file for none",
        )
        evaluate.add_argument(
            "--details", action="store_true", help="print each query's scores before the means"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one action."""
        actions: dict[str, Callable[[dict[str, Any]], int]] = {
            "rebuild": self._rebuild,
            "check": self._check,
            "status": self._status,
            "prune": self._prune,
            "evaluate": self._evaluate,
        }
        try:
            code = actions[options["action"]](options)
        except EngineUnavailable as error:
            raise CommandError(
                f"The search engine is not available: {error} Nothing is lost: changes wait in the outbox.",
                returncode=UNAVAILABLE,
            ) from error
        except (maintenance.AlreadyRunning, TimeoutError) as error:
            raise CommandError(str(error), returncode=UNAVAILABLE) from error
        if code:
            sys.exit(code)

    def _rebuild(self, options: dict[str, Any]) -> int:
        started = time.monotonic()
        count = maintenance.rebuild(self._progress("Reading"))
        self.stdout.write(
            f"Rebuilt the index: {count} documents in {time.monotonic() - started:.1f} s."
        )
        return 0

    def _check(self, options: dict[str, Any]) -> int:
        if options["repair"]:
            maintenance.drain_all()
        found = maintenance.compare(self._progress("Comparing"))
        self._list(found)
        if not found:
            return 0
        if not options["repair"]:
            self.stdout.write("Run 'manage.py search check --repair' to index them again.")
            return DIFFERENT
        maintenance.repair(found)
        left = maintenance.compare(self._progress("Comparing again"))
        self._list(left)
        return DIFFERENT if left else 0

    def _list(self, found: Differences) -> None:
        if not found:
            self.stdout.write(
                f"No difference between database and index: {found.compared} documents."
            )
            return
        groups = {
            "not in the index": found.missing,
            "outdated in the index": found.outdated,
            "in the index but not published": found.surplus,
        }
        for label, keys in groups.items():
            if keys:
                listed = ", ".join(sorted(keys)[:MAX_LISTED]) + (
                    " …" if len(keys) > MAX_LISTED else ""
                )
                self.stdout.write(f"{len(keys)} {label}: {listed}")

    def _status(self, options: dict[str, Any]) -> int:
        status = maintenance.status()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(status), ensure_ascii=False))
        else:
            self._describe(status)
        return 0 if status.index else UNAVAILABLE

    def _describe(self, status: maintenance.Status) -> None:
        if status.index:
            size_mb = status.index.size_bytes / 1_000_000
            self.stdout.write(
                f"{status.engine}: {status.index.documents} documents in {status.index.index} ({size_mb:.1f} MB)"
            )
        else:
            self.stdout.write(f"{status.engine}: does not answer; changes wait in the outbox")
        self.stdout.write(
            f"Pending changes: {status.pending} (oldest {status.oldest_pending_s:.0f} s)"
        )
        if status.failing:
            self.stdout.write(
                f"Failed and tried again later: {status.failing}; last error: {status.last_error}"
            )

    def _prune(self, options: dict[str, Any]) -> int:
        self.stdout.write(f"Deleted {counting.prune()} counted queries.")
        return 0

    def _evaluate(self, options: dict[str, Any]) -> int:
        from search.evaluation import EvaluationError, evaluate

        files = {name: options[name] for name in ("corpus", "queries", "qrels", "synonyms")}
        try:
            result = evaluate(**files, engine=options["engine"])
        except (EvaluationError, OSError) as error:
            raise CommandError(str(error), returncode=DIFFERENT) from error
        for one in result.details if options["details"] else ():
            self.stdout.write(json.dumps(one.rounded(), ensure_ascii=False))
        self.stdout.write(json.dumps(result.rounded(), ensure_ascii=False))
        return 0

    def _progress(self, verb: str) -> maintenance.Progress:
        """Write a line now and then, readable in a terminal and in a log."""
        started = last = time.monotonic()

        def show(done: int, total: int) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last < 2:
                return
            last = now
            left_s = (now - started) / max(done, 1) * (total - done)
            self.stderr.write(f"{verb}: {done} of {total} (about {left_s:.0f} s left)")

        return show

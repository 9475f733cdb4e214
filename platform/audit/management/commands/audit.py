"""`manage.py audit`: verify, seal, prune, pseudonymise, sign."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit import retention, signing
from audit.heads import noted_heads
from audit.models import Log
from audit.sealing import seal_pending
from audit.verification import verify_all

BROKEN = 1


def noted_line(text: str) -> tuple[str, tuple[int, str]]:
    """Read `LOG:NUMBER:HASH` as `verify` prints it."""
    log, _, rest = text.partition(":")
    number, _, line = rest.partition(":")
    if log not in Log.values or not number.isdigit() or not line:
        raise ArgumentTypeError(f"{text!r} is no LOG:NUMBER:HASH as verify prints it")
    return log, (int(number), line)


class Command(BaseCommand):
    """Look after the audit log. Exit code 0: all is well; 1: a chain is broken."""

    help = "Verify the audit log, delete what its period is over for, take a person's name out."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the actions and their options."""
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser(
            "verify",
            help="find a removed, altered, added or moved line; exit code 1 if there is one",
        )
        verify.add_argument(
            "--expect",
            action="append",
            default=[],
            type=noted_line,
            metavar="LOG:NUMBER:HASH",
            help="a head that an earlier verify printed; that line must still stand there. Default: AUDIT_HEADS_FILE",
        )
        actions.add_parser("seal", help="seal lines that a crash left unsealed")
        actions.add_parser("prune", help="delete lines whose retention period is over")
        pseudonymise = actions.add_parser(
            "pseudonymise", help="take a person's name out of every line"
        )
        pseudonymise.add_argument("person", type=int, help="primary key of the person")
        actions.add_parser("sign", help="sign the chains anew after a change of the secret key")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one action."""
        actions: dict[str, Callable[[dict[str, Any]], int]] = {
            "verify": self._verify,
            "seal": self._seal,
            "prune": self._prune,
            "pseudonymise": self._pseudonymise,
            "sign": self._sign,
        }
        if code := actions[options["action"]](options):
            sys.exit(code)

    def _verify(self, options: dict[str, Any]) -> int:
        if sealed := seal_pending():
            self.stdout.write(f"Sealed {sealed} lines that were pending.")
        code = 0
        for verdict in verify_all({**noted_heads(), **dict(options["expect"])}):
            if verdict.problem is None:
                self.stdout.write(
                    f"{verdict.log}: {verdict.lines} lines in order, names taken out of "
                    f"{verdict.pseudonymised}. Head: {verdict.log}:{verdict.head or '0:'}"
                )
            else:
                code = BROKEN
                self.stderr.write(
                    f"{verdict.log}: {verdict.problem} Lines in order before: {verdict.lines}."
                )
        return code

    def _seal(self, options: dict[str, Any]) -> int:
        self.stdout.write(f"Sealed {seal_pending()} lines.")
        return 0

    def _prune(self, options: dict[str, Any]) -> int:
        for log in Log.values:
            days = retention.period(log).days
            self.stdout.write(
                f"{log}: deleted {retention.prune(log)} lines older than {days} days."
            )
        return 0

    def _pseudonymise(self, options: dict[str, Any]) -> int:
        lines = retention.pseudonymise(options["person"], actor=None)
        self.stdout.write(f"Took the name out of {lines} lines.")
        return 0

    def _sign(self, options: dict[str, Any]) -> int:
        signing.sign_anew()
        self.stdout.write("Signed both chains with today's key.")
        return 0

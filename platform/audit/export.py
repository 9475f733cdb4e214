"""The log as a table for other programs: CSV as German spreadsheets read it."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from audit.models import Entry
from audit.wording import actor_name, sentence

BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for Windows-1252
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
LINES_AT_ONCE = 200


class _Line:
    """A file for `csv.writer` that keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._written: list[str] = []

    def write(self, text: str) -> None:
        self._written.append(text)

    def take(self) -> str:
        text = "".join(self._written)
        self._written.clear()
        return text


def csv_parts(lines: Iterable[Entry], *, with_address: bool) -> Iterator[str]:
    """Yield the table in parts of `LINES_AT_ONCE` lines, its head first.

    Args:
        lines: In the order of the table.
        with_address: Whether the network that a request came from is shown.
    """
    out = _Line()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    head = [
        _("Number"), _("Time"), _("Person"), _("Organisation"), pgettext("audit log", "Action"),
        pgettext("audit log", "What happened"), _("Object"), _("Space"),
    ]  # fmt: skip
    writer.writerow([*head, *([_("Network")] if with_address else []), _("Checksum")])
    yield BYTE_ORDER_MARK + out.take()
    for number, entry in enumerate(lines, start=1):
        writer.writerow([safe_cell(cell) for cell in _cells(entry, with_address=with_address)])
        if number % LINES_AT_ONCE == 0:
            yield out.take()
    yield out.take()


def safe_cell(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def _cells(entry: Entry, *, with_address: bool) -> list[str]:
    cells = [
        "" if entry.sequence is None else str(entry.sequence),
        timezone.localtime(entry.at).isoformat(sep=" ", timespec="seconds"),
        actor_name(entry),
        entry.actor_organisation,
        entry.action,
        sentence(entry),
        entry.object_reference,
        entry.space_slug,
    ]
    return [*cells, *([entry.address] if with_address else []), entry.hash]

"""What a table would change: each line is new, changed, equal or wrong, and says why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from access.consequence.state import fingerprint
from access.models import Space
from accounts.models import User
from knowledge.exchange.kinds import Cells, Exchange, Key, Understood
from knowledge.tables.reading import NotRead, Sheet
from knowledge.tables.writing import written

NEW, CHANGED, EQUAL, WRONG = "new", "changed", "equal", "wrong"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes:
        number: In the file.
        what: `NEW`, `CHANGED`, `EQUAL` or `WRONG`.
        label: What it is about.
        changes: Column, value before, value after, of a changed one.
        sentence: What is wrong.
        values: What `Exchange.write` keeps.
    """

    number: int
    what: str
    label: str = ""
    changes: Sequence[tuple[str, str, str]] = ()
    sentence: str = ""
    values: Any = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a table would change."""

    lines: Sequence[Line]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def to_write(self) -> list[Line]:
        """Return the lines that change something."""
        return [one for one in self.lines if one.what in (NEW, CHANGED)]

    @property
    def fingerprint(self) -> str:
        """Return what the plan says, in short: if it differs, something changed meanwhile."""
        return fingerprint(
            (one.number, one.what, list(one.changes), one.sentence) for one in self.lines
        )


def checked_columns(exchange: Exchange, sheet: Sheet) -> None:
    """Refuse a table with other columns than the export's.

    Raises:
        NotRead: With a sentence that names them.
    """
    wanted = [str(one) for one in exchange.columns]
    missing = [one for one in wanted if one not in sheet.columns]
    unknown = [one for one in sheet.columns if one and one not in wanted]
    twice = [one for one, times in Counter(sheet.columns).items() if one and times > 1]
    if missing or unknown or twice:
        said = [
            *([_("missing: %(names)s") % {"names": ", ".join(missing)}] if missing else []),
            *([_("unknown: %(names)s") % {"names": ", ".join(unknown)}] if unknown else []),
            *([_("twice: %(names)s") % {"names": ", ".join(twice)}] if twice else []),
        ]
        raise NotRead(
            _("The columns aren’t those of the export (%(how)s). Nothing was read; begin with an export.")
            % {"how": "; ".join(said)[:500]}
        )  # fmt: skip


def planned(exchange: Exchange, user: User, space: Space, sheet: Sheet) -> Plan:
    """Say what each line would change; the number of queries doesn't grow with them."""
    current = exchange.current(user, space)
    understand = exchange.reader(user, space)
    seen: dict[Key, int] = {}
    lines = [_line(exchange, sheet, row, current, understand, seen) for row in sheet.rows]
    return Plan(lines, Counter(one.what for one in lines))


def _line(
    exchange: Exchange,
    sheet: Sheet,
    row: tuple[int, Sequence[str]],
    current: Mapping[Key, Cells],
    understand: Callable[[Mapping[str, str]], Understood],
    seen: dict[Key, int],
) -> Line:
    number, cells = row
    filled = len(cells) - next((n for n, one in enumerate(reversed(cells)) if one), len(cells))
    if filled > len(sheet.columns) or (len(cells) == 1 and len(sheet.columns) > 1):
        sentence = _(
            "The line has %(found)s columns instead of %(wanted)s. Does it use another separator?"
        )
        values = {"found": len(cells), "wanted": len(sheet.columns)}
        return Line(number, WRONG, sentence=sentence % values)
    named = dict.fromkeys(map(str, exchange.columns), "")
    named |= dict(zip(sheet.columns, cells, strict=False))
    label = " · ".join(one for one in cells[:3] if one)[:120]
    try:
        line = understand(named)
    except NotRead as wrong:
        return Line(number, WRONG, label, sentence=str(wrong))
    if line.key in seen:
        sentence = _("The same stands in line %(line)s already.") % {"line": seen[line.key]}
        return Line(number, WRONG, label, sentence=sentence)
    seen[line.key] = number
    if line.key not in current:
        return Line(number, NEW, label, values=line.values)
    changes = _changes(exchange, current[line.key], line.cells)
    return Line(number, CHANGED if changes else EQUAL, label, changes, values=line.values)


def _changes(exchange: Exchange, before: Cells, after: Cells) -> list[tuple[str, str, str]]:
    pairs = zip(exchange.columns, before, after, strict=True)
    said = [(str(name), written(old), written(new)) for name, old, new in pairs]
    return [one for one in said if one[1] != one[2]]

"""A task as it is typed on one line: "EDG: Laternen zählen bis 15.3."."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from knowledge.tasks.days import understood

_WHO = re.compile(r"^@?([^:]{2,120}):\s*(.+)$")
_DUE = re.compile(r"^(.*?)[\s,;]*\b((?:bis|in)\s+[^:]{2,30})\.?$", re.IGNORECASE)


class Typed(NamedTuple):
    """What a line says; whoever and the day may be missing."""

    who: str
    what: str
    due_on: dt.date | None


def taken_apart(line: str, today: dt.date) -> Typed:
    """Return what a line states, its day counted from `today`."""
    who, what, due_on = "", " ".join(line.split()), None
    if found := _WHO.match(what):
        who, what = found[1].strip(), found[2]
    if (found := _DUE.match(what)) and (day := understood(found[2], today)):
        what, due_on = found[1].strip(), day
    return Typed(who[:120], what[:300], due_on)

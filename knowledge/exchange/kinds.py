"""What can be exchanged as a table: a room registers how its rows are written, understood and kept.

The export writes what `current` gives, and the import holds each line against the same: so both have one format, and a
second run changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from access.models import Space
from accounts.models import User
from knowledge.tables.writing import Value
from web.registry import Registry

Key = tuple[str, ...]
Cells = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Understood:
    """A line as it was understood.

    Attributes:
        key: By which it is found again.
        cells: As the export would write it.
        values: What `write` keeps.
    """

    key: Key
    cells: Cells
    values: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One kind of rows.

    Attributes:
        name: In addresses.
        title: What people call them.
        columns: Heads of the table.
        hint: What has to be known before one sends a table.
        current: Returns the rows of a space that the person may take out as a file, by key, in the order of the export.
        reader: Returns what understands the lines of a space; it raises `knowledge.tables.reading.NotRead`.
        write: Keeps a line that is new or was changed; raises `ValidationError`.
    """

    name: str
    title: Any  # a lazy translation
    columns: Sequence[Any]  # lazy translations
    hint: Any = ""
    current: Callable[[User, Space], Mapping[Key, Cells]]
    reader: Callable[[User, Space], Callable[[Mapping[str, str]], Understood]]
    write: Callable[[User, Space, Any], None]


exchanges: Registry[Exchange] = Registry(
    "kind of exchange", cure="register it with knowledge.exchange.kinds.exchanges"
)

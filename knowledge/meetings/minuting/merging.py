"""Two people wrote the same minutes: what they changed is put together, field by field and row by row. No database.

Three forms come in: `base`, what the form showed when its writer began; `mine`, what this person made of it; `latest`,
what the form of the stored draft shows this person now. Only what the writer changed is taken over, so that of whatever
this person doesn't see the stored version stays. A text that both changed is put together by lines and words. Where
that can't be, as of two results, the stored one stays, and it is said. What one took out and the other changed stays,
and it is said, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from knowledge.editing.paragraphs import merge_paragraphs, with_arrived_paragraphs

Values = Sequence[str]
Sheet = Mapping[str, Values]
"""A form as a browser sends it: its fields by name. Items and rows are named by their keys (`sheet`)."""

DECISION, TASK = ("text",), ("what", "who", "due")
ROWS = {"decisions": DECISION, "tasks": TASK}
"""The lists of rows of an item, and the fields of a row; without the first one a row is none."""

_TEXTS = frozenset({"title", "notes", "text", "what", "dissent", "guests", "remark"})
_LISTS = frozenset({"reference", "about", "districts"})  # with semicolons between
_DEEDS = frozenset({"place", "remove"})  # what is to be done with an item; they aren't stored
_MARKS = frozenset({"fresh", "audience-shown", *ROWS})
_HEAD = ("held_on", "place", "chair", "keeper")
_ATTENDANCE = re.compile(r"guests|all-present|(?:person|items|remark)-\d+")


class Said(Enum):
    """What people must be told of."""

    BOTH_WROTE = "both wrote"
    STAYED = "stayed"
    KEPT = "kept"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Told:
    """Something that must be told: what, where, and which values somebody chose."""

    said: Said
    item: str = ""  # its key; empty for the head of the minutes
    name: str = ""  # of the field
    mine: str = ""
    stored: str = ""


@dataclass(slots=True)
class Merged:
    """One form with what either of the two changed.

    Attributes:
        sheet: The form.
        others: Names of the fields in which something is somebody else's that the writer doesn't know yet.
        told: What must be told.
    """

    sheet: dict[str, list[str]]
    others: set[str] = field(default_factory=set)
    told: list[Told] = field(default_factory=list)


Reading = Callable[[str, Values], Values | None]
"""Returns a field as the form would show it once it is stored; None if it isn't understood."""


def merge(
    base: Sheet,
    mine: Sheet,
    latest: Sheet,
    *,
    read: Reading,
    hidden: Collection[str] = (),
    is_repeated: bool = False,
) -> Merged:
    """Return one form with everything that either of the two changed.

    Args:
        base: What the form showed.
        mine: What was made of it.
        latest: What it shows now.
        read: How a field is understood.
        hidden: Keys of items that aren't for the writer any more.
        is_repeated: Whether `mine` was sent before, without an answer: it may be stored already.
    """
    return _Merging(base, mine, latest, read, hidden, is_repeated=is_repeated).merged()


def kind_of_field(name: str) -> str:
    """Return which field of an item or a row a name means, such as "votes_for"."""
    return name[37:] if len(name) > 37 and name[36] == "-" else name


def is_attendance(name: str) -> bool:
    """Tell whether a field says who was there."""
    return bool(_ATTENDANCE.fullmatch(name))


def fields_of(sheet: Sheet, key: str) -> dict[str, Values]:
    """Return the fields of an item or a row."""
    return {name: values for name, values in sheet.items() if name.startswith(f"{key}-")}


class _Merging:
    def __init__(
        self,
        base: Sheet,
        mine: Sheet,
        latest: Sheet,
        read: Reading,
        hidden: Collection[str],
        *,
        is_repeated: bool,
    ) -> None:
        self._base, self._mine, self._latest, self._read = base, mine, latest, read
        self._hidden, self._is_repeated = hidden, is_repeated
        self._result = Merged({name: list(values) for name, values in latest.items()})

    def merged(self) -> Merged:
        if "attendance" in self._mine:
            for name in self._mine:
                if name in _HEAD or is_attendance(name):
                    self._field(name)
        for key in self._mine.get("item", ()):
            self._item(key)
        return self._result

    def _item(self, key: str) -> None:
        if key in self._hidden:
            if self._is_changed(self._base, self._mine, key):
                self._tell(Said.HIDDEN)
        elif key not in self._latest.get("item", ()):
            self._taken_out_by_others(key)
        elif f"{key}-remove" in self._mine:
            self._take_out(key)
        else:
            for name in self._own_fields(key):
                self._field(name, item=key)
            for rows, fields in ROWS.items():
                self._rows(key, rows, fields)

    def _take_out(self, key: str) -> None:
        if self._is_changed(self._base, self._latest, key):
            self._tell(Said.KEPT, item=key)
        else:
            self._copy(f"{key}-remove")

    def _taken_out_by_others(self, key: str) -> None:
        """Bring an item back that was changed here, or let it begin."""
        is_new = key not in self._base.get("item", ())
        if f"{key}-remove" in self._mine or not (
            is_new or self._is_changed(self._base, self._mine, key)
        ):
            return
        self._list("item", key)
        for name in fields_of(self._mine, key):
            self._copy(name)
        for rows in ROWS:
            for row in self._mine.get(f"{key}-{rows}", ()):
                for name in fields_of(self._mine, row):
                    self._copy(name)
        if not is_new:
            self._tell(Said.KEPT, item=key)

    def _rows(self, key: str, rows: str, fields: Sequence[str]) -> None:
        listed = f"{key}-{rows}"
        here, there, before = (
            one.get(listed, ()) for one in (self._mine, self._latest, self._base)
        )
        for row in dict.fromkeys((*here, *before)):
            first = f"{row}-{fields[0]}"
            was, own, other = (
                _text(one.get(first)) for one in (self._base, self._mine, self._latest)
            )
            is_mine, is_theirs = (
                any(values_of(one, name) != values_of(self._base, name) for name in self._names(row, fields))
                for one in (self._mine, self._latest)
            )  # fmt: skip
            if not own:  # taken out here, if it was there
                if was and other and is_theirs:
                    self._tell(Said.KEPT, item=key, name=first, stored=other)
                    self._result.others |= set(self._names(row, fields))
                elif other:
                    self._result.sheet[first] = [""]
            elif not other and was:  # taken out by somebody else
                if is_mine:
                    self._bring(listed, row, fields)
                    self._tell(Said.KEPT, item=key, name=first, stored=own)
                else:
                    self._result.others |= set(self._names(row, fields))
            elif row not in there:
                self._bring(listed, row, fields)
            else:
                for name in self._names(row, fields):
                    self._field(name, item=key)

    def _names(self, row: str, fields: Sequence[str]) -> list[str]:
        return [f"{row}-{name}" for name in fields]

    def _bring(self, listed: str, row: str, fields: Sequence[str]) -> None:
        self._list(listed, row)
        for name in self._names(row, fields):
            self._copy(name)

    def _list(self, listed: str, key: str) -> None:
        keys = self._result.sheet.setdefault(listed, [])
        if key not in keys:
            keys.append(key)

    def _copy(self, name: str) -> None:
        if name in self._mine:
            self._result.sheet[name] = list(self._mine[name])

    def _own_fields(self, key: str) -> list[str]:
        """Return the names of an item's fields, both as they were and as they are: an audience may be none."""
        names = {**fields_of(self._base, key), **fields_of(self._mine, key)}
        if f"{key}-audience-shown" not in self._mine:
            names.pop(f"{key}-audience", None)
        return [name for name in names if kind_of_field(name) not in _MARKS]

    def _is_changed(self, one: Sheet, other: Sheet, key: str) -> bool:
        """Tell whether an item or one of its rows differs between two forms."""
        names = {**fields_of(one, key), **fields_of(other, key)}
        rows = [
            row
            for listed in ROWS
            for sheet in (one, other)
            for row in sheet.get(f"{key}-{listed}", ())
        ]
        names |= {name: () for row in rows for name in fields_of(other, row) | fields_of(one, row)}
        # Lists of rows may differ by rows without a text, which are none.
        return any(
            values_of(one, name) != values_of(other, name)
            for name in names
            if kind_of_field(name) not in _DEEDS | _MARKS
        )

    def _field(self, name: str, *, item: str = "") -> None:
        kind = kind_of_field(name)
        was, own, other = (values_of(one, name) for one in (self._base, self._mine, self._latest))
        if kind in _DEEDS and item:
            if own != was:
                self._copy(name)
            return
        if own == other:
            return
        read_own = self._understood(name, own)
        if own == was:
            if read_own not in (None, other):
                self._result.others.add(name)
            return
        before = self._understood(name, was)
        if before is None:
            before = other
        if read_own is None or other in (
            before,
            read_own,
        ):  # what isn't understood is told elsewhere
            self._result.sheet[name] = own
        elif read_own == before:
            self._result.others.add(name)
        else:
            self._both(name, kind, item, (before, read_own, other))

    def _understood(self, name: str, values: Values) -> list[str] | None:
        found = self._read(name, values)
        return None if found is None else [_clean(one) for one in found if _clean(one)]

    def _both(
        self, name: str, kind: str, item: str, values: tuple[list[str], list[str], list[str]]
    ) -> None:
        _was, own, other = values
        self._result.others.add(name)
        if kind in _LISTS or kind == "audience":
            parts = values if kind == "audience" else tuple(_parts(one) for one in values)
            merged = _set(*parts)
            self._result.sheet[name] = merged if kind == "audience" else ["; ".join(merged)]
        elif kind in _TEXTS or kind.startswith("remark-"):
            texts = [_text(one) for one in values]
            if self._is_repeated:
                texts[0] = with_arrived_paragraphs(*texts)
            together = merge_paragraphs(*texts)
            self._result.sheet[name] = [together.text]
            if together.is_mixed:
                self._tell(Said.BOTH_WROTE, item=item, name=name)
        elif not other:  # somebody emptied it; what was chosen here counts
            self._result.sheet[name] = own
            self._result.others.discard(name)
        else:
            self._tell(Said.STAYED, item=item, name=name, mine=_text(own), stored=_text(other))

    def _tell(self, said: Said, **where: str) -> None:
        told = Told(said, **where)
        if told not in self._result.told:
            self._result.told.append(told)


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def values_of(sheet: Sheet, name: str) -> list[str]:
    """Return what a field holds, in the one spelling in which it is compared: nothing and empty are the same."""
    return [cleaned for one in sheet.get(name, ()) if (cleaned := _clean(one))]


def _text(values: Values | None) -> str:
    return _clean(values[0]) if values else ""


def _parts(values: Values) -> list[str]:
    return [part for one in _text(values).split(";") if (part := one.strip())]


def _set(was: Values, own: Values, other: Values) -> list[str]:
    """Return what is in both, without what either took away."""
    gone = {one for one in was if one not in own or one not in other}
    return [one for one in dict.fromkeys((*other, *own)) if one not in gone]

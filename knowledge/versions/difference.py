"""What changed between two versions of a text: line by line, and in a line word by word. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from knowledge.editing.lines import Line

Spoken = Callable[[Line, bool], str]
"""Puts a line into words; with where its links lead, if that is asked for."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_ALIKE = 0.35  # share of equal words from which on two lines are one that was changed
_LONGEST = 4_000  # words of a line that are compared one by one; comparing takes the square of them


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words; `change` is empty, `old` (taken out) or `new` (put in)."""

    text: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was and as it is; one of the two is None where it came in or went out.

    Attributes:
        kind: Of `knowledge.editing.lines.KINDS`.
        old: Pieces of the earlier version.
        new: Pieces of the later version.
        moved: Whether its words are the same and only its looks or its kind changed.
    """

    kind: str
    old: tuple[Piece, ...] | None
    new: tuple[Piece, ...] | None
    moved: bool = False

    @property
    def is_changed(self) -> bool:
        """Tell whether there is anything to see."""
        return self.moved or self.old is None or self.new is None or self.old != self.new

    @property
    def inline(self) -> list[Piece]:
        """Return what went out and what came in, in one line."""
        if self.old is None or self.new is None:
            return list(self.old or self.new or ())
        return list(_woven(self.old, self.new))


def _woven(old: Sequence[Piece], new: Sequence[Piece]) -> Iterator[Piece]:
    """Yield common words once, and before each change what was there."""
    left, right = list(old), list(new)
    while left or right:
        if left and left[0].change:
            yield left.pop(0)
        elif right and right[0].change:
            yield right.pop(0)
        else:
            if left:
                left.pop(0)
            yield right.pop(0)


def compare(old: Sequence[Line], new: Sequence[Line], spoken: Spoken) -> list[Row]:
    """Return the lines of two versions beside each other, in order.

    Args:
        old: The earlier version.
        new: The later one.
        spoken: Puts a line into words, within the reader's rights.
    """
    left, right = _names(old, new, spoken), _names(new, old, spoken)
    rows: list[Row] = []
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        rows += _rows(old[i1:i2], new[j1:j2], spoken)
    return rows


def _names(lines: Sequence[Line], others: Sequence[Line], spoken: Spoken) -> list[str]:
    """Return by what a line is known again: its key where both versions have it, else its words."""
    known = {line.key for line in others}
    return [
        line.key if line.key in known else f"{line.kind} {spoken(line, False)}" for line in lines
    ]


def _rows(old: Sequence[Line], new: Sequence[Line], spoken: Spoken) -> Iterator[Row]:
    """Pair the lines of one stretch; what is too unlike went out and came in."""
    rest = list(new)
    for line in old:
        if rest and (len(old) == len(new) or _similar(line, rest[0], spoken)):
            yield _pair(line, rest.pop(0), spoken)
        else:
            yield Row(line.kind, (Piece(spoken(line, True), "old"),), None)
    for line in rest:
        yield Row(line.kind, None, (Piece(spoken(line, True), "new"),))


def _similar(one: Line, other: Line, spoken: Spoken) -> bool:
    words, more = _words(spoken(one, False)), _words(spoken(other, False))
    if one.key == other.key:
        return True
    return SequenceMatcher(None, words[:200], more[:200]).quick_ratio() >= _ALIKE


def _pair(one: Line, other: Line, spoken: Spoken) -> Row:
    if one.says == other.says:
        same = (Piece(spoken(one, False)),)
        return Row(one.kind, same, same)
    old, new = spoken(one, False), spoken(other, False)
    if old == new:  # the same words: then where their links lead is what one wants to see
        old, new = spoken(one, True), spoken(other, True)
    left, right = by_words(old, new)
    return Row(other.kind, left, right, moved=old == new)


def by_words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return two texts with what went out of the one and came into the other."""
    left, right = _words(old), _words(new)
    if old != new and max(len(left), len(right)) > _LONGEST:
        return (Piece(old, "old"),), (Piece(new, "new"),)
    before, after = list[Piece](), list[Piece]()
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        is_same = tag == "equal"
        if i2 > i1:
            before.append(Piece("".join(left[i1:i2]), "" if is_same else "old"))
        if j2 > j1:
            after.append(Piece("".join(right[j1:j2]), "" if is_same else "new"))
    return tuple(before), tuple(after)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)

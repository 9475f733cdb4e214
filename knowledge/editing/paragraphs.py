"""Put plain text of many lines together that two people changed at once: by lines, then by words. No Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import NamedTuple

from knowledge.editing.lines import Run
from knowledge.editing.words import merge_text, with_what_arrived

_WORDS = re.compile(r"\w+")


class Together(NamedTuple):
    """A text that two wrote, and whether they wrote in the same lines of it."""

    text: str
    is_mixed: bool


def merge_paragraphs(base: str, mine: str, latest: str) -> Together:
    """Return the lines of both: what only one of the two changed is taken, elsewhere words are put together."""
    before, own, other = _lines(base), _lines(mine), _lines(latest)
    here, there = _same(before, own), _same(before, other)
    merged: list[str] = []
    is_mixed = False
    place = (0, 0, 0)
    shared = [n for n in range(len(before)) if n in here and n in there]
    for n in (*shared, None):
        until = (len(before), len(own), len(other)) if n is None else (n, here[n], there[n])
        parts = (before, own, other)
        lines, own_lines, other_lines = (
            part[a:b] for part, a, b in zip(parts, place, until, strict=True)
        )
        if own_lines in (lines, other_lines):
            merged += other_lines
        elif other_lines == lines:
            merged += own_lines
        else:
            merged += _between(lines, own_lines, other_lines)
            is_mixed = True
        if n is not None:
            merged.append(before[n])
            place = (n + 1, here[n] + 1, there[n] + 1)
    return Together("".join(merged).removesuffix("\n"), is_mixed)


def with_arrived_paragraphs(base: str, sent: str, latest: str) -> str:
    """Return the base together with what of `sent` is stored already; see `words.with_what_arrived`."""
    parts = [_lines(one) for one in (base, sent, latest)]
    before = _shared_start(parts)
    after = _shared_start([part[before:][::-1] for part in parts])
    start = "".join(parts[0][:before])
    end = "".join(parts[0][len(parts[0]) - after :])
    inner = ((Run("".join(part[before : len(part) - after])),) for part in parts)
    runs = with_what_arrived(*inner)
    return (start + "".join(run.text for run in runs) + end).removesuffix("\n")


def _lines(text: str) -> list[str]:
    """Return the lines, each with its end: lines that come in at the same place stay lines."""
    return [f"{line}\n" for line in text.split("\n")] if text else []


def _same(base: Sequence[str], text: Sequence[str]) -> dict[int, int]:
    """Return which lines of the base stand where in the text."""
    matcher = SequenceMatcher(a=base, b=text, autojunk=False)
    return {a + n: b + n for a, b, size in matcher.get_matching_blocks() for n in range(size)}


def _between(base: list[str], mine: list[str], latest: list[str]) -> list[str]:
    """Put lines together that both changed: a line that one deleted stays, of rewritten ones both do."""
    if not mine or not latest:
        return mine or latest
    parts = ["".join(lines) for lines in (base, mine, latest)]
    if not all(_is_written_on(parts[0], text) for text in parts[1:]):
        return [*latest, *(line for line in mine if line not in latest)]
    together = merge_text(*parts)
    return [together if together.endswith("\n") else f"{together}\n"]


def _is_written_on(base: str, text: str) -> bool:
    """Tell whether at least half of the words are still there."""
    before, after = _WORDS.findall(base), _WORDS.findall(text)
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    return 2 * sum(size for _a, _b, size in matcher.get_matching_blocks()) >= len(before)


def _shared_start(parts: Sequence[Sequence[str]]) -> int:
    return len(list(takewhile(lambda lines: len(set(lines)) == 1, zip(*parts, strict=False))))

"""Put together what two people wrote at once: line by line, then word by word. No Django, no database.

Three texts come in: `base`, from which the writer began; `mine`, what this person made of it; `latest`, what was saved
meanwhile. Whatever only one of the two changed is taken. Where both changed a line, its words are put together. A line
that one deleted and the other changed stays, and is named, so that people can be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from knowledge.editing.lines import Line, Run
from knowledge.editing.words import merge_runs, merge_text, only_adds, with_what_arrived


@dataclass(frozen=True, slots=True)
class Merged:
    """The text, and the keys of lines that one deleted while the other changed them."""

    lines: list[Line]
    kept_though_deleted: list[str] = field(default_factory=list)
    written_by_both: list[str] = field(default_factory=list)


def merge(
    base: Sequence[Line],
    mine: Sequence[Line],
    latest: Sequence[Line],
    *,
    unanswered: Sequence[Line] = (),
) -> Merged:
    """Return one text with everything that either of the two wrote.

    Args:
        base: The text from which the writer began.
        mine: The writer's text; lines keep the keys that they have in `base`.
        latest: What is stored now; its keys may all be others, if it was saved by Wagtail's own editor.
        unanswered: What the writer sent before, without learning whether it arrived; what of it did, isn't new.
    """
    sent_anew = [line for line in unanswered if line.key not in {line.key for line in base}]
    latest = with_keys_of([*base, *sent_anew], latest)
    if unanswered:
        base = _with_what_arrived(base, unanswered, latest)
    before, here, there = ({line.key: line for line in text} for text in (base, mine, latest))
    result: dict[str, Line] = {}
    kept: list[str] = []
    both: list[str] = []
    for key in dict.fromkeys((*here, *there)):
        was, own, other = before.get(key), here.get(key), there.get(key)
        if own is None or other is None:
            line = own or other
            if line is None or (was is not None and line.says == was.says):
                continue  # deleted by one, left alone by the other
            if was is not None and not was.is_empty:
                kept.append(key)
            result[key] = line
        else:
            result[key] = _one_line(was, own, other)
            if (
                was is not None
                and was.says not in (own.says, other.says)
                and own.says != other.says
            ):
                both.append(key)
    order = _order(list(before), list(here), list(there), result)
    return Merged([result[key] for key in order], kept, both)


def _with_what_arrived(
    base: Sequence[Line], sent: Sequence[Line], latest: Sequence[Line]
) -> list[Line]:
    """Return what both sides had in common: the base, with whatever of a save without an answer is stored.

    By word and not as a whole: others may have saved since, and the save before may have arrived and this one not.
    """
    before, there = ({line.key: line for line in text} for text in (base, latest))
    common = dict(before)
    for line in sent:
        stored = there.get(line.key)
        if stored is not None:
            common[line.key] = _arrived(before.get(line.key), line, stored)
    order = _following(list(before), [line.key for line in sent], common)
    return [common[key] for key in order]


def _arrived(was: Line | None, sent: Line, stored: Line) -> Line:
    if sent.says == stored.says:
        return sent
    was = was or replace(sent, runs=(), data={})
    data = {
        name: _arrived_value(was.data.get(name), value, stored.data.get(name))
        for name, value in sent.data.items()
    }
    form = sent if _form(sent) == _form(stored) else was
    runs = with_what_arrived(was.runs, sent.runs, stored.runs)
    return replace(was, kind=form.kind, depth=form.depth, runs=runs, data=data)


def _arrived_value(was: Any, sent: Any, stored: Any) -> Any:
    if sent == stored:
        return sent
    values = (was, sent, stored)
    if all(isinstance(one, list) for one in values) and len({len(one) for one in values}) == 1:
        return [_arrived_value(*parts) for parts in zip(*values, strict=True)]
    if isinstance(sent, str) and isinstance(stored, str):
        before = was if isinstance(was, str) else ""
        runs = with_what_arrived((Run(before),), (Run(sent),), (Run(stored),))
        return "".join(run.text for run in runs)
    return was


def with_keys_of(base: Sequence[Line], text: Sequence[Line]) -> list[Line]:
    """Return `text` with the keys of `base`, where lines are the same, or were changed a little between such lines."""
    known = {line.key for line in base}
    if all(line.key in known for line in text):
        return list(text)
    missing = known - {line.key for line in text}
    old = [line for line in base if line.key in missing]
    new = [line for line in text if line.key not in known]
    given: dict[str, str] = {}
    matcher = SequenceMatcher(
        a=[(line.kind, line.text, str(line.data)) for line in old],
        b=[(line.kind, line.text, str(line.data)) for line in new],
        autojunk=False,
    )
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            given |= {new[b1 + n].key: old[a1 + n].key for n in range(a2 - a1)}
        elif tag == "replace":
            given |= _alike(old[a1:a2], new[b1:b2])
    return [replace(line, key=given.get(line.key, line.key)) for line in text]


def _alike(old: Sequence[Line], new: Sequence[Line]) -> dict[str, str]:
    """Pair changed lines, in order, that have more than half of their words in common."""
    given: dict[str, str] = {}
    start = 0
    for line in new[:50]:
        for position in range(start, min(len(old), start + 50)):
            other = old[position]
            if (
                other.kind == line.kind
                and SequenceMatcher(
                    a=other.text.split(), b=line.text.split(), autojunk=False
                ).ratio()
                > 0.5
            ):
                given[line.key] = other.key
                start = position + 1
                break
    return given


def _order(
    before: list[str], here: list[str], there: list[str], kept: Mapping[str, Line]
) -> list[str]:
    """Return the keys in order: that of whoever moved lines, with what the other one added after what it followed."""
    shared = set(here) & set(before)
    moved_here = [key for key in here if key in shared] != [key for key in before if key in shared]
    lead, other = (here, there) if moved_here else (there, here)
    return _following(lead, other, kept)


def _following(lead: Sequence[str], other: Sequence[str], kept: Mapping[str, Line]) -> list[str]:
    """Return the keys of the one, and those that only the other has, each behind what it followed."""
    following: dict[str | None, list[str]] = {}
    leading = set(lead)
    previous: str | None = None
    for key in other:
        if key in leading:
            previous = key
        elif key in kept:
            following.setdefault(previous, []).append(key)
    order = [*following.get(None, ())]
    for key in lead:
        if key in kept:
            order.append(key)
        order.extend(following.get(key, ()))
    return order


def _one_line(was: Line | None, own: Line, other: Line) -> Line:
    if was is None:
        # Sent twice: the answer to the first time was lost. What was added since is in the writer's.
        was = (
            other
            if only_adds(other.runs, own.runs)
            else replace(own, runs=(), data={}, depth=own.depth)
        )
    if own.says == other.says or other.says == was.says:
        return own
    if own.says == was.says:
        return replace(other, key=own.key)
    kind, depth = (own.kind, own.depth) if _form(own) != _form(was) else (other.kind, other.depth)
    data = _merge_data(was.data, own.data, other.data)
    return replace(
        own, kind=kind, depth=depth, runs=merge_runs(was.runs, own.runs, other.runs), data=data
    )


def _form(line: Line) -> tuple[str, int]:
    return line.kind, line.depth


def _merge_data(
    was: Mapping[str, Any], own: Mapping[str, Any], other: Mapping[str, Any]
) -> dict[str, Any]:
    """Take each value from whoever changed it; texts and tables of the same shape are put together."""
    merged: dict[str, Any] = {}
    for name in dict.fromkeys((*own, *other)):
        before, mine, latest = was.get(name), own.get(name), other.get(name)
        if mine == latest or latest == before:
            value = mine
        elif mine == before:
            value = latest
        else:
            value = _merge_value(before, mine, latest)
        if value is not None:
            merged[name] = value
    return merged


def _merge_value(before: Any, mine: Any, latest: Any) -> Any:
    if isinstance(mine, str) and isinstance(latest, str):
        return merge_text(before if isinstance(before, str) else "", mine, latest)
    if isinstance(mine, list) and isinstance(latest, list):
        return _merge_rows(before if isinstance(before, list) else [], mine, latest)
    return mine


def _merge_rows(before: list[Any], mine: list[Any], latest: list[Any]) -> list[Any]:
    if [len(row) for row in before] == [len(row) for row in mine] == [len(row) for row in latest]:
        return [
            [_merge_cell(*cells) for cells in zip(*rows, strict=True)]
            for rows in zip(before, mine, latest, strict=True)
        ]
    # Rows or columns came or went: the writer's table, with the rows below it that only the other one has.
    return [*mine, *(row for row in latest if row not in before and row not in mine)]


def _merge_cell(before: Any, mine: Any, latest: Any) -> Any:
    if mine == latest or latest == before:
        return mine
    if mine == before:
        return latest
    if all(isinstance(cell, str) for cell in (before, mine, latest)):
        return merge_text(before, mine, latest)
    return (
        mine
        if isinstance(latest, str)
        else [merge_text(_words(before), _words(mine), _words(latest)), *latest[1:]]
    )


def _words(cell: Any) -> str:
    return cell if isinstance(cell, str) else str(cell[0])

"""What two people wrote at once: nothing lost, nothing twice, keys as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing.lines import Line, Run
from knowledge.editing.merging import Merged, merge
from knowledge.editing.words import merge_text


def text_of(*lines: str) -> list[Line]:
    return [Line(f"k{n}", "p", (Run(line),)) for n, line in enumerate(lines)]


def words(lines: Sequence[Line]) -> Counter[str]:
    return Counter(word for line in lines for word in line.text.split())


DEEDS = ["add", "type", "move", "delete", "cut"]


class Writer:
    """Somebody who changes a text with words that nobody else has."""

    def __init__(self, name: str, draw: Any) -> None:
        self.name, self.draw, self.number = name, draw, 0
        self.wrote: set[str] = set()

    def word(self) -> str:
        self.number += 1
        word = f"{self.name}{self.number}"
        self.wrote.add(word)
        return word

    def change(self, lines: list[Line]) -> list[Line]:
        lines = list(lines)
        for deed in self.draw(st.lists(st.sampled_from(DEEDS), max_size=5)):
            at = self.draw(st.integers(0, len(lines))) if lines else 0
            line = lines[at] if at < len(lines) else None
            if deed == "add":
                word = self.word()
                lines.insert(at, Line(f"new-{word}", "p", (Run(word),)))
            elif line is None:
                continue
            elif deed == "type":
                parts = line.text.split()
                parts.insert(self.draw(st.integers(0, len(parts))), self.word())
                lines[at] = replace(line, runs=(Run(" ".join(parts)),))
            elif deed == "move":
                lines.insert(self.draw(st.integers(0, len(lines) - 1)), lines.pop(at))
            elif deed == "delete":
                del lines[at]
            else:
                lines[at] = replace(line, runs=(Run(" ".join(line.text.split()[:-1])),))
        return lines


def written_by(writer: Writer, text: list[Line]) -> set[str]:
    """Return the writer's own words that are still in their text: they may have deleted some again."""
    return writer.wrote & set(words(text))


@given(st.data())
def test_nothing_is_lost_and_nothing_is_there_twice(data: st.DataObject) -> None:
    base = text_of(*[f"b{n}a b{n}b b{n}c" for n in range(data.draw(st.integers(0, 4)))])
    one, two = Writer("x", data.draw), Writer("y", data.draw)
    mine, latest = one.change(base), two.change(base)
    merged = merge(base, mine, latest)
    found = words(merged.lines)
    assert written_by(one, mine) | written_by(two, latest) <= set(found)
    assert max(found.values(), default=1) == 1
    keys = [line.key for line in merged.lines]
    assert len(keys) == len(set(keys))
    assert set(keys) <= {line.key for text in (mine, latest) for line in text}
    # What both left alone stays; what one deleted and the other left alone goes.
    for line in base:
        if line in mine and line in latest:
            assert line in merged.lines
        elif not {one.key for one in [*mine, *latest]} & {line.key}:
            assert line.key not in keys
    # Saved again from there, nothing changes: the writer's browser has the merged text now.
    assert merge(latest, merged.lines, latest).lines == merged.lines


@given(st.data())
def test_with_nobody_else_it_is_the_writers_text(data: st.DataObject) -> None:
    base = text_of("a b", "c", "d e f")
    mine = Writer("x", data.draw).change(base)
    assert merge(base, mine, base) == Merged(mine)
    assert merge(base, base, mine) == Merged(mine)
    assert merge(base, mine, mine).lines == mine


@given(st.data())
def test_an_answer_that_was_lost_doubles_nothing(data: st.DataObject) -> None:
    base = text_of("a b c", "d e f")
    writer = Writer("x", data.draw)
    saved = writer.change(base)
    more = [replace(line, runs=(*line.runs, Run(" " + writer.word()))) for line in saved]
    assert merge(base, more, saved, unanswered=saved).lines == more
    # Somebody else saved in between: nothing is lost, and no line is there twice.
    other = [*saved, Line("other", "p", (Run("y"),))]
    merged = merge(base, more, other, unanswered=saved).lines
    assert set(words(more)) | {"y"} <= set(words(merged))
    assert {line.key for line in merged} == {line.key for line in more} | {"other"}


def test_deleted_by_one_and_changed_by_the_other_stays_and_is_named() -> None:
    base = text_of("eins", "zwei", "drei")
    changed = [base[0], replace(base[1], runs=(Run("zwei neu"),)), base[2]]
    for mine, latest in ((changed, [base[0], base[2]]), ([base[0], base[2]], changed)):
        merged = merge(base, mine, latest)
        assert merged.lines == changed
        assert merged.kept_though_deleted == ["k1"]


def test_the_same_line_at_once_has_the_words_of_both() -> None:
    base = text_of("Die Treppe ist dunkel.")
    mine = [replace(base[0], runs=(Run("Die nördliche Treppe ist dunkel."),))]
    latest = [
        replace(base[0], runs=(Run("Die Treppe ist "), Run("sehr", is_bold=True), Run(" dunkel.")))
    ]
    merged = merge(base, mine, latest)
    assert merged.lines[0].text == "Die nördliche Treppe ist sehr dunkel."
    assert Run("sehr", is_bold=True) in merged.lines[0].runs
    assert merged.written_by_both == ["k0"]


def test_words_at_the_same_place_stay_apart() -> None:
    assert merge_text("eins", "eins zwei", "eins drei") == "eins drei zwei"
    assert merge_text("", "zwei", "drei") == "drei zwei"


def test_saved_by_wagtails_editor_lines_are_known_again() -> None:
    base = text_of("eins zwei drei", "vier fünf sechs", "sieben")
    latest = [
        Line(f"draftail{n}", "p", (Run(text),))
        for n, text in enumerate(["eins zwei drei", "vier fünf sechs admin", "neu", "sieben"])
    ]
    mine = [replace(base[0], runs=(Run("eins zwei drei front"),)), *base[1:]]
    merged = merge(base, mine, latest)
    assert [line.text for line in merged.lines] == [
        "eins zwei drei front", "vier fünf sechs admin", "neu", "sieben",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mine", "latest", "expected"),
    [
        ([["a1", "b"], ["c", "d"]], [["a", "b"], ["c", "d2"]], [["a1", "b"], ["c", "d2"]]),
        ([["a x", "b"], ["c", "d"]], [["a y", "b"], ["c", "d"]], [["a y x", "b"], ["c", "d"]]),
        ([["a", "b"], ["c", "d"], ["e", "f"]], [["a", "b"], ["c", "neu"]],
         [["a", "b"], ["c", "d"], ["e", "f"], ["c", "neu"]]),
    ],
)  # fmt: skip
def test_tables_are_put_together_by_cells(mine: Any, latest: Any, expected: Any) -> None:
    def table(rows: Any) -> list[Line]:
        return [Line("t", "table", data={"rows": rows, "head": True})]

    merged = merge(table([["a", "b"], ["c", "d"]]), table(mine), table(latest))
    assert merged.lines == table(expected)

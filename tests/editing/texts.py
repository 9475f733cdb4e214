"""Texts of the editor for property tests."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import strategies as st

from knowledge.editing.lines import LISTS, Line, Link, Run, joined

WORDS = st.text("aä& <>\"'/\n–0\xa0", min_size=1, max_size=8)
LINKS = st.one_of(
    st.none(),
    st.builds(Link, st.sampled_from(["page", "document"]), st.integers(1, 99).map(str)),
    st.builds(Link, st.just("url"), st.sampled_from(["https://a.de/?b=1&c=\"2'", "/x/", "mailto:a@b"])),
)  # fmt: skip
RUNS = st.lists(st.builds(Run, WORDS, st.booleans(), st.booleans(), LINKS), max_size=3).map(joined)


def _line(draw: st.DrawFn, key: str, kind: str, depth: int) -> Line:
    if kind == "h2":
        text = " ".join(draw(WORDS).split()) or "x"
        return Line(key, kind, (Run(text),))
    if kind == "table":
        width = draw(st.integers(1, 3))
        rows = draw(
            st.lists(st.lists(WORDS, min_size=width, max_size=width), min_size=1, max_size=3)
        )
        data: dict[str, Any] = {"rows": rows}
        if draw(st.booleans()):
            data["head"] = True
        return Line(key, kind, data=data)
    if kind == "figure":
        return Line(key, kind, data={"image": 3, "alt": draw(WORDS), "caption": draw(WORDS)})
    if kind == "card":
        return Line(key, kind, data={"type": "document", "document": 4})
    if kind == "hr":
        return Line(key, kind)
    if kind == "task":
        done = {"done": True} if draw(st.booleans()) else {}
        return Line(key, kind, draw(RUNS), data=done)
    return Line(key, kind, draw(RUNS), depth)


@st.composite
def texts(draw: st.DrawFn, rich: bool = False) -> list[Line]:
    """Draw a text in which every block says something, so that none is left out as empty."""
    kinds = ["p", "ul", "ol", "h3", "quote", "hr"]
    if not rich:
        kinds += ["h2", "task", "table", "figure", "card"]
    lines: list[Line] = []
    numbers = itertools.count(1)
    depth = -1
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=8)):
        depth = draw(st.integers(0, min(depth + 1, 3))) if kind in LISTS else -1
        line = _line(draw, f"key{next(numbers)}", kind, max(depth, 0))
        if kind not in {"hr", "table", "figure", "card"} and not line.text.strip():
            line = Line(line.key, kind, (Run("x"),), line.depth, line.data)
        lines.append(line)
    return lines

"""What all pictures share: their width, lines of text, signs that are explained below.

All places are whole numbers: a template would write 1.5 as "1,5", which no SVG understands.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360  # as wide as a telephone: text stays as large as it is where there is little room
LINE = 20  # from one line of text to the next
LETTERS = 44  # of a line across the whole width, in the size of `drawings.css`
_HALF = WIDTH // 2
_LETTERS_OF_HALF = 19
PATTERNS = 4  # that can be told apart without colours


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text; `y` is where its letters stand."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """What a pattern or mark means: `kind` is the number of a pattern or the name of a mark."""

    x: int
    y: int
    kind: str
    text: str


def text_lines(text: str, y: int, *, x: int = 0, letters: int = LETTERS) -> list[Text]:
    """Break a text into lines, the first one at `y`; a word that is longer is broken, too."""
    parts = textwrap.wrap(text, letters) or [""]
    return [Text(x, y + number * LINE, part) for number, part in enumerate(parts)]


def legend(signs: Sequence[tuple[str, str]], y: int) -> tuple[list[Sign], int]:
    """Place the signs in two columns, or below each other where their words are long.

    Args:
        signs: Kind and words of each.
        y: Top of the first line.

    Returns:
        The signs, and the y below the last one.
    """
    columns = 1 if any(len(words) > _LETTERS_OF_HALF for _kind, words in signs) else 2
    placed = [
        Sign((number % columns) * _HALF, y + (number // columns) * (LINE + 4), kind, words)
        for number, (kind, words) in enumerate(signs)
    ]
    rows = -(-len(signs) // columns)
    return placed, y + rows * (LINE + 4)

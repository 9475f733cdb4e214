"""Words spelt like one that nobody wrote: which terms to ask an engine for, and which of its answers to take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from search.engines.streams import SEPARATOR, SPELLING_MIN_CHARS

# Asked of an engine at most: a bound on its answer, above the number of words with one first letter that stand in the
# documents holding a near spelling. It counts the reader's own terms only, so hidden documents don't move it.
MAX_TERMS = 20_000
# Automata for longer words cost more than a misspelling in them is worth.
MAX_SPELLING_CHARS = 40
# Each costs a walk through all terms with its first letter. People misspell one word or two; a query with more unknown
# words is in another language, or made to stall the search.
MAX_MISSPELT_WORDS = 4


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word of the reader's documents that is spelt like the one asked for.

    Attributes:
        word: Folded.
        surface: As it is most often written.
        distance: Letters changed, left out, added or swapped: 1 or 2.
        count: Number of the reader's documents that hold it.
    """

    word: str
    surface: str
    distance: int
    count: int


def allowed_distance(word: str) -> int:
    """Number of typing errors allowed in a folded word: none below 4 letters, 2 from 8, none above 40."""
    if not SPELLING_MIN_CHARS <= len(word) <= MAX_SPELLING_CHARS or not word.isalpha():
        return 0
    return 1 if len(word) < 8 else 2


def near_pattern(word: str) -> str:
    """Regular expression for the stored spellings with the first letter of `word` and about its length."""
    slack = allowed_distance(word)
    shortest, longest = max(len(word) - 1 - slack, 0), len(word) - 1 + slack
    return f"{word[0]}[^{SEPARATOR}]{{{shortest},{longest}}}{SEPARATOR}.*"


def nearest(word: str, terms: Iterable[tuple[str, int]]) -> list[NearWord]:
    """Choose from stored spellings with their document counts those near `word`, nearest and most frequent first."""
    limit = allowed_distance(word)
    spellings: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for term, count in terms:
        folded, _, surface = term.partition(SEPARATOR)
        if abs(len(folded) - len(word)) > limit:
            continue
        spellings[folded].append((count, surface))
    near = []
    for folded, written in spellings.items():
        if 0 < (gap := distance(word, folded, limit)) <= limit:
            _, surface = min((-count, surface) for count, surface in written)
            near.append(NearWord(folded, surface, gap, sum(count for count, _ in written)))
    return sorted(near, key=lambda one: (one.distance, -one.count, one.word))


def distance(one: str, other: str, limit: int) -> int:
    """Number of letters changed, left out, added or swapped with a neighbour; `limit` + 1 if there are more."""
    # Thousands of words are compared; most differ in more letters than are allowed, which their letters tell at once.
    letters, others = set(one), set(other)
    if (
        abs(len(one) - len(other)) > limit
        or len(letters - others) > limit
        or len(others - letters) > limit
    ):
        return limit + 1
    before: list[int] = []
    previous = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i] + [0] * len(other)
        for j, compared in enumerate(other, 1):
            row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != compared))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == compared:
                row[j] = min(row[j], before[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
        before, previous = previous, row
    return min(previous[-1], limit + 1)

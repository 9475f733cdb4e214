"""Find words spelt like an unknown one: which terms to ask an engine for, and which of its answers to take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from search.analysis.stems import stem
from search.engines.streams import SEPARATOR, SPELLING_MIN_CHARS

# Asked of an engine at most: a bound on its answer, above the number of words with one first letter that stand in the
# documents holding a near spelling. It counts the reader's own terms only, so hidden documents don't move it.
MAX_TERMS = 20_000
# Automata for longer words cost more than a misspelling in them is worth.
MAX_SPELLING_CHARS = 40
# A word that is spelt wrong and inflected in the documents is longer there by its ending (Begehug, Begehungen).
MAX_ENDING_CHARS = 3
# Each costs a walk through all terms with its first letter. People misspell one word or two; a query with more unknown
# words is in another language, or made to stall the search.
MAX_MISSPELT_WORDS = 4


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word spelt like the one asked for.

    Attributes:
        word: Folded.
        surface: Its most frequent spelling.
        distance: Letters changed, left out, added or swapped, in the words or in their stems: 1 or 2.
        count: Number of the reader's documents that contain it; 0 if it comes from a word list.
    """

    word: str
    surface: str
    distance: int
    count: int


def allowed_distance(word: str) -> int:
    """Return the typing errors allowed in a folded word: none below 4 letters, 2 from 8, none above 40."""
    if not SPELLING_MIN_CHARS <= len(word) <= MAX_SPELLING_CHARS or not word.isalpha():
        return 0
    return 1 if len(word) < 8 else 2


def near_pattern(word: str) -> str:
    """Return a regular expression for stored spellings with the first letter of `word` and about its length."""
    slack = allowed_distance(word)
    shortest, longest = max(len(word) - 1 - slack, 0), len(word) - 1 + slack + MAX_ENDING_CHARS
    return f"{word[0]}[^{SEPARATOR}]{{{shortest},{longest}}}{SEPARATOR}.*"


def nearest(word: str, terms: Iterable[tuple[str, int]]) -> list[NearWord]:
    """Choose the stored spellings near `word`, nearest and most frequent first.

    A spelling is near if it, or its stem, differs from `word`, or its stem, in few letters.
    """
    limit = allowed_distance(word)
    spellings: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for term, count in terms:
        folded, _, surface = term.partition(SEPARATOR)
        if -limit <= len(folded) - len(word) <= limit + MAX_ENDING_CHARS:
            spellings[folded].append((count, surface))
    near = []
    for folded, written in spellings.items():
        whole = OSA.distance(word, folded, score_cutoff=limit)
        if 0 < (gap := _with_stems(whole, word, folded, limit)) <= limit:
            _, surface = min((-count, surface) for count, surface in written)
            found = NearWord(folded, surface, gap, sum(count for count, _ in written))
            near.append((gap, whole, -found.count, found))
    return [found for *_, found in sorted(near, key=lambda one: (*one[:3], one[3].word))]


def _with_stems(gap: int, word: str, folded: str, limit: int) -> int:
    """Return the distance of two words, or that of their stems if it is less."""
    own = stem(word)
    limit_of_stems = min(limit, allowed_distance(own))
    # Few words hold the letters of the stem; only these are worth stemming.
    if gap == 1 or len(set(own) - set(folded)) > limit_of_stems:
        return gap
    between = OSA.distance(own, stem(folded), score_cutoff=limit_of_stems)
    return min(gap, between) if between <= limit_of_stems else gap

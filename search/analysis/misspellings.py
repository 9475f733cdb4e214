"""Right spellings of words that no document holds as they were typed, from the word lists that are shipped.

Documents know how whole words are written; what stands inside a compound, or is said in two words there, only the lists
know. What they propose says nothing about any document.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.analysis.compounds import MIN_PART_CHARS, german_splitter, written_words
from search.analysis.stems import stem

MAX_CORRECTIONS = 3
LINKS = ("", "s", "n", "en", "es")
"""Letters that join the parts of most compounds."""

_MAX_PARTS = 4
"""Spellings of one misspelt part that are looked at, nearest first."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that may have been meant.

    Attributes:
        word: Folded.
        written: With umlauts and a capital letter, as a noun.
        distance: Letters changed, left out, added or swapped with a neighbour.
    """

    word: str
    written: str
    distance: int


def corrections(word: str, limit: int) -> list[Correction]:
    """Give words of the lists, and compounds of two of them, that are spelt like a folded word; likeliest first.

    Args:
        word: Folded, letters only. Its first letter is taken to be right, in a compound also that of each part.
        limit: Number of typing errors allowed.
    """
    splitter = german_splitter()
    if splitter.knows(word) or splitter.split(word).halves:
        return []
    found = [*_whole(word, limit), *_compounds(word, limit)]
    found.sort(key=lambda one: (one.distance, splitter.price(one.word), one.word))
    by_stem: dict[str, Correction] = {}
    for one in found:
        by_stem.setdefault(stem(one.word), one)
    return list(by_stem.values())[:MAX_CORRECTIONS]


def _whole(word: str, limit: int) -> Iterator[Correction]:
    for part, gap in _near(word, limit):
        yield Correction(part, as_written(part).capitalize(), gap)


def _compounds(word: str, limit: int) -> Iterator[Correction]:
    """Yield compounds of which one side is as typed and the other spelt like what was typed."""
    for cut in range(MIN_PART_CHARS - 1, len(word) - MIN_PART_CHARS + 1):
        first, last = word[:cut], word[cut:]
        if begins := _beginning(first):
            for part, gap in _near(last, limit):
                if german_splitter().is_part(part):
                    yield _compound(begins, first[len(begins) :], part, gap)
        if last in written_words() and german_splitter().is_part(last):
            for link in LINKS:
                for part, gap in _near(first.removesuffix(link), limit):
                    if first.endswith(link):
                        yield _compound(part, link, last, gap)


def _beginning(typed: str) -> str:
    """Give the word or compound with which a compound begins, without the letters that join it; empty if it is none."""
    splitter = german_splitter()
    for link in LINKS:
        part = typed.removesuffix(link)
        if typed.endswith(link) and (splitter.is_part(part) or splitter.split(part).halves):
            return part
    return ""


def _compound(first: str, link: str, last: str, gap: int) -> Correction:
    return Correction(
        f"{first}{link}{last}", f"{as_written(first)}{link}{as_written(last)}".capitalize(), gap
    )


def as_written(word: str) -> str:
    """Write a folded word of the lists, or a compound of them, with its umlauts."""
    if written := written_words().get(word):
        return written
    pieces = []
    at = 0
    for half in german_splitter().split(word).halves:
        start = word.index(half, at)
        pieces += [word[at:start], as_written(half)]
        at = start + len(half)
    return "".join((*pieces, word[at:]))


@functools.lru_cache(maxsize=2_000)
def _near(typed: str, limit: int) -> tuple[tuple[str, int], ...]:
    """Give words of the lists spelt like `typed`, not equal to it, nearest first."""
    if len(typed) < MIN_PART_CHARS:
        return ()
    allowed = min(limit, 1 if len(typed) < 8 else 2)
    words = _by_beginning()
    choices = [
        word
        for length in range(len(typed) - allowed, len(typed) + allowed + 1)
        for word in words.get((typed[0], length), ())
    ]
    near = extract(typed, choices, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    ranked = sorted((int(gap), german_splitter().price(word), word) for word, gap, _ in near)
    return tuple((word, gap) for gap, _, word in ranked if gap)[:_MAX_PARTS]


@functools.cache
def _by_beginning() -> dict[tuple[str, int], list[str]]:
    """Words of the lists by first letter and length."""
    words: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word in written_words():
        if len(word) >= MIN_PART_CHARS:
            words[word[0], len(word)].append(word)
    return words

"""Compound words taken apart with a word list, the same way at indexing and at asking.

The weight of a part is how many words of the shipped list begin or end with it. It is therefore the same on every
installation and on both sides, and says nothing about any document.
"""

from __future__ import annotations

import functools
import lzma
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from search.analysis.normal import fold

_DATA = Path(__file__).parent / "data"

MIN_COMPOUND_CHARS = 6
MIN_PART_CHARS = 4


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Nouns of three letters that stand in compounds; the word list's other short entries cut words to pieces.
_SHORT_PARTS = _words(
    "akt amt arm art bad bau bus ehe eid eis erb gas gut hof hut kfz lkw los not ohr ort ost pkw rad rat see sud tag "
    "tat tor tur typ uhr uni web weg zug"
)
# How the parts are joined, with the price of each; no letter is cheapest, s is next.
_LINKS = (
    ("", 0.0),
    ("s", 0.4),
    ("n", 0.9),
    ("en", 0.9),
    ("es", 1.0),
    ("er", 1.4),
    ("e", 1.4),
    ("ns", 1.5),
    ("ens", 1.5),
)

_LINK_ENDS = frozenset("sner")

# Beginnings that make a new word rather than a compound: Abfuhr is not Ab + Fuhr.
_PREFIXES = _words(
    "durch nach nicht offen unter wieder uber vor auf aus ein ent ver zer hin her weg mit bei los fest frei an ab zu "
    "um gegen wider hinter zwischen neben gesamt zusammen zuruck herab heraus herein hinaus hinein voran voraus "
    "vorbei vorher ausser inner ober nieder miss erst"
)
# Endings that are no words of their own in a compound.
_NO_LAST_PART = _words(
    "lich liche lichen isch ische ischen haft heit heiten keit keiten schaft schaften ende enden ender "
    "ungen barkeit losigkeit samt samts"
)

_PART_PRICE = 4.2
_UNKNOWN = float("inf")


@dataclass(frozen=True, slots=True)
class Split:
    """How one word is taken apart.

    Attributes:
        leaves: Smallest parts in order, folded, joining letters removed; empty if the word is no compound.
        inner: Neighbouring parts read together (Sicherheitskonferenz in Sicherheitskonferenzprotokoll), folded.
        halves: The parts before they are themselves taken apart (Führerschein and Entzug), folded.
    """

    leaves: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    halves: tuple[str, ...] = ()


class CompoundSplitter:
    """Splits folded German words into the words they are made of.

    Args:
        words: Words that may be parts, any case and spelling.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._price = _prices({fold(word) for word in words})
        self.split = functools.lru_cache(maxsize=30_000)(self._split)

    def knows(self, word: str) -> bool:
        """Tell whether a folded word is one of the list; of compounds only those that it names."""
        return word in self._price

    def price(self, word: str) -> float:
        """How unlikely a word is as a part of others, folded; of a compound the sum over its parts."""
        own = self._price.get(word)
        if own is not None:
            return own
        return sum(self._price.get(part, _PART_PRICE) for part in self.split(word).leaves)

    def is_part(self, word: str) -> bool:
        """Tell whether a folded word may be the last part of a compound; nearly all of these may be the first."""
        return word in self._price and word not in _NO_LAST_PART and word not in _PREFIXES

    def _split(self, word: str) -> Split:
        """Take a folded word apart; a word that is no compound gives an empty `Split`."""
        if len(word) < MIN_COMPOUND_CHARS or not word.isalpha():
            return Split()
        bounds = self._best(word)
        if len(bounds) < 2:
            return Split()
        leaves: list[str] = []
        inner = [
            word[bounds[i][0] : bounds[j][0] + len(bounds[j][2])]
            for i in range(len(bounds))
            for j in range(i + 1, len(bounds))
            if j - i < len(bounds) - 1
        ]
        for _, _, part in bounds:
            deeper = self.split(part)
            leaves += deeper.leaves or [part]
            inner += [part, *deeper.inner] if deeper.leaves else []
        return Split(tuple(leaves), tuple(inner), tuple(part for _, _, part in bounds))

    def _best(self, word: str) -> list[tuple[int, int, str]]:
        """Find the cheapest way through the word: (start, end with joining letters, part) of each part."""
        length = len(word)
        cost = [_UNKNOWN] * (length + 1)
        back: list[tuple[int, str]] = [(0, "")] * (length + 1)
        cost[0] = 0.0
        for start in range(length - 2):
            if cost[start] == _UNKNOWN:
                continue
            for end in range(start + 3, length + 1):
                if start == 0 and end == length:
                    continue
                price, part = self._segment(word, start, end)
                if cost[start] + price < cost[end]:
                    cost[end] = cost[start] + price
                    back[end] = (start, part)
        if cost[length] == _UNKNOWN:
            return []
        bounds: list[tuple[int, int, str]] = []
        end = length
        while end > 0:
            start, part = back[end]
            bounds.append((start, end, part))
            end = start
        return bounds[::-1]

    def _segment(self, word: str, start: int, end: int) -> tuple[float, str]:
        segment, last = word[start:end], end == len(word)
        best, part = _UNKNOWN, ""
        for link, link_price in _LINKS[:1] if last or segment[-1] not in _LINK_ENDS else _LINKS:
            if not segment.endswith(link):
                continue
            stem = segment[: len(segment) - len(link)] if link else segment
            price = self._price.get(stem, _UNKNOWN) + link_price
            if (
                price < best
                and not (last and stem in _NO_LAST_PART)
                and not (start == 0 and stem in _PREFIXES)
            ):
                best, part = price, stem
        return best, part


def _prices(words: set[str]) -> dict[str, float]:
    """Price of each usable part: low when many words of the list begin or end with it."""
    parts = {w for w in words if len(w) >= MIN_PART_CHARS or w in _SHORT_PARTS} | _SHORT_PARTS
    uses: Counter[str] = Counter()
    for word in words:
        for cut in range(3, len(word) - 2):
            for piece in (word[:cut], word[cut:]):
                if piece in parts:
                    uses[piece] += 1
    top = math.log(max(uses.values(), default=1) + 2)
    return {
        p: _PART_PRICE + top - math.log(uses[p] + 1) + (0.8 if len(p) == 3 else 0.0) for p in parts
    }


@functools.cache
def german_splitter() -> CompoundSplitter:
    """Load the splitter with the shipped word lists, once a process (about half a second)."""
    listed, own = _shipped_words()
    return CompoundSplitter([*listed, *(form for word in own for form in _forms(fold(word)))])


@functools.cache
def written_words() -> dict[str, str]:
    """Give the words of the shipped lists by their folded form, as they are written; nouns may lack their capital."""
    listed, own = _shipped_words()
    return {fold(word): word for word in (*listed, *own)}


def _shipped_words() -> tuple[list[str], list[str]]:
    """Give the words of the list from elsewhere, and our own, which lack their inflected forms."""
    words = lzma.decompress((_DATA / "compound_words.txt.xz").read_bytes()).decode().split()
    lines = (_DATA / "part_words_de.txt").read_text("utf-8").splitlines()
    own = [word for line in lines if not line.startswith("#") for word in line.split()]
    return words, own


def _forms(word: str) -> tuple[str, ...]:
    """A word of our own list with its endings; short words would gain endings that make other words of them."""
    return (
        (word,)
        if len(word) < 6
        else (word, *(word + ending for ending in ("e", "en", "er", "n", "s", "es")))
    )

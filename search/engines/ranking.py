"""Weights of each kind of match: the same for both engines, and independent of other documents.

An engine's own ranking weighs a word by the number of documents that contain it, hidden ones included, so the order of
two visible hits told whether a third, hidden page had a word (docs/decisions/0016). Here a hit's score follows from
three things: the hit itself, how common the word is in German (`search.analysis.commonness`), and the numbers below.

How often a word stands where in a document, and how long the document is, becomes one of a few `LEVELS` when it is
indexed. An engine only adds up numbers that it is given; all of them are short binary fractions, so that sums are exact
and don't depend on the order in which an engine adds.

Chosen on the dev queries of the retrieval benchmark (docs/search.md, Quality), with differences confirmed on both
halves of them; a change must be measured with `manage.py search evaluate` on both engines.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

LEVELS = (0.375, 0.625, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
"""What an occurrence may score before its word's weight is counted. Lucene keeps nine binary digits of each."""

_BOUNDS = tuple((low * high) ** 0.5 for low, high in pairwise(LEVELS))

# BM25's constants, and how much text a zone usually has: terms, on average, in the retrieval corpus. The average of an
# installation would tell how much is hidden in it.
_K1, _B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of a document.

    Attributes:
        weight: How much an occurrence counts; in the body it counts 1.
        usual_length: The usual number of terms.
    """

    weight: float
    usual_length: float


# Changing these or LEVELS needs a new VERSION of both indexes: they lie in the documents.
ZONES: Mapping[str, Zone] = {
    "title": Zone(2.0, 4.0),
    "headings": Zone(1.0, 8.0),
    "body": Zone(1.0, 160.0),
    "files": Zone(0.8, 160.0),
    "title_parts": Zone(1.6, 2.4),
    "headings_parts": Zone(0.8, 6.0),
    "body_parts": Zone(0.8, 60.0),
    "files_parts": Zone(0.6, 60.0),
}
# How much the zones beside the best one add.
ZONE_TIE = 0.6


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights without unit; a word found by its stem counts 1.

    Attributes:
        alternative_tie: How much the alternatives of a word beside the best one add; a power of two.
        exact: A word in exactly the form typed, on top of its stem, by stream.
        split: All parts of a compound instead of the compound.
        family: The noun of a verb or the verb of a noun (Prüfung, prüfen).
        synonym: A synonym.
        near_spelling: A word spelt like one that occurs nowhere.
        pairs: Two words of the query side by side or in one compound, by stream: in a title or heading, in the text.
        together: Bonus for a document that has all words.
        phrase: A phrase in quotation marks, by stream.
        inflected: Such a phrase with its words in any inflection, by stream.
        named: The name of an organisation that a document is of.
    """

    alternative_tie: float = 0.5
    exact: Mapping[str, float] = field(
        default_factory=lambda: {"title_exact": 0.5, "text_exact": 0.25}
    )
    split: float = 0.8
    family: float = 0.6
    synonym: float = 0.5
    near_spelling: float = 0.3
    pairs: Mapping[str, float] = field(
        default_factory=lambda: {"title_pairs": 3.0, "text_pairs": 1.5}
    )
    together: float = 20.0
    phrase: Mapping[str, float] = field(
        default_factory=lambda: {"title_exact": 3.0, "text_exact": 1.5}
    )
    inflected: Mapping[str, float] = field(
        default_factory=lambda: {"title_forms": 2.0, "text_forms": 1.0}
    )
    named: float = 1.0


RANKING = Ranking()


def levels(zones: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Return, for each term of a document, the index in `LEVELS` of its score.

    Args:
        zones: Name of a zone, as in `ZONES`, to its terms, each as often as it occurs.
    """
    scores: dict[str, list[float]] = defaultdict(list)
    for name, terms in zones.items():
        zone = ZONES[name]
        saturation = _K1 * (1 - _B + _B * len(terms) / zone.usual_length)
        for term, count in Counter(terms).items():
            scores[term].append(zone.weight * (_K1 + 1) * count / (count + saturation))
    return {term: bisect(_BOUNDS, _joined(each)) for term, each in scores.items()}


def _joined(scores: Iterable[float]) -> float:
    best, *others = sorted(scores, reverse=True)
    return best + ZONE_TIE * sum(others)


def short_fraction(weight: float) -> float:
    """Round a weight to a binary fraction, above 0, so short that sums of scores are exact in 24 binary digits."""
    return max(1, round(weight * 64)) / 64

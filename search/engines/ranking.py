"""How much each kind of agreement counts: one set of numbers for both engines.

Chosen on the dev queries of the retrieval benchmark (docs/search.md, Quality), with differences confirmed on both
halves of them; a change must be measured with `manage.py search evaluate` on both engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def _zones(title: float, headings: float, body: float, files: float) -> dict[str, float]:
    return {"title": title, "headings": headings, "body": body, "files": files}


@dataclass(frozen=True, slots=True)
class Ranking:
    """Weights without unit; a word found in the body counts 1.

    Attributes:
        words: Weight of a stem by zone.
        parts: Weight of a part of a compound by zone.
        zone_tie: How much the zones beside the best one add.
        alternative_tie: How much the alternatives of a word beside the best one add.
        exact: A word in exactly the form typed, on top of its stem.
        split: All parts of a compound instead of the compound.
        family: The noun of a verb or the verb of a noun (Prüfung, prüfen).
        synonym: A synonym.
        near_spelling: A word spelt like one that occurs nowhere.
        pair_title: Two words of the query side by side in a title or heading, or in one compound there.
        pair_text: The same in the text.
        together: Bonus for a document that has all words.
        phrase: A phrase in quotation marks.
    """

    words: Mapping[str, float] = field(default_factory=lambda: _zones(2.0, 1.0, 1.0, 0.8))
    parts: Mapping[str, float] = field(default_factory=lambda: _zones(1.6, 0.8, 0.8, 0.6))
    zone_tie: float = 0.6
    alternative_tie: float = 0.5
    exact: float = 0.5
    split: float = 0.8
    family: float = 0.6
    synonym: float = 0.5
    near_spelling: float = 0.3
    pair_title: float = 1.0
    pair_text: float = 0.5
    together: float = 12.0
    phrase: float = 1.0


RANKING = Ranking()

"""Synonyms proposed to the curator for searches that found nothing; what becomes of them, this person decides.

A proposal is a word that finds something within the curator's rights: what the thesaurus has beside a word, and the
last part of a compound, since a Straßenlampe is a Lampe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from access.rights import Person, scope_for
from search.analysis.compounds import MIN_PART_CHARS, german_splitter
from search.analysis.misspellings import as_written
from search.analysis.normal import fold
from search.analysis.stems import is_stop_word, stem
from search.analysis.thesaurus import doubtful_words
from search.engines import get_engine
from search.engines.base import Query
from search.words.counting import AskedWords
from search.words.house import house_words

# Each candidate costs a question to the engine.
MAX_QUERIES = 20
MAX_CANDIDATES = 4
SHOWN = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """A word of a search, another that may mean the same, and how much that finds."""

    word: str
    other: str
    total: int


def proposals_for(user: Person, asked: Iterable[AskedWords]) -> dict[str, list[Proposal]]:
    """Return, by the words of a search, what may be added for it; the first `MAX_QUERIES` are looked at.

    Args:
        user: The curator; totals are within her rights.
        asked: Searches that found nothing for somebody.

    Raises:
        search.engines.base.EngineUnavailable: If the engine doesn't answer.
    """
    engine, scope, vocabulary = get_engine(), scope_for(user), house_words().vocabulary

    def total(word: str) -> int:
        query = Query(words=(word,), limit=1)
        return engine.search(query, scope, vocabulary=vocabulary).total

    found: dict[str, list[Proposal]] = {}
    for one in list(asked)[:MAX_QUERIES]:
        pairs = [pair for word in one.text.split() for pair in _candidates(word)]
        counted = [Proposal(*pair, total(pair[1])) for pair in pairs[:MAX_CANDIDATES]]
        found[one.text] = [proposal for proposal in counted if proposal.total][:SHOWN]
    return found


def _candidates(word: str) -> Iterator[tuple[str, str]]:
    known = house_words().vocabulary
    folded = fold(word)
    if is_stop_word(folded):
        return
    for other in doubtful_words(word):
        if (stem(fold(other)),) not in known.synonyms_of((stem(folded),)):
            yield word, other
    halves = german_splitter().split(folded).halves
    if halves and len(halves[-1]) >= MIN_PART_CHARS:
        yield word, as_written(halves[-1]).capitalize()

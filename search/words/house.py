"""The words of this house as they are now, for every search: the shipped German ones and what the curator keeps.

Each process builds them once for each state and asks the database for the state at every search: one row by its
primary key. A change therefore counts from the next search on, in every
process, and as a whole.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Organisation
from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.words.best_bets import Bet, BetBook
from search.words.models import BestBet, WordEntry, WordKind, WordsState
from web.composed import composed


@dataclass(frozen=True, slots=True)
class Word:
    """An entry of the vocabulary as plain values, stored or not yet; see `WordEntry`."""

    kind: str
    expressions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseWords:
    """What was read together.

    Attributes:
        token: Of the state that was read; empty if nobody ever changed anything.
        vocabulary: The shipped words and the house's own.
        best_bets: All of them, whoever may see their targets.
    """

    token: str
    vocabulary: Vocabulary
    best_bets: BetBook


_known: HouseWords | None = None


def house_words() -> HouseWords:
    """Return the words as they are now: one query, four after a change."""
    global _known
    # The state is read before the entries. Whatever is committed in between has another token, and is read again.
    token = next((str(one) for (one,) in _state(pk=1)), "")
    known = _known
    if known is None or known.token != token:
        known = HouseWords(token, vocabulary_of(stored_words()), BetBook(_stored_bets()))
        _known = known  # threads may build it twice; both are the same
    return known


@composed
def _state(*, pk: Any) -> QuerySet[Any, Any]:
    return WordsState.objects.filter(pk=pk).order_by().values_list("token")


def renew(**_signal: object) -> None:
    """Let every process build the words anew at its next search; changes wait for each other until the commit.

    Also called when an organisation is saved or deleted: what it is called counts among the words.
    """
    state, _created = WordsState.objects.get_or_create(pk=1)
    state.token = secrets.token_hex(16)
    state.save()


def stored_words(*, without: int | None = None) -> list[Word]:
    """Return the stored entries in the order they were added, `without` the one of this primary key."""
    rows = WordEntry.objects.but(without).order_by("pk").values_list("kind", "expressions")
    return [Word(kind, tuple(expressions)) for kind, expressions in rows]


def vocabulary_of(words: Iterable[Word]) -> Vocabulary:
    """Return the shipped vocabulary extended by these entries."""
    synonyms: list[tuple[str, ...]] = []
    single: dict[str, list[str]] = {WordKind.NEVER_SPLIT: [], WordKind.NEVER_STEM: []}
    for word in words:
        if word.kind == WordKind.SYNONYMS:
            synonyms.append(word.expressions)
        elif word.kind == WordKind.ABBREVIATION:
            # What one abbreviation may stand for need not mean the same.
            short, *long = word.expressions
            synonyms += [(short, one) for one in long]
        elif word.kind in single:
            single[word.kind] += word.expressions
    bodies = Organisation.objects.values_list("name", "short_name", "slug")
    called = {(text, slug) for name, short, slug in bodies for text in (name, short, slug)}
    return german_vocabulary().extended(
        organisations=sorted(called),
        synonyms=synonyms,
        never_split=single[WordKind.NEVER_SPLIT],
        never_stem=single[WordKind.NEVER_STEM],
    )


def _stored_bets() -> list[Bet]:
    rows = BestBet.objects.order_by("pk").values_list("expressions", "target", "sentence")
    return [Bet(tuple(expressions), target, sentence) for expressions, target, sentence in rows]

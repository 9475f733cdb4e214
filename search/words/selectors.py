"""What the curator's pages read."""

# unscoped: the curator's own words, behind search.words.doors; targets are asked for as the curator
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from access.rights import Person
from search.analysis.normal import fold
from search.registry import HitCard
from search.service import load_cards
from search.words.house import Word, stored_words, vocabulary_of
from search.words.models import BestBet, WordEntry, WordKind
from search.words.preview import QueryEffect, preview, queries_for


@dataclass(frozen=True, slots=True)
class ShownBet:
    """A best bet with its target, None where the curator may not see it (any more)."""

    bet: BestBet
    card: HitCard | None


def entries(*, kind: str = "", text: str = "") -> list[WordEntry]:
    """Return the entries of the vocabulary by their first expression.

    Args:
        kind: One of `WordKind`; anything else means all.
        text: Only entries with this in an expression or in the note, capitals and umlauts aside.
    """
    found = WordEntry.objects.select_related("changed_by")
    if kind in WordKind.values:
        found = found.filter(kind=kind)
    wanted = _folded(text)
    chosen = [
        one
        for one in found
        if any(wanted in _folded(part) for part in (*one.expressions, one.note))
    ]
    return sorted(chosen, key=lambda one: (_folded(str(one)), one.pk))


def entry_of(pk: int) -> WordEntry | None:
    """Return the entry of this number with who changed it."""
    return WordEntry.objects.select_related("changed_by").filter(pk=pk).first()


def entries_beside(entry: WordEntry | None) -> list[WordEntry]:
    """Return all entries but this one."""
    return list(WordEntry.objects.but(entry.pk if entry else None))


def effect_of(
    user: Person, *, entry: WordEntry | None, word: Word | None, typed: str = ""
) -> list[QueryEffect]:
    """Run real queries as they are and as they would be.

    Args:
        user: The curator; everything is within her rights.
        entry: What is changed or removed; None for a new entry.
        word: What it becomes; None if it is removed.
        typed: Queries of her own, one a line.

    Raises:
        EngineUnavailable: If the engine does not answer.
    """
    before = stored_words()
    after = stored_words(without=entry.pk if entry else None)
    concerned = [Word(entry.kind, tuple(entry.expressions))] if entry else []
    if word:
        after.append(word)
        concerned.append(word)
    texts = queries_for(concerned, typed)
    return preview(user, vocabulary_of(before), vocabulary_of(after), texts)


def best_bets() -> list[BestBet]:
    """Return all recommendations by their first expression."""
    found = BestBet.objects.select_related("changed_by")
    return sorted(found, key=lambda one: (_folded(str(one)), one.pk))


def best_bet_of(pk: int) -> BestBet | None:
    """Return the recommendation of this number with who changed it."""
    return BestBet.objects.select_related("changed_by").filter(pk=pk).first()


def with_targets(user: Person, bets: Iterable[BestBet]) -> list[ShownBet]:
    """Return at most a page of recommendations with what `user` may see of their targets."""
    chosen: Sequence[BestBet] = list(bets)
    cards = load_cards(user, {bet.target for bet in chosen})
    return [ShownBet(bet, cards.get(bet.target)) for bet in chosen]


def _folded(text: str) -> str:
    return " ".join(fold(word) for word in text.split())

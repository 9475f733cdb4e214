"""Which best bets a search asks for: those with an expression that its words contain, analysed as in the search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from search.analysis.tokens import Token, extras, tokens

MAX_RECOMMENDED = 3
"""More than this above the hits would be a list of hits of its own."""

MAX_ANALYSED_CHARS = 2_000
MAX_ANALYSED_WORDS = 32


@dataclass(frozen=True, slots=True)
class Bet:
    """A best bet as plain values; see `search.words.models.BestBet`."""

    expressions: tuple[str, ...]
    target: str
    sentence: str = ""


class BetBook:
    """All best bets by their analysed expressions."""

    def __init__(self, bets: Iterable[Bet]) -> None:
        self._by_key: dict[str, list[Bet]] = {}
        for bet in bets:
            for key in {key for expression in bet.expressions if (key := key_of(expression))}:
                self._by_key.setdefault(key, []).append(bet)

    def asked_for(self, texts: Iterable[str]) -> list[Bet]:
        """Return the bets that these parts of a query ask for, in the order they were made, one for each target."""
        if not self._by_key:
            return []
        found = {
            id(bet): bet
            for text in texts
            for key in keys_in(text)
            for bet in self._by_key.get(key, ())
        }
        targets: dict[str, Bet] = {}
        for bet in found.values():
            targets.setdefault(bet.target, bet)
        return list(targets.values())


def key_of(expression: str) -> str:
    """Return under what an expression is found: inflection, spelling and division of its words make no difference.

    Graffitibeseitigung and "Graffiti beseitigen" have one key, M 12 and Maßnahme 12 too. Empty if there is nothing but
    stop words.
    """
    found = _analysed(expression)
    for extra in extras(expression, found):
        if not extra.word and not extra.only_raises and extra.last - extra.first + 1 == len(found):
            return extra.term
    return "".join(_unit(token) for token in found if token.stem)


def keys_in(text: str) -> Iterator[str]:
    """Yield the keys of everything that `text` contains: its words, runs of its words and its numbered things."""
    found = _analysed(text)
    units = [_unit(token) for token in found if token.stem]
    for first in range(len(units)):
        key = ""
        for unit in units[first:]:
            key += unit
            yield key
    yield from (extra.term for extra in extras(text, found) if not extra.word)


def contains_any(text: str, keys: Iterable[str]) -> bool:
    """Tell whether `text` contains an expression with one of these keys."""
    wanted = frozenset(keys)
    return any(key in wanted for key in keys_in(text))


def _analysed(text: str) -> list[Token]:
    return tokens(text[:MAX_ANALYSED_CHARS])[:MAX_ANALYSED_WORDS]


def _unit(token: Token) -> str:
    return "".join(token.parts or (token.stem,))


def first_few(bets: Sequence[Bet], visible: Iterable[str]) -> list[Bet]:
    """Return those whose targets are visible, as many as are shown."""
    allowed = frozenset(visible)
    return [bet for bet in bets if bet.target in allowed][:MAX_RECOMMENDED]

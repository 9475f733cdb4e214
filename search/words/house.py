"""The words of this house as they are now, for every search: the shipped German ones and what the curator keeps.

Each process builds them once for each state and asks the database for the state at every search: one row by its
primary key, read with whatever else the search reads. A change therefore counts from the next search on, in every
process, and as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search.analysis.vocabulary import Vocabulary, german_vocabulary
from search.statements import Asked, KeyStatement
from search.words.best_bets import Bet, BetBook
from search.words.models import BestBet, WordEntry, WordKind, WordsState


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


_STATE = KeyStatement(
    lambda pks: WordsState.objects.filter(pk__in=pks).order_by().values_list("token"),
    stand_ins=[-1],
)
_STATE_KEYS = (1,)

_known: HouseWords | None = None


def house_words() -> HouseWords:
    """Return the words as they are now: one query, three after a change."""
    global _known
    # The state is read before the entries. Whatever is committed in between has another token, and is read again.
    token = next((str(one) for (one,) in _STATE.rows(_STATE_KEYS)), "")
    known = _known
    if known is None or known.token != token:
        known = HouseWords(token, vocabulary_of(stored_words()), BetBook(_stored_bets()))
        _known = known  # threads may build it twice; both are the same
    return known


def last_known_words() -> HouseWords:
    """Return the words as this process read them last, without a query if it ever did.

    For whoever looks at `house_words` afterwards and begins again if they have changed.
    """
    return _known or house_words()


def reads_for_words() -> list[Asked]:
    """Return what `house_words` will read first, to be sent with other statements."""
    return [(_STATE, _STATE_KEYS)]


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
    return german_vocabulary().extended(
        synonyms=synonyms,
        never_split=single[WordKind.NEVER_SPLIT],
        never_stem=single[WordKind.NEVER_STEM],
    )


def _stored_bets() -> list[Bet]:
    rows = BestBet.objects.order_by("pk").values_list("expressions", "target", "sentence")
    return [Bet(tuple(expressions), target, sentence) for expressions, target, sentence in rows]

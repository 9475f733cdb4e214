"""What a change of the words does to real queries, before it is saved: run as they are now and as they would be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from access.rights import Person, scope_for
from access.scope import AccessScope
from search.analysis.vocabulary import Vocabulary
from search.engines import get_engine
from search.engines.base import Query, SearchResult
from search.facets import FacetBook
from search.question.asked import asked_for
from search.requests import SearchRequest
from search.service import load_cards
from search.words.best_bets import contains_any, key_of
from search.words.counting import common_queries
from search.words.house import Word

SHOWN_HITS = 5
COMPARED_HITS = 20
MAX_COUNTED = 5
MAX_OWN = 3
MAX_TYPED = 5

CONSIDERED = 500
"""Most frequent queries among which those with a concerned word are looked for."""

MAX_QUERY_CHARS = 200


@dataclass(frozen=True, slots=True)
class ShownMove:
    """One hit of a preview: what becomes of its place."""

    title: str
    url: str
    kind: str
    place: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class QueryEffect:
    """What a change does to one query, for the curator's own rights.

    Attributes:
        text: The query.
        total_before: Hits now.
        total_after: Hits with the change.
        moves: The first hits with the change, then those among the first now that fall behind.
    """

    text: str
    total_before: int
    total_after: int
    moves: Sequence[ShownMove]

    @property
    def is_same(self) -> bool:
        """Whether nothing that is shown changes."""
        return self.total_before == self.total_after and not any(
            move.is_changed for move in self.moves
        )


def preview(
    user: Person, before: Vocabulary, after: Vocabulary, texts: Iterable[str]
) -> list[QueryEffect]:
    """Run each query with both vocabularies, within the rights of `user`.

    Raises:
        EngineUnavailable: If the engine does not answer.
    """
    scope = scope_for(user)
    book = FacetBook(scope)
    found = []
    for text in texts:
        query = asked_for(SearchRequest(text=text), book).query
        query = replace(query, facets=(), limit=COMPARED_HITS, offset=0)
        found.append((text, _run(query, scope, before), _run(query, scope, after)))
    keys = {
        hit.key
        for _text, old, new in found
        for hit in (*old.hits[:SHOWN_HITS], *new.hits[:SHOWN_HITS])
    }
    cards = load_cards(user, keys)
    return [
        QueryEffect(
            text,
            old.total,
            new.total,
            [
                ShownMove(cards[key].title, cards[key].url, kind, place, is_changed)
                for key, kind, place, is_changed in _moves(old, new)
                if key in cards
            ],
        )
        for text, old, new in found
    ]


def queries_for(words: Iterable[Word], typed: str) -> list[str]:
    """Return what to try: what was typed for it, one query a line, the words themselves, and frequent queries with one.

    Args:
        words: The entry as it is and as it would be.
        typed: Lines of the curator's own.
    """
    expressions = list(dict.fromkeys(one for word in words for one in word.expressions))
    keys = {key for one in expressions if (key := key_of(one))}
    counted = [one.text for one in common_queries(limit=CONSIDERED) if contains_any(one.text, keys)]
    own = [" ".join(line.split())[:MAX_QUERY_CHARS] for line in typed.splitlines()]
    chosen = [*filter(None, own)][:MAX_TYPED] + expressions[:MAX_OWN] + counted[:MAX_COUNTED]
    return list(dict.fromkeys(chosen))


def _run(query: Query, scope: AccessScope, vocabulary: Vocabulary) -> SearchResult:
    return get_engine().search(query, scope, vocabulary=vocabulary)


def _moves(old: SearchResult, new: SearchResult) -> list[tuple[str, str, str, bool]]:
    """Return (key, kind, sentence, whether it changes) of what is shown."""
    before = {hit.key: place for place, hit in enumerate(old.hits, 1)}
    after = {hit.key: place for place, hit in enumerate(new.hits, 1)}
    shown = [hit.key for hit in new.hits[:SHOWN_HITS]]
    shown += [hit.key for hit in old.hits[:SHOWN_HITS] if hit.key not in shown]
    return [(key, *_move(before.get(key), after.get(key), old, new)) for key in shown]


def _move(
    before: int | None, after: int | None, old: SearchResult, new: SearchResult
) -> tuple[str, str, bool]:
    # Hits beyond those that are compared may still be there.
    if before is None:
        is_new = old.total <= COMPARED_HITS
        kind = "added" if is_new else "up"
        text = (
            _("new on place %(after)d") if is_new else _("to place %(after)d, from further below")
        )
    elif after is None:
        is_gone = new.total <= COMPARED_HITS
        kind = "dropped" if is_gone else "down"
        text = _("no longer found") if is_gone else _("from place %(before)d further down")
    elif before == after:
        return "same", _("place %(after)d as before") % {"after": after}, False
    else:
        kind = "up" if after < before else "down"
        text = _("from place %(before)d to %(after)d")
    return kind, text % {"before": before, "after": after}, True

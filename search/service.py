"""Search for a reader: the engine finds within the reader's scope, the database confirms, then hits are shown.

The index may be behind, so no hit, title or passage is shown unless the database confirms it for this reader now. The
number of database queries doesn't depend on the number of hits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.core.paginator import Paginator

from access.reader import same_request
from access.rights import Person, scope_for
from access.scope import AccessScope
from search.engines import get_engine
from search.engines.base import EngineUnavailable, SearchResult
from search.engines.planned import MAX_LIMIT
from search.facets import FacetBook
from search.passages.excerpts import Marker
from search.passages.hits import show_hits, show_title
from search.passages.texts import current_texts
from search.question.asked import Asked, asked_for
from search.question.no_hits import explain, whom_to_ask
from search.registry import HitCard, kind_label, sources, split_key
from search.requests import MAX_PAGE, PAGE_SIZE, SearchRequest
from search.results import (
    Explanation,
    Recommendation,
    SearchPage,
    ShownHit,
    ShownSuggestion,
)
from search.words.best_bets import Bet, first_few
from search.words.house import HouseWords, house_words

logger = logging.getLogger(__name__)

MAX_TITLE_WORDS = 8
SUGGESTIONS = 8
SUGGESTION_MIN_CHARS = 2


@same_request()
def search(user: Person, request: SearchRequest) -> SearchPage:
    """Answer one search of one reader.

    The request becomes a query, the engine plans and runs it within the reader's scope, the database confirms the hits,
    and the confirmed ones are shown.

    Args:
        user: The reader; an anonymous one finds nothing.
        request: What the reader asks for.

    Returns:
        A page of hits; while the engine is away, matches in titles, marked as such. Never raises for odd input.
    """
    scope = scope_for(user)
    asked, words = asked_for(request, FacetBook(scope)), house_words()
    if asked.is_hopeless:
        return _page(asked, hits=(), total=0, is_asked=True)
    try:
        asked, result = _find(asked, scope, words)
        explanation = None
        if not result.total and not asked.is_empty:
            explanation = _explanation(user, asked, scope, words)
    except EngineUnavailable as error:
        logger.warning("search unavailable, offering titles error=%s", error)
        return _title_page(user, asked, words)
    bets = _bets(asked, words)
    # Together, so that a target that is hidden from this person costs what any other hit costs.
    cards = load_cards(user, [*(hit.key for hit in result.hits), *(bet.target for bet in bets)])
    page = _page(
        asked,
        hits=_shown(asked, words, result, cards),
        total=result.total,
        is_asked=not asked.is_empty,
    )
    return replace(
        page,
        recommended=_recommended(bets, cards),
        facets=asked.book.groups(result.facets, asked.request.filters),
        did_you_mean=(proposal := _proposal(asked, result)),
        did_you_mean_url=asked.request.with_text(proposal).address() if proposal else "",
        explanation=explanation,
    )


def _explanation(user: Person, asked: Asked, scope: AccessScope, words: HouseWords) -> Explanation:
    """Say why nothing was found, what would be, and whom to ask."""
    engine = get_engine()
    explanation = explain(engine, asked, scope, words.vocabulary)
    people = whom_to_ask(engine, asked, explanation, scope, words.vocabulary)
    cards = load_cards(user, people)
    return replace(explanation, ask=[cards[key] for key in people if key in cards])


def _find(asked: Asked, scope: AccessScope, words: HouseWords) -> tuple[Asked, SearchResult]:
    """Ask the engine; a page beyond the last one becomes the last one."""
    engine = get_engine()
    result = engine.search(asked.query, scope, vocabulary=words.vocabulary)
    last_page = max(1, min(MAX_PAGE, -(-result.total // PAGE_SIZE)))
    if result.total and asked.request.page > last_page:
        asked = asked.at_page(last_page)
        result = engine.search(asked.query, scope, vocabulary=words.vocabulary)
    return asked, result


def _shown(
    asked: Asked, words: HouseWords, result: SearchResult, cards: Mapping[str, HitCard]
) -> list[ShownHit]:
    if asked.is_empty:
        return []
    found = [cards[hit.key] for hit in result.hits if hit.key in cards]
    marker = Marker(asked.query, query_plan=result.plan, vocabulary=words.vocabulary)
    return show_hits(found, current_texts([card.key for card in found]), marker)


def _proposal(asked: Asked, result: SearchResult) -> str:
    if not result.did_you_mean:
        return ""
    return " ".join(filter(None, (result.did_you_mean, asked.typed.conditions())))


@dataclass(frozen=True, slots=True)
class Matches:
    """What a search matches now, for saved searches.

    Attributes:
        keys: Keys of documents within the reader's scope, newest first; not yet confirmed by the database.
        are_all: Whether there are no more.
        has_unknown_filter: Whether a typed filter means nothing to this reader (any more); without it the search would
            match far more than was meant, so there are no keys.
    """

    keys: tuple[str, ...] = ()
    are_all: bool = True
    has_unknown_filter: bool = False


def matches_of(user: Person, request: SearchRequest, *, limit: int) -> Matches:
    """Return the newest matches of a search, without their texts.

    Args:
        user: The reader; matches are within their current rights.
        request: The search; its order and page don't count.
        limit: At most this many keys, asked for `MAX_LIMIT` at a time.

    Raises:
        search.engines.base.EngineUnavailable: If the engine doesn't answer.
    """
    scope = scope_for(user)
    asked = asked_for(replace(request, sort="date", page=1), FacetBook(scope))
    if asked.has_unknown_filter:
        return Matches(has_unknown_filter=True)
    if asked.is_empty or asked.is_hopeless:
        return Matches()
    engine, total, vocabulary = get_engine(), 1, house_words().vocabulary
    keys: list[str] = []
    while len(keys) < min(limit, total):
        part = min(MAX_LIMIT, limit - len(keys))
        query = replace(asked.query, facets=(), offset=len(keys), limit=part)
        result = engine.search(query, scope, vocabulary=vocabulary)
        total = result.total
        keys += [hit.key for hit in result.hits]
        if not result.hits:
            break
    return Matches(tuple(dict.fromkeys(keys)), len(keys) >= total)


@same_request()
def suggest(user: Person, typed: str) -> list[ShownSuggestion]:
    """Propose titles and words that begin like the typed text, from what the reader may see.

    Args:
        user: The reader.
        typed: Any text; shorter than `SUGGESTION_MIN_CHARS` gives [].
    """
    typed = " ".join(typed.split())[:100]
    if len(typed) < SUGGESTION_MIN_CHARS:
        return []
    try:
        vocabulary = house_words().vocabulary
        found = get_engine().suggest(
            typed, scope_for(user), limit=SUGGESTIONS, vocabulary=vocabulary
        )
    except EngineUnavailable:
        cards = _title_matches(user, typed.split())[:SUGGESTIONS]
        return [_suggested(card) for card in cards]
    confirmed = load_cards(user, [suggestion.key for suggestion in found if suggestion.key])
    shown = []
    for suggestion in found:
        if not suggestion.key:
            shown.append(
                ShownSuggestion(suggestion.text, SearchRequest(text=suggestion.text).address())
            )
        elif card := confirmed.get(suggestion.key):
            shown.append(_suggested(card))
    return shown


def _suggested(card: HitCard) -> ShownSuggestion:
    return ShownSuggestion(card.title, card.url, kind_label(card.kind), card.is_confidential)


def load_cards(user: Person, keys: Iterable[str]) -> dict[str, HitCard]:
    """Return what `user` may see of these documents; the others are missing.

    The number of queries is constant for each `MAX_LIMIT` keys of a source.
    """
    cards: dict[str, HitCard] = {}
    for name, of_source in _by_source(keys).items():
        if source := sources.get(name):
            for start in range(0, len(of_source), MAX_LIMIT):
                cards.update(source.load_hits(of_source[start : start + MAX_LIMIT], user))
    return cards


def _by_source(keys: Iterable[str]) -> dict[str, list[str]]:
    by_source: dict[str, list[str]] = {}
    for key in keys:
        by_source.setdefault(split_key(key)[0], []).append(key)
    return by_source


def _page(asked: Asked, *, hits: Iterable[ShownHit], total: int, is_asked: bool) -> SearchPage:
    pages = Paginator(range(min(total, MAX_PAGE * PAGE_SIZE)), PAGE_SIZE)
    return SearchPage(
        request=asked.request,
        asked=is_asked,
        hits=list(hits),
        total=total,
        page_obj=pages.get_page(asked.request.page),
        active_filters=asked.active_filters,
        problems=asked.problems,
    )


def _bets(asked: Asked, words: HouseWords) -> list[Bet]:
    """Return recommendations for the words, on the first page of a search without filters."""
    if asked.is_narrowed or asked.request.page > 1:
        return []
    typed = asked.typed
    alternatives = chain.from_iterable(typed.any_of)
    return words.best_bets.asked_for(
        [" ".join(typed.words), *typed.phrases, *typed.inflected, *alternatives]
    )


def _recommended(bets: Sequence[Bet], cards: Mapping[str, HitCard]) -> list[Recommendation]:
    shown = [(bet, cards[bet.target]) for bet in first_few(bets, cards)]
    return [
        Recommendation(card.title, card.url, kind_label(card.kind), bet.sentence)
        for bet, card in shown
    ]


def _title_page(user: Person, asked: Asked, house: HouseWords) -> SearchPage:
    """Return what the database can find without the engine."""
    typed = asked.typed
    words = [
        word
        for text in (*typed.words, *typed.phrases, *typed.inflected, *chain(*typed.any_of))
        for word in text.split()
    ]
    cards = _title_matches(user, words)[:PAGE_SIZE]
    marker = Marker(asked.query, vocabulary=house.vocabulary)
    bets = _bets(asked, house)
    page = _page(
        asked,
        hits=[show_title(card, marker) for card in cards],
        total=len(cards),
        is_asked=bool(words),
    )
    recommended = _recommended(bets, load_cards(user, [bet.target for bet in bets]))
    return replace(page, is_degraded=True, total=None, page_obj=None, recommended=recommended)


def _title_matches(user: Person, words: list[str]) -> list[HitCard]:
    wanted = [word for word in dict.fromkeys(words) if any(map(str.isalnum, word))][
        :MAX_TITLE_WORDS
    ]
    if not wanted:
        return []
    return [
        card for source in sources for card in source.title_matches(wanted, user, limit=PAGE_SIZE)
    ]

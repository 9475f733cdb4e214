"""Search for a reader: the engine finds within her scope, the database confirms, then it is shown.

The index may be behind the database, so no hit, title or passage is shown that the database doesn't confirm for this
reader now. The number of database queries does not depend on the number of hits.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from django.core.paginator import Paginator

from access.request_cache import same_request
from access.rights import Person, scope_for
from search.asking import Asked, asked_for
from search.engines import get_engine
from search.engines.base import EngineUnavailable, SearchResult
from search.engines.planned import MAX_LIMIT
from search.explaining import explain
from search.facets import FacetBook
from search.marking import Marker
from search.registry import (
    HitCard,
    ReadsAhead,
    kind_label,
    source_named,
    sources,
    split_key,
)
from search.requests import MAX_PAGE, PAGE_SIZE, SearchRequest
from search.results import (
    Explanation,
    Recommendation,
    SearchPage,
    ShownHit,
    ShownSuggestion,
)
from search.showing import show_hits, show_title
from search.statements import Asked as Statement
from search.statements import read_together
from search.texts import current_texts
from search.texts import reads_for as texts_ahead
from search.words.best_bets import Bet, first_few
from search.words.house import HouseWords, house_words, last_known_words, reads_for_words

logger = logging.getLogger(__name__)

MAX_TITLE_WORDS = 8
SUGGESTIONS = 8
SUGGESTION_MIN_CHARS = 2


@same_request()
def search(user: Person, request: SearchRequest) -> SearchPage:
    """Answer one search of one reader.

    Args:
        user: The reader; nobody finds nothing.
        request: What she asks for.

    Returns:
        A page of hits; matches in titles, marked as such, while the engine is away. Never raises for odd input.
    """
    scope = scope_for(user)
    book = FacetBook(scope)
    asked = asked_for(request, book)
    if asked.is_hopeless:
        return _page(asked, hits=(), total=0, is_asked=True)
    words = last_known_words()
    try:
        engine = get_engine()
        result = engine.search(asked.query, scope, vocabulary=words.vocabulary)
        last_page = max(1, min(MAX_PAGE, -(-result.total // PAGE_SIZE)))
        if request.page > last_page and result.total:
            return search(user, replace(request, page=last_page))
        explanation = (
            explain(engine, asked, scope, words.vocabulary)
            if not result.total and not asked.is_empty
            else None
        )
    except EngineUnavailable as error:
        logger.warning("search unavailable, offering titles error=%s", error)
        return _title_page(user, asked, house_words())
    with read_together(_reads_for(asked, words, result)):
        if house_words().token == words.token:
            return _answer(user, asked, words, result, explanation)
    return search(user, request)  # the curator has changed the words since this process read them


@dataclass(frozen=True, slots=True)
class Matches:
    """What a search matches now, for watching it.

    Attributes:
        keys: Keys of documents within the reader's scope, newest first; not yet confirmed by the database.
        are_all: Whether there are no more.
        has_unknown_filter: Whether a typed filter means nothing to this reader (any more): without it the search would
            match much more than she meant, so there are no keys.
    """

    keys: tuple[str, ...] = ()
    are_all: bool = True
    has_unknown_filter: bool = False


def matches_of(user: Person, request: SearchRequest, *, limit: int) -> Matches:
    """Return the newest matches of a search, without their texts.

    Args:
        user: The reader; matches are those within her rights as they are now.
        request: The search; its order and page don't count.
        limit: At most this many keys; `MAX_LIMIT` at a time are asked for.

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
    """Propose titles and words that begin like what was typed, from what the reader may see.

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
        if source := source_named(name):
            for start in range(0, len(of_source), MAX_LIMIT):
                cards.update(source.load_hits(of_source[start : start + MAX_LIMIT], user))
    return cards


def _by_source(keys: Iterable[str]) -> dict[str, list[str]]:
    by_source: dict[str, list[str]] = {}
    for key in keys:
        by_source.setdefault(split_key(key)[0], []).append(key)
    return by_source


def _reads_for(asked: Asked, words: HouseWords, result: SearchResult) -> Iterator[Statement]:
    """Yield what `_answer` reads of the database, as far as it is known by now."""
    paths = {hit.key: hit.path for hit in result.hits}
    bets = [bet.target for bet in _bets(asked, words)]
    yield from reads_for_words()
    yield from _card_reads([*paths, *bets], paths)
    yield from texts_ahead(list(paths))
    yield from asked.book.reads_for(result.facets, asked.request.filters)


def _card_reads(keys: Iterable[str], paths: Mapping[str, str]) -> Iterator[Statement]:
    for name, of_source in _by_source(keys).items():
        source = source_named(name)
        if isinstance(source, ReadsAhead):
            yield from source.reads_for(
                of_source, [paths[key] for key in of_source if key in paths]
            )


def _answer(
    user: Person,
    asked: Asked,
    words: HouseWords,
    result: SearchResult,
    explanation: Explanation | None,
) -> SearchPage:
    bets = _bets(asked, words)
    shown: list[ShownHit] = []
    # Together, so that a target she may not see costs what any other hit costs.
    cards = load_cards(user, [*(hit.key for hit in result.hits), *(bet.target for bet in bets)])
    if not asked.is_empty:
        found = [cards[hit.key] for hit in result.hits if hit.key in cards]
        marker = Marker(asked.query, query_plan=result.plan, vocabulary=words.vocabulary)
        shown = show_hits(found, current_texts([card.key for card in found]), marker)
    page = _page(asked, hits=shown, total=result.total, is_asked=not asked.is_empty)
    proposal = (
        " ".join(filter(None, (result.did_you_mean, asked.typed.conditions())))
        if result.did_you_mean
        else ""
    )
    return replace(
        page,
        recommended=_recommended(bets, cards),
        facets=asked.book.groups(result.facets, asked.request.filters),
        did_you_mean=proposal,
        did_you_mean_url=asked.request.with_text(proposal).address() if proposal else "",
        explanation=explanation,
    )


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
    """Return what is recommended for the words, on the first page and as long as nothing narrows them."""
    if asked.is_narrowed or asked.request.page > 1:
        return []
    typed = asked.typed
    alternatives = chain.from_iterable(typed.any_of)
    return words.best_bets.asked_for([" ".join(typed.words), *typed.phrases, *alternatives])


def _recommended(bets: Sequence[Bet], cards: Mapping[str, HitCard]) -> list[Recommendation]:
    shown = [(bet, cards[bet.target]) for bet in first_few(bets, cards)]
    return [
        Recommendation(card.title, card.url, kind_label(card.kind), bet.sentence)
        for bet, card in shown
    ]


def _title_page(user: Person, asked: Asked, house: HouseWords) -> SearchPage:
    """Offer what the database can find by itself."""
    typed = asked.typed
    words = [
        word
        for text in (*typed.words, *typed.phrases, *chain(*typed.any_of))
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
        card for source in sources() for card in source.title_matches(wanted, user, limit=PAGE_SIZE)
    ]

"""For any documents and any reader, hidden documents change nothing: neither hits nor their order and scores."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.scope import AccessScope, SharedSubtree
from search.analysis.commonness import RAREST
from search.analysis.vocabulary import german_vocabulary
from search.documents import Attachment, SearchDocument
from search.engines.base import Query, SearchEngine
from search.engines.ranking import LEVELS, RANKING, short_fraction
from search.engines.streams import fields_of
from search.facet import facet_names
from tests.properties import examples
from tests.search.engines.conftest import EngineFactory

# Few words, many of them alike in spelling, stem or parts: whatever could interfere soon does.
_WORDS = """
Müllabfuhr Abfuhr Müll Muell Mülltonne Abfall Abfalltonne Tonne Tonnen Konferenz Konferenzen Sicherheitskonferenz
Konferrenz Sicherheit Straße Strasse Straßen Streifen Streife Streifendienst Dienst Kneipe Gaststätte Haus Maus Hans
M12 Maßnahme 12 § 34a für und E-Mail Email AG-Protokoll Landbesitz Grundbesitz EDG
"""
WORDS = _WORDS.split()
MISSPELT = [
    *WORDS,
    "Abfur",
    "Tonme",
    "Streifn",
    "Konferens",
    "Sicherheitskonferens",
    "Hasu",
    "Gastätte",
    "Müllabfhur",
]
PATHS = ["0001", "00010001", "000100010001", "00010002", "000100020001", "0003"]

texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
organisations = st.integers(1, 3)
documents = st.lists(
    st.builds(
        SearchDocument,
        key=st.uuids().map(str),
        space_id=st.integers(1, 3),
        path=st.sampled_from(PATHS),
        kind=st.sampled_from(["measure", "minutes"]),
        title=texts,
        url=st.just("/"),
        audience=st.frozensets(organisations, max_size=2),
        headings=st.lists(texts, max_size=2).map(tuple),
        body=texts,
        attachments=st.lists(
            st.builds(Attachment, st.just("a"), texts, st.just("/"), st.tuples(texts)), max_size=1
        ).map(tuple),
        organisations=st.lists(st.sampled_from(["edg", "polizei"]), max_size=2).map(tuple),
        facets=st.fixed_dictionaries(
            {"district": st.lists(st.sampled_from(["nord", "west"]), max_size=1).map(tuple)}
        ),
        dated_on=st.one_of(st.none(), st.dates()),
    ),
    min_size=1,
    max_size=10,
)
scopes = st.builds(
    AccessScope,
    user_id=st.just(1),
    organisation_id=st.one_of(st.none(), organisations),
    spaces=st.frozensets(st.integers(1, 3), max_size=2),
    shared=st.lists(
        st.builds(SharedSubtree, st.sampled_from(PATHS), st.booleans()), max_size=2
    ).map(tuple),
)
words = st.lists(st.sampled_from(MISSPELT), max_size=3).map(tuple)
queries = st.builds(
    Query,
    words=words,
    phrases=st.lists(texts, max_size=1).map(tuple),
    inflected=st.lists(texts, max_size=1).map(tuple),
    excluded=st.lists(st.sampled_from(WORDS), max_size=1).map(tuple),
    any_of=st.lists(
        st.lists(st.sampled_from(MISSPELT), min_size=2, max_size=2).map(tuple), max_size=1
    ).map(tuple),
    filters=st.dictionaries(
        st.sampled_from(["kind", "space"]), st.just(("measure", "1", "2")), max_size=1
    ),
    sort=st.sampled_from(["relevance", "date"]),
    limit=st.just(100),
    facets=st.just(facet_names()),
)
prefixes = st.sampled_from([word[:length] for word in WORDS for length in (2, 3, 5)])


@pytest.fixture(scope="module")
def pair(new_engine: EngineFactory) -> tuple[SearchEngine, SearchEngine]:
    """One engine for everything, one for what a reader may see."""
    return new_engine(), new_engine()


def replace_all(engine: SearchEngine, fresh: list[SearchDocument]) -> None:
    engine.delete([key for key, _ in engine.stored()])
    engine.upsert(fresh)


VOCABULARY = german_vocabulary().extended(organisations=[("EDG", "edg"), ("Polizei", "polizei")])


def observed(engine: SearchEngine, query: Query, scope: AccessScope) -> tuple[object, ...]:
    result = engine.search(query, scope, vocabulary=VOCABULARY)
    assert len({hit.key for hit in result.hits}) == len(result.hits)
    hits = [(hit.key, hit.score) for hit in result.hits]
    facets = {name: list(values) for name, values in result.facets.items()}
    return hits, result.total, facets, result.did_you_mean, result.near_words, result.unknown


@examples(12)
@given(
    everything=documents,
    readers=st.lists(scopes, min_size=1, max_size=3),
    asked=st.lists(queries, min_size=1, max_size=5),
    typed=st.lists(prefixes, min_size=1, max_size=4),
)
def test_hidden_documents_change_nothing(
    pair: tuple[SearchEngine, SearchEngine],
    everything: list[SearchDocument],
    readers: list[AccessScope],
    asked: list[Query],
    typed: list[str],
) -> None:
    whole, visible_only = pair
    replace_all(whole, everything)
    for scope in readers:
        visible = [
            one
            for one in everything
            if scope.allows(space_id=one.space_id, path=one.path, audience=one.audience)
        ]
        replace_all(visible_only, visible)
        assert whole.search(Query(limit=100), scope).total == len(visible)
        for query in asked:
            assert observed(whole, query, scope) == observed(visible_only, query, scope)
        for prefix in typed:
            assert whole.suggest(prefix, scope) == visible_only.suggest(prefix, scope)


def article(key: str, *, space: int = 1, body: str = "", in_file: str = "") -> SearchDocument:
    attached = (Attachment("a", "Anlage", "/", (in_file,)),) if in_file else ()
    return SearchDocument(
        key=key,
        space_id=space,
        path=f"000{space}",
        kind="article",
        title="Vermerk",
        url="/",
        body=body,
        attachments=attached,
    )


@pytest.mark.parametrize("place", ["body", "in_file"])
@pytest.mark.parametrize("word", ["Quastenflosser", "Stadt", "4711-23"])
def test_the_order_of_hits_does_not_tell_whether_a_hidden_page_has_a_word(
    new_engine: EngineFactory, word: str, place: str
) -> None:
    """The attack: a page with the word in question, one with an invented word, and a search for both."""
    visible = [article("a", body=f"{word} heute"), article("b", body="Zwirbelmumpf heute")]
    hidden = [article(f"hidden:{n}", space=2, **{place: f"{word} geheim"}) for n in range(9)]
    reader = AccessScope(spaces=frozenset({1}))
    alone, among = new_engine(), new_engine()
    alone.upsert(visible)
    among.upsert([hidden[0], *visible, *hidden[1:]])
    for words in ((word, "Zwirbelmumpf"), ("Zwirbelmumpf", word)):
        query = Query(words=words, facets=facet_names())
        assert observed(among, query, reader) == observed(alone, query, reader)


def test_a_score_is_what_the_document_and_the_word_list_say(new_engine: EngineFactory) -> None:
    """The same number on both engines: the best way to meet the word, and half of what its exact form adds."""
    engine = new_engine()
    one = article("a", body="Quastenflosser heute")
    engine.upsert([one, *(article(f"{n}", space=2, body="Quastenflosser") for n in range(5))])
    level = LEVELS[fields_of(one).levels["quastenfloss"]]
    found = engine.search(Query(words=("Quastenflosser",)), AccessScope(spaces=frozenset({1})))
    exact = short_fraction(RANKING.exact["text_exact"] * RAREST)
    assert [hit.score for hit in found.hits] == [RAREST * level + exact * RANKING.alternative_tie]


def test_hundreds_of_hidden_near_spellings_crowd_out_nothing(new_engine: EngineFactory) -> None:
    """Fuzzy expansion stops at some number of terms in either engine unless told otherwise."""
    letters = "abcdefghijklmz"
    hidden = [
        SearchDocument(
            key=f"hidden:{first}",
            space_id=2,
            path="0002",
            kind="k",
            title="",
            url="/",
            body=" ".join(f"streif{first}{second}" for second in letters if first + second != "zz"),
        )
        for first in letters
    ]
    shown = SearchDocument(
        key="shown",
        space_id=1,
        path="0001",
        kind="k",
        title="Streifendienst",
        url="/",
        body="Streifzz",
    )
    engine = new_engine()
    engine.upsert([*hidden, shown])
    reader = AccessScope(spaces=frozenset({1}))
    result = engine.search(Query(words=("Streifxy",)), reader)
    assert [hit.key for hit in result.hits] == ["shown"]
    assert result.did_you_mean == "Streifzz"
    assert [one.text for one in engine.suggest("strei", reader)] == ["Streifendienst", "Streifzz"]
    everybody = dataclasses.replace(reader, spaces=frozenset({1, 2}))
    assert engine.search(Query(words=("Streifxy",)), everybody).hits[0].key.startswith("hidden")

"""No query is expensive, whatever is typed: its work is bounded by counts that tests can hold, not by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.scope import AccessScope
from benchmarks.worst_queries import COMPOUNDS, FREQUENT, SYNONYMOUS, WORST
from search.analysis.vocabulary import german_vocabulary
from search.documents import SearchDocument
from search.engines import elasticsearch_queries
from search.engines.base import Query, SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.plan import ANYWHERE, Match, Node, Phrase, Plan, plan
from search.engines.ranking import LEVELS
from search.engines.spelling import MAX_MISSPELT_WORDS
from search.facet import facet_names
from search.question.query import parse
from tests.search.engines.conftest import EngineFactory

MAX_CLAUSES = 1_500
"""Terms and phrases that one query may look up; the worst known one has 750, people's have 50."""

MAX_RUNS = 3
"""Questions to the engine for one search: the query, near spellings, the query with them."""

READER = AccessScope(user_id=1, spaces=frozenset(range(1, 201)))
WORDS = st.sampled_from((*COMPOUNDS, *FREQUENT, *SYNONYMOUS, "§ 34a", "M 12", "E-Mail", "a", "ß"))
ITEMS = st.builds(
    str.format,
    st.sampled_from(("{0}", "-{0}", '"{0} {1}"', '-"{0} {1}"', "{0} OR {1}", "{0}{1}", "{0}-{1}")),
    WORDS,
    WORDS,
)
TYPED = st.lists(ITEMS, min_size=1, max_size=60).map(" ".join)


def asked(text: str) -> Query:
    typed = parse(text)
    return Query(
        words=typed.words,
        phrases=typed.phrases,
        excluded=typed.excluded,
        any_of=typed.any_of,
        facets=facet_names(),
    )


def clauses(query_plan: Plan) -> int:
    def count(node: Node) -> int:
        if isinstance(node, Match | Phrase):
            return len(LEVELS) if node.stream == ANYWHERE else 1
        return sum(map(count, node.nodes))

    nodes = [group.node for group in query_plan.groups]
    nodes += [group.present for group in query_plan.groups]
    return sum(
        map(count, (*nodes, *query_plan.required, *query_plan.bonuses, *query_plan.excluded))
    )


@pytest.fixture(scope="module")
def engine(new_engine: EngineFactory) -> SearchEngine:
    """Hold every word that the worst queries misspell, rightly spelt or not, in many documents."""
    engine = new_engine()
    right = [word.replace("nn", "n").replace("tt", "t") for word in COMPOUNDS]
    engine.rebuild(
        SearchDocument(
            key=f"article:{number}",
            space_id=number + 1,
            path=f"0001{number:04d}",
            kind="article",
            title=f"{SYNONYMOUS[number % 16]} {right[number % 16]}",
            url="/",
            body=" ".join((*FREQUENT, right[number % 7], *SYNONYMOUS[: number % 16])) * 5,
        )
        for number in range(100)
    )
    return engine


@pytest.fixture
def runs(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note what is asked of the engine itself."""
    noted: list[str] = []

    def noting(name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
        def noted_call(*args: Any, **kwargs: Any) -> Any:
            noted.append(name)
            return inner(*args, **kwargs)

        return noted_call

    names = ("_run", "_spelling_terms")
    if isinstance(engine, ElasticsearchEngine):
        names = ("_search", "_search_all")
    for name in names:
        monkeypatch.setattr(engine, name, noting(name, getattr(engine, name)))
    return noted


@pytest.mark.parametrize("text", WORST, ids=range(len(WORST)))
def test_the_worst_queries_ask_little_of_the_engine(
    engine: SearchEngine, runs: list[str], text: str
) -> None:
    query = asked(text)
    engine.search(query, READER)  # loads the word lists, which is done once a process
    runs.clear()
    busy = time.process_time()
    engine.search(query, READER)
    # Time of the processor, which other processes don't take away; the bound is what a person waits at most.
    assert time.process_time() - busy < 1.0
    assert len(runs) <= MAX_RUNS
    assert clauses(plan(query, german_vocabulary())) <= MAX_CLAUSES


@given(TYPED)
def test_no_text_makes_a_big_query(text: str) -> None:
    assert clauses(plan(asked(text), german_vocabulary())) <= MAX_CLAUSES


def test_only_a_few_misspelt_words_are_corrected(engine: SearchEngine) -> None:
    result = engine.search(asked(" ".join(f"{word}q" for word in SYNONYMOUS)), READER)
    assert 0 < len(result.near_words) <= MAX_MISSPELT_WORDS
    assert len(result.unknown) > MAX_MISSPELT_WORDS


def test_near_spellings_are_looked_up_in_few_documents_the_nearest_first(
    new_engine: EngineFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is near a frequent word stands in nearly every document; the words of all of them are too many."""
    monkeypatch.setattr(elasticsearch_queries, "NEAR_DOCUMENTS", 3)
    engine = new_engine()
    engine.rebuild(
        SearchDocument(
            key=f"article:{number}",
            space_id=1,
            path=f"0001{number:04d}",
            kind="article",
            title=f"Artikel {number}",
            url="/",
            body="Polizeien" if number < 8 else "Polizei",  # two letters from what is typed; one
        )
        for number in range(9)
    )
    query = asked("Polizeix")
    assert engine.search(query, READER).did_you_mean == "Polizei"
    if isinstance(engine, ElasticsearchEngine):
        query_plan = plan(query, german_vocabulary())
        body = elasticsearch_queries.spellings_body("polizeix", query_plan, query, READER)
        assert engine._search(body)["aggregations"]["sample"]["doc_count"] == 3


def test_an_ordinary_query_is_one_request(engine: SearchEngine, runs: list[str]) -> None:
    assert engine.search(asked("Gesetz Polizei"), READER).total
    assert len(runs) == 1

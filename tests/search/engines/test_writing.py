"""Storing, replacing, forgetting and rebuilding, on both engines."""

from __future__ import annotations

import dataclasses
import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import django
import pytest

from access.scope import AccessScope
from search.analysis.vocabulary import Vocabulary
from search.documents import SearchDocument
from search.engines import UnknownEngine, make_engine
from search.engines.base import EngineUnavailable, Query, SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.streams import fingerprint
from search.engines.tantivy import TantivyEngine
from tests.search.engines.conftest import EngineFactory

READER = AccessScope(spaces=frozenset({1}))


def document(number: int, title: str = "Seite") -> SearchDocument:
    return SearchDocument(
        key=f"page:{number:03d}",
        space_id=1,
        path="0001",
        kind="article",
        title=f"{title} {number}",
        url=f"/{number}/",
    )


@pytest.fixture
def engine(new_engine: EngineFactory) -> SearchEngine:
    return new_engine()


def found(engine: SearchEngine, *words: str) -> set[str]:
    return {hit.key for hit in engine.search(Query(words=words, limit=100), READER).hits}


def test_a_new_index_is_empty_and_answers(engine: SearchEngine) -> None:
    assert engine.is_available()
    assert engine.search(Query(words=("Seite",)), READER).total == 0
    assert list(engine.stored()) == []
    assert engine.status().documents == 0


def test_what_is_stored_can_be_found_replaced_and_forgotten(engine: SearchEngine) -> None:
    engine.upsert([document(2), document(1)])
    assert found(engine, "Seite") == {"page:001", "page:002"}
    engine.upsert([document(1, "Blatt"), document(1, "Heft")])
    assert found(engine, "Seite") == {"page:002"}
    assert found(engine, "Heft") == {"page:001"}
    assert found(engine, "Blatt") == set()
    assert list(engine.stored()) == [
        ("page:001", fingerprint(document(1, "Heft"))),
        ("page:002", fingerprint(document(2))),
    ]
    engine.delete(["page:001", "page:404"])
    assert [key for key, _ in engine.stored()] == ["page:002"]
    assert engine.status().documents == 1
    engine.upsert([])
    engine.delete([])


def test_a_word_that_is_never_split_is_not_found_by_a_part(engine: SearchEngine) -> None:
    house = Vocabulary(never_split=frozenset({"Ordnungspartnerschaft"}))
    texts = ["Ordnungspartnerschaft", "Ordnungspartnerschaften", "Partnerschaft"]
    documents = [document(number, text) for number, text in enumerate(texts)]
    engine.upsert(documents)
    assert found(engine, "Partnerschaft") == {"page:000", "page:001", "page:002"}
    engine.upsert(documents, never_split=house.never_split)
    assert found(engine, "Partnerschaft") == {"page:002"}
    whole = engine.search(Query(words=("Ordnungspartnerschaften",)), READER, vocabulary=house)
    assert {hit.key for hit in whole.hits} == {"page:000", "page:001"}


def test_a_fingerprint_changes_with_every_field() -> None:
    base = document(1)
    changed = [
        dataclasses.replace(base, title="x"),
        dataclasses.replace(base, space_id=2),
        dataclasses.replace(base, audience=frozenset({1})),
        dataclasses.replace(base, tags=("x",)),
    ]
    assert len({fingerprint(one) for one in [base, *changed]}) == 5
    assert fingerprint(dataclasses.replace(base, audience=frozenset({3, 1, 2}))) == fingerprint(
        dataclasses.replace(base, audience=frozenset({2, 3, 1}))
    )


def test_a_rebuild_keeps_what_is_written_meanwhile(engine: SearchEngine) -> None:
    engine.upsert([document(number) for number in range(1, 6)])

    def lazily() -> Iterator[SearchDocument]:
        yield document(1, "Neubau")
        engine.upsert([document(2, "Zwischendurch"), document(9, "Zwischendurch")])
        engine.delete(["page:003"])
        assert found(engine, "Zwischendurch") == {"page:002", "page:009"}
        for number in (2, 3, 4):
            yield document(number, "Neubau")

    engine.rebuild(lazily())
    assert found(engine, "Neubau") == {"page:001", "page:004"}
    assert found(engine, "Zwischendurch") == {"page:002", "page:009"}
    assert [key for key, _ in engine.stored()] == ["page:001", "page:002", "page:004", "page:009"]


def test_a_failed_rebuild_leaves_the_index_as_it_was(engine: SearchEngine) -> None:
    engine.upsert([document(1)])

    def broken() -> Iterator[SearchDocument]:
        yield document(2)
        raise RuntimeError("the source failed")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken())
    engine.upsert([document(3)])
    assert found(engine, "Seite") == {"page:001", "page:003"}
    assert engine.rebuild([document(7)]) == 1
    assert found(engine, "Seite") == {"page:007"}


def test_a_dropped_index_begins_anew(engine: SearchEngine) -> None:
    engine.upsert([document(1)])
    engine.drop()
    assert engine.search(Query(words=("Seite",)), READER).total == 0
    engine.upsert([document(2)])
    assert found(engine, "Seite") == {"page:002"}


def _store(directory: Path, numbers: range) -> None:
    django.setup()  # an index is one of certain facets, and the apps bring these
    engine = TantivyEngine(directory, lock_timeout_s=60)
    for number in numbers:
        engine.upsert([document(number)])


def test_tantivy_writers_of_several_processes_wait_for_each_other(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    parts = [range(start, start + 4) for start in (0, 4)]
    workers = [spawn.Process(target=_store, args=(tmp_path / "index", part)) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert TantivyEngine(tmp_path / "index").status().documents == 8


def test_tantivy_says_so_when_another_process_writes_too_long(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index", lock_timeout_s=0.1)
    engine.upsert([document(1)])
    with engine._folder.locked("write"), pytest.raises(EngineUnavailable, match="can be repeated"):
        engine.upsert([document(2)])
    assert found(engine, "Seite") == {"page:001"}


def test_tantivy_readers_see_what_another_engine_object_wrote(tmp_path: Path) -> None:
    reader, writer = TantivyEngine(tmp_path / "index"), TantivyEngine(tmp_path / "index")
    assert found(reader, "Seite") == set()
    writer.upsert([document(1)])
    assert found(reader, "Seite") == {"page:001"}
    writer.rebuild([document(2)])
    assert found(reader, "Seite") == {"page:002"}


def test_a_damaged_tantivy_index_is_unavailable(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path / "index")
    engine.upsert([document(1)])
    folder = tmp_path / "index" / engine.status().index
    (folder / "meta.json").write_text("{")
    other = TantivyEngine(tmp_path / "index")
    assert not other.is_available()
    with pytest.raises(EngineUnavailable):
        other.search(Query(), READER)


def test_an_elasticsearch_that_does_not_answer_is_unavailable() -> None:
    engine = ElasticsearchEngine.connect(url="http://127.0.0.1:9", index="nothing", timeout_s=1)
    assert not engine.is_available()
    for call in (
        lambda: engine.search(Query(), READER),
        lambda: engine.suggest("abc", READER),
        lambda: engine.upsert([document(1)]),
        lambda: engine.delete(["x"]),
        lambda: list(engine.stored()),
        lambda: engine.rebuild([]),
        lambda: engine.status(),
    ):
        with pytest.raises(EngineUnavailable):
            call()


def test_an_unknown_engine_is_refused_with_the_cure(settings: object) -> None:
    with pytest.raises(UnknownEngine, match="'tantivy' or 'elasticsearch'"):
        make_engine("lucene")


def test_what_a_killed_commit_left_behind_stops_no_writer(tmp_path: Path) -> None:
    """Killed after the deletions were written and before they counted: the next write needs the same file's name."""
    folder = tmp_path / "tantivy"
    engine = TantivyEngine(folder)
    engine.upsert([document(1), document(2), document(3)])
    (meta,) = folder.glob("*/meta.json")
    before = meta.read_bytes()
    engine.upsert([document(1, "Blatt")])
    assert list(folder.glob("*/*.del"))
    meta.write_bytes(before)

    engine = TantivyEngine(folder)
    engine.upsert([document(1, "Heft")])
    assert found(engine, "Heft") == {"page:001"}
    assert found(engine, "Seite") == {"page:002", "page:003"}

"""The embedded engine: a tantivy index in a folder, one writer at a time across processes, any number of readers.

A rebuild fills a new index beside the one in use and switches by replacing one small file. Web, worker and commands may
all write: a lock makes them wait for each other, at most `lock_timeout_s`.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from access.scope import AccessScope
from search.documents import SearchDocument
from search.engines import base
from search.engines.base import EngineStatus, EngineUnavailable, Hit
from search.engines.plan import Match, Plan
from search.engines.planned import Answer, PlannedEngine, page_of
from search.engines.spelling import MAX_TERMS, allowed_distance
from search.engines.streams import Fields, clean, fields_of
from search.engines.tantivy_folder import IndexFolder
from search.engines.tantivy_schema import VERSION, QueryBuilder, build_schema, to_document
from search.facet import facets, layout

WRITER_HEAP_BYTES = 64_000_000
MAX_FACET_VALUES = 10_000


@dataclass(slots=True)
class _Open:
    """An index that this process has opened."""

    path: Path
    index: tantivy.Index
    builder: QueryBuilder
    changed: int


class TantivyEngine(PlannedEngine):
    """Search in an index on the local disk.

    Args:
        directory: The place of the index; made if it is missing.
        lock_timeout_s: How long a write waits for another process's write.
    """

    name = "tantivy"

    def __init__(self, directory: Path, *, lock_timeout_s: float = 10.0) -> None:
        self._folder = IndexFolder(
            directory, version=layout(VERSION), lock_timeout_s=lock_timeout_s
        )
        self._opened: _Open | None = None
        self._opening = threading.Lock()

    # Writing

    def upsert(
        self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()
    ) -> None:
        """Store or replace documents by key; see `SearchEngine.upsert`."""
        analysed = [fields_of(document, never_split=never_split) for document in documents]
        if analysed:
            self._write(analysed, ())

    def delete(self, keys: Iterable[str]) -> None:
        """Forget documents by key; see `SearchEngine.delete`."""
        if gone := list(keys):
            self._write((), gone)

    def rebuild(
        self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()
    ) -> int:
        """Fill a new index and switch to it; see `SearchEngine.rebuild`."""
        folder = self._folder
        with folder.locked("rebuild"):
            with folder.locked("write"):
                target = folder.begin_filling()
            try:
                with self._writing(target) as writer:
                    for document in documents:
                        _apply(writer, [fields_of(document, never_split=never_split)], ())
                with folder.locked("write"):
                    with self._writing(target) as writer:
                        for analysed, gone in folder.noted(target):
                            _apply(writer, analysed, gone)
                    folder.use(target)
                    folder.end_filling()
            except BaseException:
                folder.end_filling()
                shutil.rmtree(target, ignore_errors=True)
                raise
            folder.sweep(keep=target)
            return self.status().documents

    def drop(self) -> None:
        """Remove the folder with everything in it; see `SearchEngine.drop`."""
        self._opened = None
        self._folder.remove()

    # Reading

    def stored(self) -> Iterator[tuple[str, str]]:
        """Yield (key, fingerprint) in key order; see `SearchEngine.stored`."""
        with _failures_named():
            searcher = self._open().index.searcher()
            everything = Query.all_query()
            found = searcher.search(
                everything,
                max(searcher.num_docs, 1),
                count=False,
                order_by_field="key",
                order=Order.Asc,
            )
            for _, address in found.hits:
                document = searcher.doc(address)
                yield document["key"][0], document["fingerprint"][0]

    def holding(self, stem: str) -> Iterator[str]:
        """Yield the keys of the documents with this stem; see `SearchEngine.holding`."""
        with _failures_named():
            opened = self._open()
            searcher = opened.index.searcher()
            holding = opened.builder.node(Match(clean(stem), "terms"))
            for _, address in searcher.search(holding, max(searcher.num_docs, 1)).hits:
                yield searcher.doc(address)["key"][0]

    def status(self) -> EngineStatus:
        """Tell what the index holds; see `SearchEngine.status`."""
        with _failures_named():
            opened = self._open()
            size = sum(path.stat().st_size for path in opened.path.glob("*") if path.is_file())
            return EngineStatus(opened.path.name, opened.index.searcher().num_docs, size)

    def is_available(self) -> bool:
        """Tell whether the index can be opened; see `SearchEngine.is_available`."""
        try:
            self._open()
        except (EngineUnavailable, OSError, ValueError):
            return False
        return True

    def _run(self, query_plan: Plan, query: base.Query, scope: AccessScope) -> Answer:
        with _failures_named():
            opened = self._open()
            builder, searcher = opened.builder, opened.index.searcher()
            scored = builder.scored(query_plan)
            bounds = builder.bounds(query_plan, query, scope)
            offset, limit = page_of(query)
            by_date = "dated_on" if query.sort == "date" else None
            whole = Query.boolean_query([*scored, *bounds] if scored else bounds)
            found = searcher.search(whole, limit, count=True, offset=offset, order_by_field=by_date)
            return Answer(
                hits=[
                    _hit(searcher, score, address, bool(by_date)) for score, address in found.hits
                ],
                total=_count(found),
                facets=self._facets(searcher, builder, query_plan, query, scope),
                unknown=_unknown(searcher, builder, query_plan, bounds),
            )

    def _facets(
        self,
        searcher: tantivy.Searcher,
        builder: QueryBuilder,
        query_plan: Plan,
        query: base.Query,
        scope: AccessScope,
    ) -> dict[str, list[tuple[str, int]]]:
        """Count each facet without its own filter; facets without a filter share one pass."""
        wanted = [name for name in query.facets if name in facets]
        passes: dict[str, list[str]] = {}
        for name in wanted:
            passes.setdefault(name if name in query.filters else "", []).append(name)
        found: dict[str, list[tuple[str, int]]] = {}
        matching = builder.found(query_plan)
        for without, names in passes.items():
            bounds = builder.bounds(query_plan, query, scope, without=without)
            aggregations = {name: _terms(f"facet_{name}", MAX_FACET_VALUES) for name in names}
            counted = searcher.aggregate(Query.boolean_query([*matching, *bounds]), aggregations)
            found |= {name: _buckets(counted[name]) for name in names}
        return {name: sorted(found[name], key=lambda one: (-one[1], one[0])) for name in wanted}

    def _spelling_terms(
        self, words: Sequence[str], query_plan: Plan, query: base.Query, scope: AccessScope
    ) -> dict[str, list[tuple[str, int]]]:
        with _failures_named():
            opened = self._open()
            searcher, builder = opened.index.searcher(), opened.builder
            bounds = builder.bounds(query_plan, query, scope)
            required = [(Occur.Must, builder.node(node)) for node in query_plan.required]
            found = {}
            for word in words:
                # A prefix walk costs a third of an aggregation with a regular expression over all terms.
                near = Query.boolean_query(
                    [*bounds, *required, (Occur.Must, builder.near(word, allowed_distance(word)))]
                )
                terms = searcher.terms_with_prefix("spellings", word[0], near, MAX_TERMS)
                found[word] = [(term, count) for term, count in terms if count]
            return found

    def _titles_from(self, start: str, scope: AccessScope, *, limit: int) -> list[str]:
        return sorted(term for term, _ in self._terms_from("titles", start, scope, limit))

    def _spellings_from(
        self, start: str, scope: AccessScope, *, limit: int
    ) -> list[tuple[str, int]]:
        return self._terms_from("spellings", start, scope, limit)

    def _terms_from(
        self, field: str, start: str, scope: AccessScope, limit: int
    ) -> list[tuple[str, int]]:
        with _failures_named():
            opened = self._open()
            found: list[tuple[str, int]] = opened.index.searcher().terms_with_prefix(
                field, start, opened.builder.visible(scope), limit
            )
            return [(term, count) for term, count in found if count]

    # The folder

    def _open(self) -> _Open:
        """Return the index in use, opened or reloaded if another process changed it."""
        with self._opening:
            try:
                return self._open_current()
            except FileNotFoundError:
                return self._open_current()  # a rebuild switched to another one at this moment

    def _open_current(self) -> _Open:
        path = self._folder.current() or self._begin()
        changed = (path / "meta.json").stat().st_mtime_ns
        if self._opened is None or self._opened.path != path:
            index = tantivy.Index.open(str(path))
            self._opened = _Open(path, index, QueryBuilder(index.schema), changed)
        elif self._opened.changed != changed:
            self._opened.index.reload()
            self._opened.changed = changed
        return self._opened

    def _begin(self) -> Path:
        """Begin an empty index, unless another process did so first."""
        with self._folder.locked("write"):
            return self._folder.current() or self._begin_locked()

    def _begin_locked(self) -> Path:
        path = self._folder.new()
        tantivy.Index(build_schema(), path=str(path))
        self._folder.use(path)
        return path

    def _write(self, analysed: Sequence[Fields], gone: Sequence[str]) -> None:
        with _failures_named(), self._folder.locked("write"):
            current = self._folder.current() or self._begin_locked()
            with self._writing(current) as writer:
                _apply(writer, analysed, gone)
            self._folder.note(analysed, gone)

    @contextlib.contextmanager
    def _writing(self, path: Path) -> Iterator[tantivy.IndexWriter]:
        """Open the one writer of an index; commit at the end, roll back if anything fails."""
        with _failures_named():
            writer = tantivy.Index(build_schema(), path=str(path)).writer(WRITER_HEAP_BYTES, 1)
            # A writer that was killed while it committed leaves files behind whose names the next one may need:
            # tantivy names deletions by their count, and refuses to write over a file.
            writer.garbage_collect_files()
        try:
            yield writer
            with _failures_named():
                writer.commit()
        except BaseException:
            # Where the folder was removed meanwhile these fail as well; the first failure is the one to tell.
            with contextlib.suppress(ValueError, OSError):
                writer.rollback()
            with contextlib.suppress(ValueError, OSError):
                writer.wait_merging_threads()
            raise
        with _failures_named():
            writer.wait_merging_threads()


def _apply(writer: tantivy.IndexWriter, analysed: Iterable[Fields], gone: Iterable[str]) -> None:
    with _failures_named():
        _apply_each(writer, analysed, gone)


def _apply_each(
    writer: tantivy.IndexWriter, analysed: Iterable[Fields], gone: Iterable[str]
) -> None:
    for key in gone:
        writer.delete_documents_by_term("key", key)
    for fields in analysed:
        writer.delete_documents_by_term("key", fields.key)
        writer.add_document(to_document(fields))


def _hit(
    searcher: tantivy.Searcher, score: float, address: tantivy.DocAddress, by_date: bool
) -> Hit:
    document = searcher.doc(address)
    return Hit(
        key=document["key"][0],
        score=0.0 if by_date else float(score),
        space_id=document["space_id"][0],
        path=(document["path"] or [""])[0],
    )


def _unknown(
    searcher: tantivy.Searcher,
    builder: QueryBuilder,
    query_plan: Plan,
    bounds: list[tuple[Occur, Query]],
) -> frozenset[str]:
    required = [(Occur.Must, builder.node(node)) for node in query_plan.required]
    unknown = set()
    for group in query_plan.groups:
        if allowed_distance(group.word):
            known = (Occur.Must, builder.node(group.known))
            if not _count(searcher.search(Query.boolean_query([*bounds, *required, known]), 1)):
                unknown.add(group.word)
    return frozenset(unknown)


def _count(found: tantivy.SearchResult) -> int:
    return int(found.count)  # type: ignore[attr-defined]  # missing from tantivy's stubs


def _terms(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size}}


def _buckets(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]]


@contextlib.contextmanager
def _failures_named() -> Iterator[None]:
    """Raise `EngineUnavailable` if tantivy or the disk fails."""
    try:
        yield
    except OSError as error:
        raise EngineUnavailable(
            f"The search index could not be read or written: {error}"
        ) from error
    except (
        ValueError
    ) as error:  # tantivy reports everything, corruption and a full disk included, as ValueError
        raise EngineUnavailable(f"The search index could not be used: {error}") from error

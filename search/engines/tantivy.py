"""The embedded engine: a tantivy index in a folder, one writer at a time across processes, any number of readers.

The folder holds one subfolder for each index that was built and a file `current` that names the one in use; a rebuild
fills a new subfolder and then replaces that file, which is atomic. A lock file keeps writers apart, so that web,
worker and commands may all write: they wait for each other, at most `lock_timeout_s`.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Order, Query

from access.scope import AccessScope
from search.documents import SearchDocument
from search.engines import base
from search.engines.base import EngineStatus, EngineUnavailable, Hit
from search.engines.plan import Plan
from search.engines.planned import Answer, PlannedEngine, page_of
from search.engines.spelling import MAX_TERMS, allowed_distance
from search.engines.streams import Fields, fields_of
from search.engines.tantivy_schema import VERSION, QueryBuilder, build_schema, to_document

WRITER_HEAP_BYTES = 64_000_000
LOCK_POLL_S = 0.02
BATCH = 500
MAX_FACET_VALUES = 10_000
_JOURNAL = "journal.jsonl"


@dataclass(slots=True)
class _Open:
    """An index as opened by this process."""

    name: str
    index: tantivy.Index
    builder: QueryBuilder
    changed: int


class TantivyEngine(PlannedEngine):
    """Search in an index on the local disk.

    Args:
        directory: Where the index lives; made if it is missing.
        lock_timeout_s: How long a write waits for another process's write.
    """

    name = "tantivy"

    def __init__(self, directory: Path, *, lock_timeout_s: float = 10.0) -> None:
        self._directory = Path(directory)
        self._lock_timeout_s = lock_timeout_s
        self._opened: _Open | None = None
        self._opening = threading.Lock()

    # Writing

    def upsert(self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()) -> None:
        """Store or replace documents by key; see `SearchEngine.upsert`."""
        analysed = [fields_of(document, never_split=never_split) for document in documents]
        if analysed:
            self._write(analysed, ())

    def delete(self, keys: Iterable[str]) -> None:
        """Forget documents by key; see `SearchEngine.delete`."""
        if gone := list(keys):
            self._write((), gone)

    def rebuild(self, documents: Iterable[SearchDocument], *, never_split: frozenset[str] = frozenset()) -> int:
        """Fill a new index and switch to it; see `SearchEngine.rebuild`."""
        with self._locked("rebuild"), _failures_named():
            with self._locked("write"):
                target = self._directory / self._next_name()
                target.mkdir()
                (target / _JOURNAL).touch()
                self._point("next", target.name)
            try:
                with self._writing(target) as writer:
                    for document in documents:
                        fields = fields_of(document, never_split=never_split)
                        writer.delete_documents_by_term("key", fields.key)
                        writer.add_document(to_document(fields))
                with self._locked("write"):
                    count = self._replay(target)
                    self._point("current", target.name)
                    (self._directory / "next").unlink()
            except BaseException:
                (self._directory / "next").unlink(missing_ok=True)
                shutil.rmtree(target, ignore_errors=True)
                raise
            self._sweep(keep=target.name)
            return count

    def drop(self) -> None:
        """Remove the folder with everything in it; see `SearchEngine.drop`."""
        self._opened = None
        shutil.rmtree(self._directory, ignore_errors=True)

    # Reading

    def stored(self) -> Iterator[tuple[str, str]]:
        """Yield (key, fingerprint) in key order; see `SearchEngine.stored`."""
        with _failures_named():
            searcher = self._open().index.searcher()
            everything = Query.all_query()
            found = searcher.search(
                everything, max(searcher.num_docs, 1), count=False, order_by_field="key", order=Order.Asc
            )
            for _, address in found.hits:
                document = searcher.doc(address)
                yield document["key"][0], document["fingerprint"][0]

    def status(self) -> EngineStatus:
        """Tell what the index holds; see `SearchEngine.status`."""
        with _failures_named():
            opened = self._open()
            folder = self._directory / opened.name
            size = sum(path.stat().st_size for path in folder.glob("*") if path.is_file())
            return EngineStatus(opened.name, opened.index.searcher().num_docs, size)

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
            by_date = {"order_by_field": "dated_on"} if query.sort == "date" else {}
            whole = Query.boolean_query([*scored, *bounds] if scored else bounds)
            found = searcher.search(whole, limit, count=True, offset=offset, **by_date)
            return Answer(
                hits=[_hit(searcher, score, address, bool(by_date)) for score, address in found.hits],
                total=found.count,
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
        """Count each facet without its own filter; facets that are not filtered by share one pass."""
        wanted = [name for name in query.facets if name in base.FACETS]
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
                near = Query.boolean_query([*bounds, *required, (Occur.Must, builder.near(word, allowed_distance(word)))])
                terms = searcher.terms_with_prefix("spellings", word[0], near, MAX_TERMS)
                found[word] = [(term, count) for term, count in terms if count]
            return found

    def _titles_from(self, start: str, scope: AccessScope, *, limit: int) -> list[str]:
        return sorted(term for term, _ in self._terms_from("titles", start, scope, limit))

    def _spellings_from(self, start: str, scope: AccessScope, *, limit: int) -> list[tuple[str, int]]:
        return self._terms_from("spellings", start, scope, limit)

    def _terms_from(self, field: str, start: str, scope: AccessScope, limit: int) -> list[tuple[str, int]]:
        with _failures_named():
            opened = self._open()
            found: list[tuple[str, int]] = opened.index.searcher().terms_with_prefix(
                field, start, opened.builder.visible(scope), limit
            )
            return [(term, count) for term, count in found if count]

    # The folder

    def _open(self) -> _Open:
        """Give the index in use as it is now, opening or reloading it if another process changed it."""
        with self._opening:
            name = self._current()
            meta = self._directory / name / "meta.json"
            changed = meta.stat().st_mtime_ns
            if self._opened is None or self._opened.name != name:
                index = tantivy.Index.open(str(meta.parent))
                self._opened = _Open(name, index, QueryBuilder(index.schema), changed)
            elif self._opened.changed != changed:
                self._opened.index.reload()
                self._opened.changed = changed
            return self._opened

    def _current(self) -> str:
        """Name of the subfolder in use; begins an empty index if there is none of this version."""
        name = self._pointed("current")
        if name and name.startswith(f"v{VERSION}-") and (self._directory / name / "meta.json").exists():
            return name
        with self._locked("write"):
            name = self._pointed("current")
            if name and name.startswith(f"v{VERSION}-") and (self._directory / name / "meta.json").exists():
                return name
            target = self._directory / self._next_name()
            target.mkdir()
            tantivy.Index(build_schema(), path=str(target))
            self._point("current", target.name)
            return target.name

    def _pointed(self, pointer: str) -> str:
        try:
            return (self._directory / pointer).read_text("utf-8").strip()
        except FileNotFoundError:
            return ""

    def _point(self, pointer: str, name: str) -> None:
        fresh = self._directory / f"{pointer}.new"
        fresh.write_text(name, "utf-8")
        os.replace(fresh, self._directory / pointer)

    def _next_name(self) -> str:
        numbers = [int(match[1]) for path in self._directory.iterdir() if (match := re.fullmatch(r"v\d+-(\d+)", path.name))]
        return f"v{VERSION}-{max(numbers, default=0) + 1:06d}"

    def _sweep(self, *, keep: str) -> None:
        """Remove indexes of earlier builds; readers that have them open keep their files until they reload."""
        for path in self._directory.iterdir():
            if re.fullmatch(r"v\d+-\d+", path.name) and path.name != keep:
                shutil.rmtree(path, ignore_errors=True)

    def _write(self, analysed: Sequence[Fields], gone: Sequence[str]) -> None:
        with _failures_named():
            current = self._current()
            with self._locked("write"):
                current = self._pointed("current") or current
                with self._writing(self._directory / current) as writer:
                    _apply(writer, analysed, gone)
                if building := self._pointed("next"):
                    _record(self._directory / building / _JOURNAL, analysed, gone)

    @contextlib.contextmanager
    def _writing(self, folder: Path) -> Iterator[tantivy.IndexWriter]:
        """Open the one writer of an index; commits at the end, forgets everything if anything fails."""
        index = tantivy.Index(build_schema(), path=str(folder))
        writer = index.writer(WRITER_HEAP_BYTES, 1)
        try:
            yield writer
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()

    def _replay(self, folder: Path) -> int:
        """Repeat in the new index what was written to the old one while the new one was filled."""
        journal = folder / _JOURNAL
        with self._writing(folder) as writer, journal.open(encoding="utf-8") as lines:
            for line in lines:
                entry = json.loads(line)
                _apply(writer, [Fields(**entry["fields"])] if "fields" in entry else [], entry.get("gone", ()))
        journal.unlink()
        return int(tantivy.Index.open(str(folder)).searcher().num_docs)

    @contextlib.contextmanager
    def _locked(self, purpose: str) -> Iterator[None]:
        """Hold the lock for a purpose, across threads and processes; a killed process lets go of it.

        Raises:
            EngineUnavailable: If another writer holds it longer than `lock_timeout_s`.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / f"{purpose}.lock").open("a") as handle:
            deadline = time.monotonic() + self._lock_timeout_s
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise EngineUnavailable(
                            f"Another process has been writing to {self._directory} for more than "
                            f"{self._lock_timeout_s:g} s ({purpose}); the write was not made and can be repeated."
                        ) from None
                    time.sleep(LOCK_POLL_S)
            yield


def _apply(writer: tantivy.IndexWriter, analysed: Iterable[Fields], gone: Iterable[str]) -> None:
    for key in gone:
        writer.delete_documents_by_term("key", key)
    for fields in analysed:
        writer.delete_documents_by_term("key", fields.key)
        writer.add_document(to_document(fields))


def _record(journal: Path, analysed: Iterable[Fields], gone: Sequence[str]) -> None:
    with journal.open("a", encoding="utf-8") as lines:
        for fields in analysed:
            lines.write(json.dumps({"fields": asdict(fields)}) + "\n")
        if gone:
            lines.write(json.dumps({"gone": list(gone)}) + "\n")
        lines.flush()
        os.fsync(lines.fileno())


def _hit(searcher: tantivy.Searcher, score: float, address: tantivy.DocAddress, by_date: bool) -> Hit:
    document = searcher.doc(address)
    return Hit(
        key=document["key"][0],
        score=0.0 if by_date else float(score),
        space_id=document["space_id"][0],
        path=(document["path"] or [""])[0],
    )


def _unknown(
    searcher: tantivy.Searcher, builder: QueryBuilder, query_plan: Plan, bounds: list[tuple[Occur, Query]]
) -> frozenset[str]:
    required = [(Occur.Must, builder.node(node)) for node in query_plan.required]
    return frozenset(
        group.word
        for group in query_plan.groups
        if allowed_distance(group.word)
        and not searcher.search(
            Query.boolean_query([*bounds, *required, (Occur.Must, builder.node(group.known))]), 1
        ).count
    )


def _terms(field: str, size: int) -> dict[str, Any]:
    return {"terms": {"field": field, "size": size}}


def _buckets(counted: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]]


@contextlib.contextmanager
def _failures_named() -> Iterator[None]:
    """Say that the engine is unavailable when tantivy or the disk fails."""
    try:
        yield
    except OSError as error:
        raise EngineUnavailable(f"The search index could not be read or written: {error}") from error
    except ValueError as error:  # tantivy reports everything, corruption and a full disk included, as ValueError
        raise EngineUnavailable(f"The search index could not be used: {error}") from error

"""What the content apps tell the search about themselves; `search` knows no kind of content by name.

A content app registers, in its `AppConfig.ready`:

- its sources (`register_source`): where documents come from and who may see a hit;
- its kinds (`register_kind`): the word shown for `SearchDocument.kind`, and the words one may type after `typ:`;
- facets over its own taxonomies (`register_facet`): labels of the slugs in `field_of_action` and `district`.
  `organisation`, `space`, `kind` and `year` are known to `search` itself.

Every change of an object is followed, in the same transaction, by `search.outbox.enqueue(source.name, [pk])`:
creating, publishing, unpublishing, moving (with all descendants), deleting, and changing an attached file's text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.utils.functional import Promise

from access.rights import Person
from access.scope import AccessScope
from search.documents import SearchDocument
from search.statements import Asked

Label = str | Promise


def make_key(source: str, object_id: str | int, part: str = "") -> str:
    """Return the key of a document: `<source>:<id>`, or `<source>:<id>#<part>` for a passage of its own."""
    return f"{source}:{object_id}#{part}" if part else f"{source}:{object_id}"


def split_key(key: str) -> tuple[str, str]:
    """Return (source, object id) of a key; the part, if any, is left out."""
    source, _, rest = key.partition(":")
    return source, rest.partition("#")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitCard:
    """What is shown of a hit beside its passages, read from the database with the reader's rights.

    The text for the passages is not here: `search` keeps the text that it indexed and uses it as long as the object
    has not changed since, else it asks `documents` of the source.

    Attributes:
        key: The key asked for.
        title: The heading as it is now.
        url: Where it leads, relative to the site.
        kind: A registered kind.
        space_id: Primary key of its space.
        space_title: Title of its space; empty if the reader may not know it (a shared page of another space).
        organisations: Names of the organisations in charge, as shown.
        dated_on: The day it is about or was published on.
        is_sample: Whether it is invented sample content.
        is_confidential: Whether it is classified as confidential.
        is_shared: Whether it is shared outside its space, as far as the reader may know.
    """

    key: str
    title: str
    url: str
    kind: str
    space_id: int
    space_title: str = ""
    organisations: tuple[str, ...] = ()
    dated_on: dt.date | None = None
    is_sample: bool = False
    is_confidential: bool = False
    is_shared: bool = False


class SearchSource(Protocol):
    """One table of findable objects, such as all knowledge pages.

    Attributes:
        name: Short, unique and stable; the first part of every key (`page` in `page:42`). No colon.
    """

    name: str

    def object_ids(self) -> Iterator[str]:
        """Yield the ids of everything that is published now, each once, streamed (`.iterator()`), in any order.

        Rights play no part here: the index holds what is published, whoever may read it.
        """

    def documents(self, object_ids: Collection[str]) -> Iterable[SearchDocument]:
        """Yield the documents of these objects as they are now, in any order, in a bounded number of queries.

        An object that doesn't exist, is a draft or is unpublished yields nothing, and is then deleted from the
        index. An object may yield several documents (agenda items with an audience of their own), told apart by the
        part of their key. Called with at most 500 ids; ids that are no ids of this table are ignored, not errors.
        """

    def load_hits(self, keys: Collection[str], user: Person) -> Mapping[str, HitCard]:
        """Return what may be shown of these documents to `user`, by key.

        This is the check against the database: what doesn't exist any more, is no longer published, or may not be
        read by `user` (`.visible_to(user)`; for a part also its audience) is missing from the answer. The number of
        queries is constant, whatever the number of keys (at most 100).
        """

    def title_matches(self, words: Sequence[str], user: Person, *, limit: int) -> Sequence[HitCard]:
        """Return objects visible to `user` whose title contains every one of `words`, newest first.

        Used while the engine is away: `icontains` in the database is enough. `words` has 1 to 8 entries.
        """


@runtime_checkable
class ReadsAhead(Protocol):
    """A source that can tell what it is going to read, so that it is sent together with what others read."""

    def reads_for(self, keys: Collection[str], paths: Collection[str]) -> list[Asked]:
        """Return statements that `load_hits` will run for these documents.

        Args:
            keys: Of the documents.
            paths: Where the index has them, as far as it was asked; they may have moved since.
        """


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of content: its value in documents, its label, and the words that `typ:` accepts for it."""

    value: str
    label: Label
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One value of a facet: what documents carry, what people see, and what else they may type for it."""

    value: str
    label: Label
    aliases: tuple[str, ...] = ()


FacetChoices = Callable[[AccessScope], Iterable[FacetChoice]]

_sources: dict[str, SearchSource] = {}
_kinds: dict[str, Kind] = {}
_facets: dict[str, FacetChoices] = {}


def register_source(source: SearchSource) -> None:
    """Make the objects of `source` findable.

    Raises:
        ValueError: If its name is empty, has a colon, or is taken by another source.
    """
    if not source.name or ":" in source.name:
        raise ValueError(f"{source.name!r} can't name a source; use a short word without colon.")
    if _sources.get(source.name, source) is not source:
        raise ValueError(f"The source {source.name!r} is registered twice.")
    _sources[source.name] = source


def unregister_source(name: str) -> None:
    """Forget a source; for tests that bring one of their own."""
    _sources.pop(name, None)


def sources() -> tuple[SearchSource, ...]:
    """Return all sources, in the order of their names."""
    return tuple(_sources[name] for name in sorted(_sources))


def source_named(name: str) -> SearchSource | None:
    """Return the source called `name`; None if no app registers it (any more)."""
    return _sources.get(name)


def register_kind(value: str, label: Label, *, aliases: Iterable[str] = ()) -> None:
    """Give the kind `value` a label; `aliases` are further words for `typ:`, in lower case.

    The label itself and `value` are always accepted after `typ:`.
    """
    _kinds[value] = Kind(value, label, tuple(aliases))


def kind_named(value: str) -> Kind | None:
    """Return the kind with this value; None if none is registered."""
    return _kinds.get(value)


def kind_label(value: str) -> str:
    """Return the label of a kind in the reader's language; the value itself if none is registered."""
    kind = _kinds.get(value)
    return str(kind.label) if kind else value


def kinds() -> tuple[Kind, ...]:
    """Return all kinds, by label."""
    return tuple(sorted(_kinds.values(), key=lambda kind: str(kind.label)))


def register_facet(name: str, choices: FacetChoices) -> None:
    """Tell which values the facet `name` (one of `search.engines.base.FACETS`) has.

    Args:
        name: `field_of_action` or `district`.
        choices: Returns all values with labels in one query; gets the reader's scope and leaves out what she may
        not know.
    """
    _facets[name] = choices


def registered_facet(name: str) -> FacetChoices | None:
    """Return what was registered for the facet `name`."""
    return _facets.get(name)

"""Let content apps describe themselves to the search, which knows no kind of content by name.

A content app registers, in its `AppConfig.ready`:

- its sources (`sources.register`): where documents come from and who may see a hit;
- its kinds (`kinds.register`): the label of `SearchDocument.kind`, and the words for it after `typ:`;
- facets over its own taxonomies (`search.facet`); kind, organisation, space and year are there already.

Every change of an object is followed, in the same transaction, by `search.outbox.enqueue(source.name, [pk])`:
creating, publishing, unpublishing, moving (with all descendants), deleting, and changing an attached file's text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Protocol

from access.rights import Person
from search.documents import SearchDocument
from web.menu import Label
from web.registry import Registry


def make_key(source: str, object_id: str | int, part: str = "") -> str:
    """Return the key of a document: `<source>:<id>`, or `<source>:<id>#<part>` for a passage of its own."""
    return f"{source}:{object_id}#{part}" if part else f"{source}:{object_id}"


def split_key(key: str) -> tuple[str, str]:
    """Return (source, object id) of a key, without its part."""
    source, _, rest = key.partition(":")
    return source, rest.partition("#")[0]


def part_of(key: str) -> str:
    """Return the part of a key; empty for the document of a whole object."""
    return key.partition("#")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitCard:
    """What is shown of a hit besides its passages, read from the database within the reader's rights.

    It doesn't hold the text of the passages: `search` keeps indexed texts and uses them while the object is unchanged;
    otherwise it asks the source's `documents`.

    Attributes:
        key: The key asked for.
        title: The current heading.
        url: Where it leads, relative to the site.
        kind: A registered kind.
        space_id: Primary key of its space.
        space_title: Title of its space; empty if the reader may not know it (a shared page of another space).
        organisations: Names of the organisations in charge, as shown.
        dated_on: The day it is about or was published on.
        is_sample: Whether it is invented sample content.
        is_confidential: Whether it is classified as confidential.
        is_shared: Whether it is shared outside its space, as far as the reader may know.
        details: What is shown at once of some kinds, such as the telephone number of a contact; by names that
            `components/result_hit.html` knows.
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
    details: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class SearchKind:
    """A kind of content: its value in documents, its label, and the words for it after `typ:`.

    `names_people` says that such pages name people to ask: they are offered where nothing is found.
    """

    value: str
    label: Label
    aliases: tuple[str, ...] = ()
    names_people: bool = False


def _check_source(source: SearchSource) -> None:
    if not source.name or ":" in source.name:
        raise ValueError(f"{source.name!r} can't name a source; use a short word without colon.")


sources: Registry[SearchSource] = Registry(
    "source of the search",
    cure="register it with search.registry.sources.register",
    check=_check_source,
)
kinds: Registry[SearchKind] = Registry(
    "kind of content",
    cure="register it with search.registry.kinds.register",
    name=attrgetter("value"),
    words=attrgetter("aliases"),
)


def kind_label(value: str) -> str:
    """Return the label of a kind in the reader's language; the value itself if none is registered."""
    kind = kinds.get(value)
    return str(kind.label) if kind else value

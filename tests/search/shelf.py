"""A source without pages: things on a shelf in memory, visible by the reader's scope like pages are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from access.rights import Person, scope_for
from search.documents import Attachment, SearchDocument
from search.registry import HitCard, make_key, split_key


@dataclass
class Thing:
    space_id: int
    title: str
    body: str = ""
    audience: frozenset[int] = frozenset()
    attachments: tuple[Attachment, ...] = ()
    kind: str = "article"
    organisations: tuple[str, ...] = ()
    dated_on: dt.date | None = None
    path: str = "000100010001"
    live: bool = True
    parts: dict[str, str] = field(default_factory=dict)
    is_confidential: bool = False
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)


class ShelfSource:
    name = "shelf"

    def __init__(self) -> None:
        self.things: dict[str, Thing] = {}
        self.on_read: Callable[[Collection[str]], None] = lambda object_ids: None

    def object_ids(self) -> Iterator[str]:
        yield from [object_id for object_id, thing in self.things.items() if thing.live]

    def documents(self, object_ids: Collection[str]) -> Iterable[SearchDocument]:
        found = []
        for object_id in object_ids:
            thing = self.things.get(object_id)
            if thing is None or not thing.live:
                continue
            found.append(self._document(object_id, thing, thing.body))
            found += [
                self._document(object_id, thing, text, part) for part, text in thing.parts.items()
            ]
        self.on_read(object_ids)
        return found

    def load_hits(self, keys: Collection[str], user: Person) -> Mapping[str, HitCard]:
        scope = scope_for(user)
        cards = {}
        for key in keys:
            thing = self.things.get(split_key(key)[1])
            if not (thing and thing.live and self._is_there(key, thing)):
                continue
            if scope.allows(space_id=thing.space_id, path=thing.path, audience=thing.audience):
                cards[key] = self._card(key, thing)
        return cards

    def title_matches(self, words: Sequence[str], user: Person, *, limit: int) -> Sequence[HitCard]:
        keys = [make_key(self.name, object_id) for object_id in self.things]
        cards = self.load_hits(keys, user).values()
        return [
            card for card in cards if all(word.lower() in card.title.lower() for word in words)
        ][:limit]

    def _is_there(self, key: str, thing: Thing) -> bool:
        part = key.partition("#")[2]
        return not part or part in thing.parts

    def _card(self, key: str, thing: Thing) -> HitCard:
        return HitCard(
            key=key,
            title=thing.title,
            url=f"/{split_key(key)[1]}/",
            kind=thing.kind,
            space_id=thing.space_id,
            space_title="Regal",
            dated_on=thing.dated_on,
            is_confidential=thing.is_confidential,
        )

    def _document(self, object_id: str, thing: Thing, body: str, part: str = "") -> SearchDocument:
        return SearchDocument(
            key=make_key(self.name, object_id, part),
            space_id=thing.space_id,
            path=thing.path,
            kind=thing.kind,
            title=thing.title,
            url=f"/{object_id}/",
            audience=thing.audience,
            body=body,
            attachments=thing.attachments,
            organisations=thing.organisations,
            dated_on=thing.dated_on,
            facets=thing.facets,
        )

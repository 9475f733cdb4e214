"""Keep the indexed texts, for marking passages and to know which documents an object has had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from search.documents import Attachment, SearchDocument
from search.engines.streams import fingerprint
from search.models import IndexedText, OutboxEntry
from search.passages.excerpts import display_text
from search.registry import sources, split_key
from web.composed import composed


@dataclass(frozen=True, slots=True)
class SearchTexts:
    """The text of a document that may be quoted.

    Attributes:
        headings: Headings in reading order.
        body: Plain text, paragraphs separated by line feeds.
        attachments: Files with their text.
        named: Names of people and tags that find it.
        organisations: Slugs of organisations that find it.
    """

    headings: tuple[str, ...] = ()
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    named: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> SearchTexts:
        """Read what `_content` wrote; an older version may not have written all of it."""
        attachments = tuple(
            Attachment(
                key=file["key"], title=file["title"], url=file["url"], pages=tuple(file["pages"])
            )
            for file in content["attachments"]
        )
        return cls(
            headings=tuple(content["headings"]),
            body=content["body"],
            attachments=attachments,
            named=tuple(content.get("named", ())),
            organisations=tuple(content.get("organisations", ())),
        )


def keep_texts(documents: Iterable[SearchDocument]) -> None:
    """Store or replace the texts of these documents."""
    IndexedText.objects.bulk_create(
        _rows(documents),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["fingerprint", "content", "indexed_at"],
    )


def add_missing_texts(documents: Sequence[SearchDocument]) -> None:
    """Store the texts of documents without one, and enqueue the objects of those with a different one.

    For a rebuild, which reads while others write: it must not replace a newer text by an older one.
    """
    kept = dict(
        IndexedText.objects.filter(key__in=[document.key for document in documents]).values_list(
            "key", "fingerprint"
        )
    )
    new = [document for document in documents if document.key not in kept]
    IndexedText.objects.bulk_create(_rows(new), batch_size=500, ignore_conflicts=True)
    for document in documents:
        if document.key in kept and kept[document.key] != fingerprint(document):
            OutboxEntry.objects.note(split_key(document.key)[0], [split_key(document.key)[1]])


def forget_texts(keys: Collection[str]) -> None:
    """Drop the texts of these documents."""
    if keys:
        IndexedText.objects.filter(key__in=keys).delete()


def kept_keys(source: str, object_ids: Collection[str]) -> set[str]:
    """Return the keys of the documents that these objects had when last indexed."""
    kept = IndexedText.objects.filter(source=source, object_id__in=object_ids)
    return set(kept.values_list("key", flat=True))


def current_texts(keys: Collection[str]) -> Mapping[str, SearchTexts]:
    """Return what may be quoted from these documents, by key, in the objects' current state.

    It uses the kept text if the object has not changed since, and otherwise reads the source. The caller has checked
    the reader's rights to every key.
    """
    wanted = set(keys)
    texts = {key: SearchTexts.from_content(content) for key, content in _current(keys=wanted)}
    changed: dict[str, set[str]] = {}
    for key in wanted - texts.keys():
        source_name, object_id = split_key(key)
        changed.setdefault(source_name, set()).add(object_id)
    for source_name, object_ids in changed.items():
        source = sources.get(source_name)
        for document in source.documents(object_ids) if source else ():
            if document.key in keys:
                texts[document.key] = SearchTexts.from_content(_content(document))
    return texts


@composed
def _current(*, keys: Any) -> QuerySet[Any, Any]:
    kept = IndexedText.objects.filter(key__among=keys).current().order_by()
    return kept.values_list("key", "content")


def _rows(documents: Iterable[SearchDocument]) -> list[IndexedText]:
    now = timezone.now()
    return [
        IndexedText(
            key=document.key,
            source=split_key(document.key)[0],
            object_id=split_key(document.key)[1],
            fingerprint=fingerprint(document),
            content=_content(document),
            indexed_at=now,
        )
        for document in {document.key: document for document in documents}.values()
    ]


def _content(document: SearchDocument) -> dict[str, Any]:
    # PostgreSQL's jsonb refuses NUL and lone surrogates, which broken PDF files yield.
    return {
        "headings": [_storable(heading) for heading in document.headings],
        "body": _storable(document.body),
        "attachments": [
            {
                "key": file.key,
                "title": _storable(file.title),
                "url": file.url,
                "pages": [_storable(page) for page in file.pages],
            }
            for file in document.attachments
        ],
        "named": [_storable(one) for one in (*document.people, *document.tags)],
        "organisations": list(document.organisations),
    }


def _storable(text: str) -> str:
    text = display_text(text)
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")

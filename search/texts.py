"""The texts that were indexed, kept for marking passages and for knowing which documents an object had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from search.documents import Attachment, SearchDocument
from search.engines.streams import fingerprint
from search.marking import display_text
from search.models import IndexedText, OutboxEntry
from search.registry import source_named, split_key
from search.statements import Asked, KeyStatement


@dataclass(frozen=True, slots=True)
class SearchTexts:
    """What may be quoted from one document.

    Attributes:
        headings: Headings in reading order.
        body: Plain text, paragraphs separated by line feeds.
        attachments: Files with their text.
    """

    headings: tuple[str, ...] = ()
    body: str = ""
    attachments: tuple[Attachment, ...] = ()

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> SearchTexts:
        """Read what `_content` wrote."""
        attachments = tuple(
            Attachment(
                key=file["key"], title=file["title"], url=file["url"], pages=tuple(file["pages"])
            )
            for file in content["attachments"]
        )
        return cls(tuple(content["headings"]), content["body"], attachments)


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
    """Store the texts of those documents that have none, and note the objects of those that have another one.

    For a rebuild, which reads while others write: it must not put an older text over a newer one.
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
    """Return the keys of the documents that these objects had when they were indexed last."""
    kept = IndexedText.objects.filter(source=source, object_id__in=object_ids)
    return set(kept.values_list("key", flat=True))


def current_texts(keys: Collection[str]) -> Mapping[str, SearchTexts]:
    """Return what may be quoted from these documents, by key, as the objects are now.

    Kept texts are used where the object has not changed since; the others are read from their sources. The caller has
    checked the reader's rights to every key.
    """
    wanted = set(keys)
    kept = _CURRENT.rows(list(keys))
    texts = {key: SearchTexts.from_content(content) for key, content in kept if key in wanted}
    changed: dict[str, set[str]] = {}
    for key in wanted - texts.keys():
        source_name, object_id = split_key(key)
        changed.setdefault(source_name, set()).add(object_id)
    for source_name, object_ids in changed.items():
        source = source_named(source_name)
        for document in source.documents(object_ids) if source else ():
            if document.key in keys:
                texts[document.key] = SearchTexts.from_content(_content(document))
    return texts


def reads_for(keys: Sequence[str]) -> list[Asked]:
    """Return what `current_texts` will read for these documents, to be sent with other statements."""
    return [(_CURRENT, keys)]


_CURRENT = KeyStatement(
    lambda keys: (
        IndexedText.objects.filter(key__in=keys).current().order_by().values_list("key", "content")
    ),
    stand_ins=[f"¶{number}" for number in range(20)],
)


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
    }


def _storable(text: str) -> str:
    text = display_text(text)
    return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")

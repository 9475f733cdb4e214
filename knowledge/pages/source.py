"""All pages as one source of the search; each kind says how its pages become documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, reduce
from operator import and_
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from access.audience import hidden_from
from access.granting.share_badges import shared_among
from access.handling import Classification
from access.rights import Person, scope_for
from knowledge.basepage.addresses import address_of
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument
from knowledge.pages.kinds import PageContent, PageKind, page_kinds
from search.documents import Attachment, SearchDocument
from search.registry import HitCard, make_key, part_of, split_key
from web.composed import composed

SOURCE = "page"


class PageSource:
    """Published pages of every registered type."""

    name = SOURCE

    def object_ids(self) -> Iterator[str]:
        """Yield the ids of all published pages of registered types."""
        pages = KnowledgePage.objects.filter(live=True, content_type__in=_content_types())
        for pk in pages.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000):
            yield str(pk)

    def documents(self, object_ids: Collection[str]) -> Iterator[SearchDocument]:
        """Yield the documents of these pages; a few queries for each type of page among them."""
        ids = [int(one) for one in object_ids if one.isdecimal()]
        found = dict(
            KnowledgePage.objects.filter(pk__in=ids, live=True, content_type__in=_content_types())
            .order_by()
            .values_list("pk", "content_type_id")
        )
        for content_type_id, page_kind in _content_types().items():
            of_kind = [pk for pk, type_id in found.items() if type_id == content_type_id]
            if not of_kind:
                continue
            pages = page_kind.model.objects.filter(pk__in=of_kind, live=True).prefetch_related(
                "attachments__document__extracted_text", *page_kind.prefetch
            )
            attached = KnowledgeDocument.objects.filter(attached_to__page__in=of_kind)
            confidential = set(attached.confidential().values_list("pk", flat=True))
            for page in pages:
                document = _document(page, page_kind, confidential)
                yield document
                yield from _passages(page, page_kind, document)

    def load_hits(self, keys: Collection[str], user: Person) -> Mapping[str, HitCard]:
        """Return what may be shown of these pages to `user`; two queries, and one for each kind with own facts.

        The same rule as `visible_to`, which the tests compare it with, applied to the rows: a reader has hundreds of
        spaces, and to send them all along takes longer than the query.
        """
        ids = _ids(keys)
        scope = scope_for(user)
        rows = map(_Row._make, _live(pks=list(ids.values())))
        cards = {row.pk: row for row in rows if scope.allows(space_id=row.space_id, path=row.path)}
        shown = _ShownWith.load(cards.values(), user)
        hidden = _hidden_parts(keys, user)
        return {
            key: _card(key, cards[pk], shown)
            for key, pk in ids.items()
            if pk in cards and key not in hidden
        }

    def title_matches(self, words: Sequence[str], user: Person, *, limit: int) -> Sequence[HitCard]:
        """Return pages whose title contains every word, newest first."""
        pages = KnowledgePage.objects.visible_to(user).filter(content_type__in=_content_types())
        matching = pages.filter(reduce(and_, (Q(title__icontains=word) for word in words)))
        newest = matching.order_by("-last_published_at", "pk")[:limit]
        found = [_Row._make(row) for row in newest.values_list(*_COLUMNS)]
        shown = _ShownWith.load(found, user)
        return [_card(make_key(SOURCE, page.pk), page, shown) for page in found]


def _ids(keys: Iterable[str]) -> dict[str, int]:
    ids = ((key, split_key(key)[1]) for key in keys)
    return {key: int(object_id) for key, object_id in ids if object_id.isdecimal()}


def _hidden_parts(keys: Iterable[str], user: Person) -> set[str]:
    """Return the keys of passages that are hidden from `user`; no query where there are none."""
    parts = {key: part for key in keys if (part := part_of(key))}
    hidden = {str(one) for one in hidden_from(user, _uuids(parts.values()))}
    return {key for key, part in parts.items() if part in hidden}


def _uuids(texts: Iterable[str]) -> Iterator[UUID]:
    for text in texts:
        with suppress(ValueError):  # a key that somebody typed
            yield UUID(text)


def _content_types() -> dict[int, PageKind]:
    """Return the findable kinds by content type; Django keeps content types, this is a look-up for each kind."""
    findable: dict[type[Model], PageKind] = {
        kind.model: kind for kind in page_kinds if kind.content is not None
    }
    types = ContentType.objects.get_for_models(*findable)
    return {content_type.pk: findable[model] for model, content_type in types.items()}


def kinds_by_type() -> dict[int, str]:
    """Return the name of each findable kind by the primary key of its content type."""
    return {pk: kind.name for pk, kind in _content_types().items()}


def _document(
    page: Any, page_kind: PageKind, confidential_files: Collection[int]
) -> SearchDocument:
    """Make the document of a page.

    Files that have other readers than the page stay out, or their text would reach the page's: files of another space,
    and those of a confidential page, unless it is this one.
    """
    content = page_kind.content(page) if page_kind.content else PageContent()
    is_confidential = page.classification == Classification.CONFIDENTIAL
    about = getattr(page, page_kind.dated_on) if page_kind.dated_on else None
    return SearchDocument(
        key=make_key(SOURCE, page.pk),
        space_id=page.space_id,
        path=page.path,
        kind=page_kind.name,
        title=page_kind.title(page),
        url=page.url or "",
        headings=tuple(content.text.headings),
        body=content.text.body,
        attachments=tuple(
            _attachment(one.document)
            for one in page.attachments.all()
            if one.document.space_id == page.space_id
            and (is_confidential or one.document_id not in confidential_files)
        ),
        organisations=tuple(dict.fromkeys(content.organisations)),
        facets={name: tuple(values) for name, values in content.facets.items()},
        people=tuple(content.people),
        called=page_kind.asked_as,
        dated_on=_day(about, page),
    )


def _passages(page: Any, page_kind: PageKind, document: SearchDocument) -> Iterator[SearchDocument]:
    """Make a document of each narrowed passage; one that nobody may see has none, since none would mean everybody."""
    for passage in page_kind.passages(page):
        if passage.audience:
            yield replace(
                document,
                key=make_key(SOURCE, page.pk, str(passage.key)),
                url=f"{document.url}#{passage.key}",
                audience=passage.audience,
                headings=tuple(passage.content.text.headings),
                body=passage.content.text.body,
                people=tuple(passage.content.people),
                attachments=(),
            )


def _attachment(document: Any) -> Attachment:
    extracted = getattr(document, "extracted_text", None)
    return Attachment(
        key=str(document.pk),
        title=document.title,
        url=document.url,
        pages=tuple(extracted.pages) if extracted is not None else (),
    )


class _Row(NamedTuple):
    """The columns of a page that a hit shows, in the order of `_COLUMNS`."""

    pk: int
    path: str
    title: str
    url_path: str
    content_type_id: int
    space_id: int
    space_title: str
    owner: str | None
    first_published_at: dt.datetime | None
    is_sample: bool
    classification: str


_COLUMNS = (
    "pk", "path", "title", "url_path", "content_type_id", "space_id", "space__title",
    "owning_organisation__short_name", "first_published_at", "is_sample", "classification",
)  # fmt: skip


# Rows, because making twenty objects of a model with forty columns takes longer than the query.
@composed
def _live(*, pks: Any) -> QuerySet[Any, Any]:
    pages = KnowledgePage.objects.filter(pk__among=pks, live=True).order_by()
    return pages.values_list(*_COLUMNS)


@dataclass(slots=True)
class _Facts:
    """What a card shows of the tables of a kind: organisations in charge, what it is dated by, its own columns."""

    organisations: list[str] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)
    about: dt.date | None = None


def _facts_of(pages: Iterable[_Row], types: Mapping[int, PageKind]) -> dict[int, _Facts]:
    """Return the facts of each page; one query for each kind that has any."""
    facts: dict[int, _Facts] = {}
    by_kind: dict[str, list[int]] = {}
    for page in pages:
        facts[page.pk] = _Facts()
        page_kind = types.get(page.content_type_id)
        if page_kind is not None and _columns_of(page_kind):
            by_kind.setdefault(page_kind.name, []).append(page.pk)
    for name, ids in by_kind.items():
        page_kind = page_kinds[name]
        model: Any = page_kind.model  # a model is hashable, which its metaclass hides from mypy
        for row in _reader_of(model, *_columns_of(page_kind))(pks=ids):
            fact = facts[row["pk"]]
            if organisation := row.get(page_kind.organisations):
                fact.organisations.append(organisation)
            fact.about = row.get(page_kind.dated_on)
            fact.details = {one: row[one] for one in page_kind.card if row[one]}
    return facts


def _columns_of(kind: PageKind) -> list[str]:
    return [one for one in (kind.organisations, kind.dated_on, *kind.card) if one]


@cache
def _reader_of(model: type[Model], *columns: str) -> Callable[..., Iterator[dict[str, Any]]]:
    """Return what reads columns of some pages of one type, composed once."""

    @composed
    def read(*, pks: Any) -> QuerySet[Any, Any]:
        return model._default_manager.filter(pk__among=pks).order_by().values("pk", *columns)

    return read


def _day(about: dt.date | None, page: Any) -> dt.date | None:
    """Return the day that a page is about, in local time; the same for the index and for the card."""
    chosen = about or page.first_published_at
    return timezone.localdate(chosen) if isinstance(chosen, dt.datetime) else chosen


@dataclass(frozen=True, slots=True)
class _ShownWith:
    """What is shown beside the pages themselves, loaded for all of them at once.

    Attributes:
        types: The registered kinds by content type.
        facts: What the tables of its kind say of each page.
        spaces: Primary keys of the spaces whose names the reader may know.
        shared: Primary keys of the pages that are shared outside their space.
    """

    types: Mapping[int, PageKind]
    facts: Mapping[int, _Facts]
    spaces: frozenset[int]
    shared: frozenset[int]

    @classmethod
    def load(cls, pages: Collection[_Row], user: Person) -> _ShownWith:
        """Load it for pages that `user` sees."""
        spaces = scope_for(user).spaces
        types = _content_types()
        shared = shared_among(user, pages)
        return cls(types, _facts_of(pages, types), spaces, shared)


def _card(key: str, page: _Row, shown: _ShownWith) -> HitCard:
    page_kind = shown.types.get(page.content_type_id)
    facts = shown.facts[page.pk]
    is_confidential = page.classification == Classification.CONFIDENTIAL
    return HitCard(
        key=key,
        title=page.title,
        url=address_of(page.url_path) + (f"#{part}" if (part := part_of(key)) else ""),
        kind=page_kind.name if page_kind else "",
        space_id=page.space_id,
        space_title=page.space_title if page.space_id in shown.spaces else "",
        organisations=tuple(facts.organisations) or ((page.owner,) if page.owner else ()),
        dated_on=_day(facts.about, page),
        is_sample=page.is_sample,
        is_confidential=is_confidential,
        is_shared=page.pk in shown.shared,
        details={} if is_confidential else facts.details,
    )

"""All pages as one source of the search; each content app registers how its pages become documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from access.rights import Person, scope_for
from access.scope import AccessScope
from knowledge.addresses import address_of
from knowledge.basepage.models import Classification, KnowledgePage
from knowledge.plain_text import PlainText
from search.documents import Attachment, SearchDocument
from search.registry import HitCard, make_key, register_kind, split_key
from search.statements import KeyStatement

SOURCE = "page"


@dataclass(slots=True)
class PageContent:
    """What a page says beside its title; the part of a document that depends on the kind of page."""

    text: PlainText = field(default_factory=PlainText)
    organisations: Sequence[str] = ()
    field_of_action: str = ""
    districts: Sequence[str] = ()
    people: Sequence[str] = ()
    dated_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PageKind:
    """How pages of one model become documents.

    Attributes:
        model: The page type.
        kind: Value of `SearchDocument.kind`.
        content: Reads one page, without queries beyond `prefetch`.
        prefetch: Relations to load for a batch.
        organisations: Look-up from the page to the names of organisations in charge; empty if it has none.
        title: Makes the title for the index, such as one with the measure's number.
    """

    model: type[KnowledgePage]
    kind: str
    content: Callable[[Any], PageContent]
    prefetch: tuple[str, ...] = ()
    organisations: str = ""
    title: Callable[[Any], str] = lambda page: page.title


_kinds: dict[str, PageKind] = {}


def register_page_kind(page_kind: PageKind, label: Any, *, aliases: Iterable[str] = ()) -> None:
    """Make the pages of one type findable, under a label and under words for `typ:`."""
    _kinds[page_kind.model._meta.label_lower] = page_kind
    register_kind(page_kind.kind, label, aliases=aliases)


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
            for page in pages:
                yield _document(page, page_kind)

    def load_hits(self, keys: Collection[str], user: Person) -> Mapping[str, HitCard]:
        """Return what may be shown of these pages to `user`; one query, and one for each kind with organisations.

        The same rule as `visible_to`, which the tests compare it with, applied to the rows: a reader has hundreds of
        spaces, and to send them all along takes longer than the query.
        """
        ids = {key: int(split_key(key)[1]) for key in keys if split_key(key)[1].isdecimal()}
        scope = scope_for(user)
        rows = map(_Row._make, _LIVE.rows(list(ids.values())))
        cards = {row.pk: row for row in rows if scope.allows(space_id=row.space_id, path=row.path)}
        organisations = _organisations_of(cards.values())
        types = _content_types()
        return {
            key: _card(key, cards[pk], types, organisations.get(pk, ()), scope)
            for key, pk in ids.items()
            if pk in cards
        }

    def title_matches(self, words: Sequence[str], user: Person, *, limit: int) -> Sequence[HitCard]:
        """Return pages whose title contains every word, newest first."""
        pages = KnowledgePage.objects.visible_to(user).filter(content_type__in=_content_types())
        matching = pages.filter(reduce(and_, (Q(title__icontains=word) for word in words)))
        newest = matching.order_by("-last_published_at", "pk")[:limit]
        found = [_Row._make(row) for row in newest.values_list(*_COLUMNS)]
        organisations = _organisations_of(found)
        types, scope = _content_types(), scope_for(user)
        return [
            _card(make_key(SOURCE, page.pk), page, types, organisations.get(page.pk, ()), scope)
            for page in found
        ]


def _content_types() -> dict[int, PageKind]:
    """Return the registered kinds by content type; Django keeps content types, this is a look-up for each kind."""
    types = ContentType.objects.get_for_models(*(kind.model for kind in _kinds.values()))
    return {
        content_type.pk: _kinds[model._meta.label_lower] for model, content_type in types.items()
    }


def _document(page: Any, page_kind: PageKind) -> SearchDocument:
    content = page_kind.content(page)
    published = page.first_published_at
    return SearchDocument(
        key=make_key(SOURCE, page.pk),
        space_id=page.space_id,
        path=page.path,
        kind=page_kind.kind,
        title=page_kind.title(page),
        url=page.url or "",
        headings=tuple(content.text.headings),
        body=content.text.body,
        # A file of another space has other readers than the page; found through it, its text would reach them.
        attachments=tuple(
            _attachment(one.document)
            for one in page.attachments.all()
            if one.document.space_id == page.space_id
        ),
        organisations=tuple(dict.fromkeys(content.organisations)),
        field_of_action=content.field_of_action,
        districts=tuple(content.districts),
        people=tuple(content.people),
        dated_on=content.dated_on or (published and published.date()),
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
_LIVE = KeyStatement(
    lambda pks: (
        KnowledgePage.objects.filter(pk__in=pks, live=True).order_by().values_list(*_COLUMNS)
    ),
    stand_ins=range(-20, 0),
)


def _organisations_of(pages: Iterable[_Row]) -> dict[int, list[str]]:
    """Return the names of the organisations in charge, by page."""
    types = _content_types()
    by_kind: dict[str, list[int]] = {}
    for page in pages:
        page_kind = types.get(page.content_type_id)
        if page_kind is not None and page_kind.organisations:
            by_kind.setdefault(page_kind.model._meta.label_lower, []).append(page.pk)
    names: dict[int, list[str]] = {}
    for label, ids in by_kind.items():
        page_kind = _kinds[label]
        rows = page_kind.model.objects.filter(pk__in=ids).values_list("pk", page_kind.organisations)
        for pk, name in rows:
            if name:
                names.setdefault(pk, []).append(name)
    return names


def _card(
    key: str,
    page: _Row,
    types: Mapping[int, PageKind],
    organisations: Sequence[str],
    scope: AccessScope,
) -> HitCard:
    page_kind = types.get(page.content_type_id)
    return HitCard(
        key=key,
        title=page.title,
        url=address_of(page.url_path),
        kind=page_kind.kind if page_kind else "",
        space_id=page.space_id,
        space_title=page.space_title if page.space_id in scope.spaces else "",
        organisations=tuple(organisations) or ((page.owner,) if page.owner else ()),
        dated_on=page.first_published_at and page.first_published_at.date(),
        is_sample=page.is_sample,
        is_confidential=page.classification == Classification.CONFIDENTIAL,
    )

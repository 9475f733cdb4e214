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
from django.utils import timezone

from access.rights import Person, scope_for
from access.share_marks import paths_of_shares, shared_among, shares_query
from knowledge.addresses import address_of
from knowledge.basepage.models import Classification, KnowledgePage
from knowledge.plain_text import PlainText
from search.documents import Attachment, SearchDocument
from search.registry import HitCard, make_key, register_kind, split_key
from search.statements import Asked, KeyStatement, WrittenStatement

SOURCE = "page"


@dataclass(slots=True)
class PageContent:
    """What a page says beside its title; the part of a document that depends on the kind of page."""

    text: PlainText = field(default_factory=PlainText)
    organisations: Sequence[str] = ()
    field_of_action: str = ""
    districts: Sequence[str] = ()
    people: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class PageKind:
    """How pages of one model become documents.

    Attributes:
        model: The page type.
        kind: Value of `SearchDocument.kind`.
        content: Reads one page, without queries beyond `prefetch`.
        prefetch: Relations to load for a batch.
        organisations: Look-up from the page to the names of organisations in charge; empty if it has none.
        dated_on: Column with the day (or the time) that the content is about; where it is empty, and where there is
            none, it is the day of the first publication.
        title: Makes the title for the index, such as one with the measure's number.
    """

    model: type[KnowledgePage]
    kind: str
    content: Callable[[Any], PageContent]
    prefetch: tuple[str, ...] = ()
    organisations: str = ""
    dated_on: str = ""
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
        """Return what may be shown of these pages to `user`; two queries, and one for each kind with own facts.

        The same rule as `visible_to`, which the tests compare it with, applied to the rows: a reader has hundreds of
        spaces, and to send them all along takes longer than the query.
        """
        ids = _ids(keys)
        scope = scope_for(user)
        rows = map(_Row._make, _LIVE.rows(list(ids.values())))
        cards = {row.pk: row for row in rows if scope.allows(space_id=row.space_id, path=row.path)}
        shown = _ShownWith.load(cards.values(), user)
        return {key: _card(key, cards[pk], shown) for key, pk in ids.items() if pk in cards}

    def reads_for(self, keys: Collection[str], paths: Collection[str]) -> list[Asked]:
        """Return what `load_hits` will read of every kind, to be sent with other statements."""
        return [(_LIVE, list(_ids(keys).values())), (_SHARES, paths_of_shares(paths))]

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


def _content_types() -> dict[int, PageKind]:
    """Return the registered kinds by content type; Django keeps content types, this is a look-up for each kind."""
    types = ContentType.objects.get_for_models(*(kind.model for kind in _kinds.values()))
    return {
        content_type.pk: _kinds[model._meta.label_lower] for model, content_type in types.items()
    }


def page_kinds() -> dict[int, str]:
    """Return the kind of each registered type of page, by the primary key of its content type."""
    return {pk: page_kind.kind for pk, page_kind in _content_types().items()}


def _document(page: Any, page_kind: PageKind) -> SearchDocument:
    content = page_kind.content(page)
    about = getattr(page, page_kind.dated_on) if page_kind.dated_on else None
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
        dated_on=_day(about, page),
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
_SHARES = WrittenStatement(shares_query)


@dataclass(slots=True)
class _Facts:
    """What a card shows of the tables of a kind: organisations in charge, and what it is dated by."""

    organisations: list[str] = field(default_factory=list)
    about: dt.date | None = None


def _facts_of(pages: Iterable[_Row], types: Mapping[int, PageKind]) -> dict[int, _Facts]:
    """Return the facts of each page; one query for each kind that has any."""
    facts: dict[int, _Facts] = {}
    by_kind: dict[str, list[int]] = {}
    for page in pages:
        facts[page.pk] = _Facts()
        page_kind = types.get(page.content_type_id)
        if page_kind is not None and (page_kind.organisations or page_kind.dated_on):
            by_kind.setdefault(page_kind.model._meta.label_lower, []).append(page.pk)
    for label, ids in by_kind.items():
        page_kind = _kinds[label]
        columns = [one for one in (page_kind.organisations, page_kind.dated_on) if one]
        for row in page_kind.model.objects.filter(pk__in=ids).values("pk", *columns):
            fact = facts[row["pk"]]
            if name := row.get(page_kind.organisations):
                fact.organisations.append(name)
            fact.about = row.get(page_kind.dated_on)
    return facts


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
        shared = shared_among(user, pages, read=_SHARES.rows)
        return cls(types, _facts_of(pages, types), spaces, shared)


def _card(key: str, page: _Row, shown: _ShownWith) -> HitCard:
    page_kind = shown.types.get(page.content_type_id)
    facts = shown.facts[page.pk]
    return HitCard(
        key=key,
        title=page.title,
        url=address_of(page.url_path),
        kind=page_kind.kind if page_kind else "",
        space_id=page.space_id,
        space_title=page.space_title if page.space_id in shown.spaces else "",
        organisations=tuple(facts.organisations) or ((page.owner,) if page.owner else ()),
        dated_on=_day(facts.about, page),
        is_sample=page.is_sample,
        is_confidential=page.classification == Classification.CONFIDENTIAL,
        is_shared=page.pk in shown.shared,
    )

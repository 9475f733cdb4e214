"""What a stored reference shows: a link in a text, a chosen page or file, a tag, a "used by".

Whoever wrote the reference could see its target; whoever reads it may not. Wagtail resolves references without asking,
so its ways of doing it are replaced here, once for every field and page type there is or will be. A target that the
current reader may not see looks exactly like one that was deleted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from taggit.models import Tag
from wagtail.admin.rich_text.converters.html_to_contentstate import PageLinkElementHandler
from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.documents.rich_text.contentstate import DocumentLinkElementHandler
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageLogEntry, ReferenceIndex
from wagtail.rich_text.pages import PageLinkHandler

from access.reader import current_reader, visible_or_none
from access.request_cache import remembered
from access.rights import rights_of
from access.roles import Role
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage

Attributes = dict[str, Any]  # of a tag in stored rich text


# --- links in rich text ---------------------------------------------------------------------------
def _visible_targets(model: Any, attributes: Sequence[Attributes]) -> list[Any]:
    """Return a visible object or None for each link, asking the database once for what is new in this request."""
    known: dict[str, Any] = remembered(("link targets", model), dict)
    wanted = {str(one.get("id", "")) for one in attributes} - known.keys()
    wanted = {pk for pk in wanted if pk.isdecimal()}
    if wanted:
        found = {str(one.pk): one for one in model.objects.filter(pk__in=wanted)}
        known.update({pk: visible_or_none(found.get(pk)) for pk in wanted})
    return [known.get(str(one.get("id", ""))) for one in attributes]


_LINK = re.compile(r'<a\b[^>]*\blinktype="(page|document)"[^>]*>')
_LINK_ID = re.compile(r'\bid="(\d+)"')


def preload_links(page: Any) -> None:
    """Look up the targets of all links in a page's texts at once, however many texts it has."""
    wanted: dict[str, list[Attributes]] = {"page": [], "document": []}
    for text in _texts_with_links(page):
        for link in _LINK.finditer(text):
            number = _LINK_ID.search(link[0])
            if number:
                wanted[link[1]].append({"id": number[1]})
    for kind, model in {"page": KnowledgePage, "document": KnowledgeDocument}.items():
        if wanted[kind]:
            _visible_targets(model, wanted[kind])


def _texts_with_links(page: Any) -> Iterator[str]:
    for one in page._meta.get_fields():
        if isinstance(one, StreamField):
            yield from _strings(list(getattr(page, one.name).raw_data))
        elif isinstance(one, RichTextField):
            yield getattr(page, one.name)


def _strings(value: Any) -> Iterator[str]:
    """Yield the strings with links anywhere inside what a StreamField stores."""
    if isinstance(value, str):
        if "linktype=" in value:
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _strings(inner)


class VisiblePageLinkHandler(PageLinkHandler):
    """Links to pages, without an address where the reader may not follow."""

    @classmethod
    def get_many(cls, attrs_list: list[Attributes]) -> list[Any]:
        """Return the pages that the current reader may see, None for the others; published ones only."""
        pages = _visible_targets(KnowledgePage, attrs_list)
        return [page if page is not None and page.live else None for page in pages]


class VisibleDocumentLinkHandler(DocumentLinkHandler):
    """Links to documents, without an address where the reader may not follow."""

    @classmethod
    def get_many(cls, attrs_list: list[Attributes]) -> list[Any]:
        """Return the documents that the current reader may see, None for the others."""
        return _visible_targets(KnowledgeDocument, attrs_list)


class VisiblePageLinkElementHandler(PageLinkElementHandler):
    """Links to pages in the editor; what the editor may not see keeps its number and nothing else."""

    def get_attribute_data(self, attrs: Attributes) -> Attributes:
        """Return what the editor needs to know of the link."""
        (page,) = _visible_targets(KnowledgePage, [attrs])
        if page is None:
            return {"id": int(attrs["id"]), "url": None, "parentId": None}
        data: Attributes = super().get_attribute_data(attrs)
        return data


class VisibleDocumentLinkElementHandler(DocumentLinkElementHandler):
    """Links to documents in the editor; what the editor may not see keeps its number and nothing else."""

    def get_attribute_data(self, attrs: Attributes) -> Attributes:
        """Return what the editor needs to know of the link."""
        (document,) = _visible_targets(KnowledgeDocument, [attrs])
        if document is None:
            return {"id": int(attrs["id"])} if str(attrs.get("id", "")).isdecimal() else {}
        data: Attributes = super().get_attribute_data(attrs)
        return data


# --- "used by" ------------------------------------------------------------------------------------
def workable_pages(user: Any) -> QuerySet[KnowledgePage]:
    """Return the pages of the spaces in which `user` is a publisher: what the admin may tell her about."""
    spaces = rights_of(user).spaces_with(Role.PUBLISHER)
    pages: QuerySet[KnowledgePage] = KnowledgePage.objects.filter(space__in=spaces)
    return pages


def _from_workable_pages() -> Q:
    pages = workable_pages(current_reader()).order_by()
    return Q(
        base_content_type=ContentType.objects.get_for_model(KnowledgePage),
        object_id__in=pages.annotate(key=Cast("pk", CharField())).values("key"),
    )


def _only_visible_references(original: Callable[..., Any]) -> classmethod[Any, Any, Any]:
    """Return the class method so that it leaves out references from pages the reader doesn't work on."""
    return classmethod(lambda cls, of: original(of).filter(_from_workable_pages()))


def _usage_count(cls: type, model: Any) -> Any:
    """Return how many visible pages refer to a row of `model`, for annotating."""
    references = ReferenceIndex.objects.filter(
        _from_workable_pages(),
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id=Cast(OuterRef("pk"), CharField()),
    )
    counted = references.order_by().values("to_object_id")
    return Coalesce(
        Subquery(counted.annotate(count=Count("object_id", distinct=True)).values("count")), 0
    )


# --- chosen objects, tags, people -------------------------------------------------------------------
def _hiding(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a chooser's `get_instance` so that it finds only what the reader may see."""

    return lambda self, value: _hidden_as_none(original(self, value))


def _hidden_as_none(value: Any) -> Any:
    """Return a page, document or image only if the reader may see it; anything else as it is."""
    if isinstance(value, KnowledgePage | KnowledgeDocument | KnowledgeImage):
        return visible_or_none(value)
    return value


def _compare_only_visible() -> None:
    """Let comparisons of revisions name no chosen object that the reader may not see."""
    from wagtail.admin import compare
    from wagtail.images.blocks import ImageChooserBlockComparison

    def hide_result(original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda self: tuple(_hidden_as_none(one) for one in original(self))

    def hide_values(original: Callable[..., None]) -> Callable[..., None]:
        def init(self: Any, block: Any, in_a: bool, in_b: bool, a: Any, b: Any) -> None:
            original(self, block, in_a, in_b, _hidden_as_none(a), _hidden_as_none(b))

        return init

    def hide_argument(original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda self, value: original(self, _hidden_as_none(value))

    foreign, block = compare.ForeignObjectComparison, compare.BlockComparison
    foreign.get_objects = hide_result(foreign.get_objects)
    block.__init__ = hide_values(block.__init__)
    for comparison in (block, ImageChooserBlockComparison):
        comparison.htmlvalue = hide_argument(comparison.htmlvalue)


def visible_popular_tags(model: Any, count: int = 10) -> Iterable[Any]:
    """Return the tags that most of the visible files have."""
    files = model.objects.visible_to(current_reader())
    relation = model._meta.get_field("tags").related_query_name()
    tags = Tag.objects.filter(**{f"{relation}__in": files})
    return tags.annotate(item_count=Count("pk")).order_by("-item_count", "name")[:count]


def _people_of(pages: str) -> Callable[[HttpRequest], QuerySet[Any]]:
    """Return who occurs in a filter of the page listings: people known from the pages that the reader works on."""

    def owners(request: HttpRequest) -> QuerySet[Any]:
        ids = workable_pages(request.user).order_by().values("owner_id")
        return get_user_model().objects.filter(pk__in=ids)

    def editors(request: HttpRequest) -> QuerySet[Any]:
        entries = PageLogEntry.objects.filter(
            action="wagtail.edit", page__in=workable_pages(request.user)
        )
        return get_user_model().objects.filter(pk__in=entries.order_by().values("user_id"))

    return {"owner": owners, "edited_by": editors}[pages]


def connect() -> None:
    """Replace Wagtail's ways of resolving references; called once, when all apps are loaded."""
    from wagtail.admin import filters
    from wagtail.admin.views.pages.listing import PageFilterSet
    from wagtail.admin.views.reports import audit_logging
    from wagtail.admin.widgets.chooser import BaseChooser
    from wagtail.images.views import chooser as image_chooser

    edge: Any = ReferenceIndex
    for name in ("get_references_to", "get_references_to_in_bulk"):
        setattr(edge, name, _only_visible_references(getattr(edge, name)))
    edge.usage_count_subquery = classmethod(_usage_count)
    BaseChooser.get_instance = _hiding(BaseChooser.get_instance)
    _compare_only_visible()
    filters.popular_tags_for_model = visible_popular_tags
    image_chooser.popular_tags_for_model = visible_popular_tags
    # Wagtail 8.0 defines this list under a name that nobody calls, and shows everybody who ever did anything.
    site_history: Any = audit_logging.SiteHistoryReportFilterSet
    site_history.get_users_queryset = lambda self: audit_logging.get_users_for_filter(
        self.request.user
    )
    for name in ("owner", "edited_by"):
        PageFilterSet.base_filters[name].queryset = _people_of(name)

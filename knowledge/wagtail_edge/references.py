"""References in Wagtail's admin: links in the editor, "used by", chosen objects, comparisons, tags, people in filters.

Wagtail resolves them without asking for a right, so its ways of doing it are replaced here, once for every field and
page type there is or will be. A target that the current reader may not see looks exactly like one that was deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from taggit.models import Tag
from wagtail.admin.rich_text.converters.html_to_contentstate import PageLinkElementHandler
from wagtail.documents.rich_text.contentstate import DocumentLinkElementHandler
from wagtail.models import PageLogEntry, ReferenceIndex

from access.audience import closed_to
from access.querysets import in_passage
from access.reader import current_reader
from access.rights import spaces_where, visible_or_none
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.pages.references import Attributes, visible_targets
from knowledge.wagtail_edge.patching import define, replace


# --- links in the editor
class VisiblePageLinkElementHandler(PageLinkElementHandler):
    """Links to pages in the editor; what the editor may not see keeps its number and nothing else."""

    def get_attribute_data(self, attrs: Attributes) -> Attributes:
        """Return what the editor needs to know of the link."""
        (page,) = visible_targets(KnowledgePage, [attrs])
        if page is None:
            return {"id": int(attrs["id"]), "url": None, "parentId": None}
        data: Attributes = super().get_attribute_data(attrs)
        return data


class VisibleDocumentLinkElementHandler(DocumentLinkElementHandler):
    """Links to documents in the editor; what the editor may not see keeps its number and nothing else."""

    def get_attribute_data(self, attrs: Attributes) -> Attributes:
        """Return what the editor needs to know of the link."""
        (document,) = visible_targets(KnowledgeDocument, [attrs])
        if document is None:
            return {"id": int(attrs["id"])} if str(attrs.get("id", "")).isdecimal() else {}
        data: Attributes = super().get_attribute_data(attrs)
        return data


# --- "used by" ------------------------------------------------------------------------------------
def workable_pages(user: Any) -> QuerySet[KnowledgePage]:
    """Return the pages of the spaces in which `user` is a publisher: what the admin may show them."""
    spaces = spaces_where(user, Action.PUBLISH)
    pages: QuerySet[KnowledgePage] = KnowledgePage.objects.filter(space__in=spaces)
    return pages


def _from_workable_pages() -> Q:
    pages = workable_pages(current_reader()).order_by()
    return Q(
        base_content_type=ContentType.objects.get_for_model(KnowledgePage),
        object_id__in=pages.annotate(key=Cast("pk", CharField())).values("key"),
    )


def _in_hidden_passage() -> Exists:
    """Return the condition that a reference stands in a passage which is narrowed to others than the reader."""
    return in_passage(closed_to(current_reader()))


def _only_visible_references(original: Callable[..., Any]) -> classmethod[Any, Any, Any]:
    """Return the class method so that it leaves out references from what the reader doesn't work on or see."""
    return classmethod(
        lambda cls, of: original(of).filter(_from_workable_pages()).exclude(_in_hidden_passage())
    )


# unscoped: narrowed by _from_workable_pages
def _usage_count(cls: type, model: Any) -> Any:
    """Return how many visible pages refer to a row of `model`, for annotating."""
    references = ReferenceIndex.objects.filter(
        _from_workable_pages(),
        to_content_type=ContentType.objects.get_for_model(model),
        to_object_id=Cast(OuterRef("pk"), CharField()),
    ).exclude(_in_hidden_passage())
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

    replace(compare.ForeignObjectComparison, "get_objects", hide_result)
    replace(compare.BlockComparison, "__init__", hide_values)
    for comparison in (compare.BlockComparison, ImageChooserBlockComparison):
        replace(comparison, "htmlvalue", hide_argument)


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

    for name in ("get_references_to", "get_references_to_in_bulk"):
        replace(ReferenceIndex, name, _only_visible_references)
    replace(ReferenceIndex, "usage_count_subquery", lambda original: classmethod(_usage_count))
    replace(BaseChooser, "get_instance", _hiding)
    _compare_only_visible()
    for module in (filters, image_chooser):
        replace(module, "popular_tags_for_model", lambda original: visible_popular_tags)
    # Wagtail 8.0 defines this list under a name that nobody calls, and shows everybody who ever did anything.
    define(
        audit_logging.SiteHistoryReportFilterSet,
        "get_users_queryset",
        lambda self: audit_logging.get_users_for_filter(self.request.user),
    )
    for name in ("owner", "edited_by"):
        replace(PageFilterSet.base_filters[name], "queryset", _always(_people_of(name)))


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda original: value

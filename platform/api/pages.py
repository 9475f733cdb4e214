"""Pages: lists and details, within the reader's rights."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router
from ninja.errors import HttpError

from access.rights import scope_for
from access.tree import STEP
from api.page_contents import facts_of, named, texts_of
from api.readable import given_of
from api.responses import file_link, refuse_unknown_parameters, space_of
from api.schemas import PageDetail, PageList, Stretch
from knowledge.basepage.addresses import url_path_of
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument
from knowledge.pages.audit import record_reading, record_refused_address, record_refused_page
from knowledge.pages.references import preload_links
from knowledge.pages.source import kinds_by_type

router = Router(tags=["pages"])


class PageFilters(Stretch):
    """Which pages are wanted; a hidden page to start from answers like one that doesn't exist."""

    kind: list[str] = Field([], description="Kinds as in the search, such as `measure`.")
    space: str | None = Field(None, description="Short name of a space.")
    child_of: int | None = None
    descendant_of: int | None = None
    ancestor_of: int | None = None
    published_since: dt.datetime | None = Field(None, description="Published at or after.")
    order: Literal["path", "title", "-last_published_at"] = "path"


@router.get("/", response=PageList, url_name="pages", operation_id="pages_list")
def list_pages(request: HttpRequest, filters: Query[PageFilters]) -> Any:
    """List the published pages that the reader may see."""
    refuse_unknown_parameters(request, PageFilters)
    pages = _filtered(request, filters)
    order = (filters.order, "path") if filters.order != "path" else ("path",)
    stretch = slice(filters.offset, filters.offset + filters.limit)
    shown = pages.select_related("space", "owning_organisation").order_by(*order)[stretch]
    return {"count": pages.count(), "items": [_page(request, page) for page in shown]}


@router.get("/find/", response=PageDetail, url_name="page_by_path", operation_id="pages_find")
def find_page(request: HttpRequest, path: str) -> Any:
    """Return the page at an address, such as `/massnahmen/liste/`."""
    refuse_unknown_parameters(request, {"path"})
    url_path = url_path_of(path.strip("/") + "/" if path.strip("/") else "")
    page = given_of(request, KnowledgePage).filter(url_path=url_path).first()
    if page is None:
        record_refused_address(url_path)
        raise Http404
    return _detail(request, page)


@router.get("/{int:page_id}/", response=PageDetail, url_name="page", operation_id="pages_detail")
def get_page(request: HttpRequest, page_id: int) -> Any:
    """Return one published page with its texts; record the reading of a confidential one."""
    refuse_unknown_parameters(request, set())
    page = given_of(request, KnowledgePage).filter(pk=page_id).first()
    if page is None:
        record_refused_page(page_id)
        raise Http404
    return _detail(request, page)


def _filtered(request: HttpRequest, filters: PageFilters) -> Any:
    pages = given_of(request, KnowledgePage)
    if filters.kind:
        types = {kind: pk for pk, kind in kinds_by_type().items()}
        if unknown := [kind for kind in filters.kind if kind not in types]:
            possible = ", ".join(sorted(types))
            text = _("There is no kind “%(kind)s”. Possible kinds: %(kinds)s.")
            raise HttpError(422, text % {"kind": unknown[0][:80], "kinds": possible})
        pages = pages.filter(content_type__in=[types[kind] for kind in filters.kind])
    if filters.space is not None:
        pages = pages.filter(space__slug=filters.space, space__in=scope_for(request.user).spaces)
    if filters.published_since is not None:
        pages = pages.filter(last_published_at__gte=filters.published_since)
    for relation in ("child_of", "descendant_of", "ancestor_of"):
        start = getattr(filters, relation)
        if start is not None:
            pages = getattr(pages, relation)(_visible(request, start))
    return pages


def _visible(request: HttpRequest, page_id: int) -> KnowledgePage:
    page = given_of(request, KnowledgePage).filter(pk=page_id).first()
    if page is None:
        raise Http404
    return page


def _link(page: KnowledgePage) -> dict[str, Any]:
    return {"id": page.pk, "title": page.title, "url": page.url}


def _page(request: HttpRequest, page: KnowledgePage) -> dict[str, Any]:
    model = page.specific_class or KnowledgePage
    return {
        **_link(page),
        "type": model._meta.label,
        "kind": kinds_by_type().get(page.content_type_id, ""),
        "api_url": reverse("api:page", args=[page.pk]),
        "space": space_of(request.user, page),
        "organisation": named(page.owning_organisation),
        "handling": page.classification,
        "review_by": page.review_by,
        "first_published_at": page.first_published_at,
        "last_published_at": page.last_published_at,
        "is_sample": page.is_sample,
    }


def _detail(request: HttpRequest, found: KnowledgePage) -> dict[str, Any]:
    page: Any = found.specific
    record_reading(page, request)
    preload_links(page)
    above = given_of(request, KnowledgePage).filter(path=page.path[:-STEP]).first()
    files = given_of(request, KnowledgeDocument)
    attached = files.filter(attached_to__page=page.pk).order_by("attached_to__sort_order", "pk")
    return {
        **_page(request, page),
        "parent": _link(above) if above else None,
        "facts": facts_of(page),
        "texts": texts_of(page),
        "attachments": [file_link(one, "document") for one in attached],
    }

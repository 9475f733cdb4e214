"""Serve pages by their address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from access.granting.share_badges import shared_outside
from access.querysets import visible_by, visible_values
from access.rights import scope_for
from access.tree import paths_above
from knowledge.basepage.addresses import address_of, url_path_of
from knowledge.files.models import PageAttachment
from knowledge.pages.audit import record_reading, record_refused_address
from knowledge.pages.frame import Place, find_page
from knowledge.pages.kinds import kind_of
from knowledge.pages.old_addresses import new_address
from knowledge.pages.parts import page_marks
from knowledge.pages.references import preload_links
from web.composed import composed


@require_safe
def serve(request: HttpRequest, path: str = "") -> HttpResponse:
    """Show the page at `path`.

    Wagtail walks down the tree with two queries a level; the address is unique, so one look-up is enough. The right is
    part of the look-up, so that a hidden page takes as long as a missing one. What stands around it comes with it.

    An address that a page had before leads to where it is now.

    Raises:
        Http404: If there is no such page, it isn't published, or the reader may not see it; always the same answer.
    """
    url_path = url_path_of(path)
    place = find_page(request.user, url_path)
    if place is not None:
        return _show(request, place)
    # Asked for hidden and for missing pages alike.
    new_url_path = new_address(request.user, url_path)
    if new_url_path is not None:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return redirect(address_of(new_url_path) + query)
    record_refused_address(url_path)
    raise Http404


def _show(request: HttpRequest, place: Place) -> HttpResponse:
    page_model: Any = ContentType.objects.get_for_id(place.content_type_id).model_class()
    kind = kind_of(page_model)
    load = _loader(page_model, kind.shown_relations if kind else ())
    specific = next(
        load(
            pk=place.pk,
            path=place.path,
            above=paths_above(place.path),
            at=timezone.now(),
            **visible_values(scope_for(request.user)),
        ),
        None,
    )
    if specific is None:  # deleted or moved a moment ago
        raise Http404
    record_reading(specific, request)
    preload_links(specific)
    response: HttpResponse = specific.serve(request)
    return response


@cache
def _loader(page_model: Any, relations: tuple[str, ...]) -> Callable[..., Iterator[Any]]:
    """Return what loads a page of this type with all that its template shows of related objects."""

    @composed
    def load(*, pk: Any, path: Any, above: Any, at: Any, **visible: Any) -> Any:
        pages = page_model.objects.filter(visible_by(visible), pk=pk).order_by()
        # Most pages have no files, and then ask for none.
        attached = PageAttachment.objects.filter(page=OuterRef("pk"))
        shown = pages.annotate(
            is_shared_outside=shared_outside(path, above, at),
            has_files=Exists(attached),
            **{one.name: one.condition() for one in page_marks},
        )
        return shown.select_related("space", "owning_organisation", *relations)

    return load

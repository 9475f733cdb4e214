"""Serve pages by their address."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from access.share_marks import shared_outside
from knowledge.addresses import url_path_of
from knowledge.frame import Place, find_page
from knowledge.page_audit import record_reading, record_refused_address
from knowledge.references import preload_links


@require_safe
def serve(request: HttpRequest, path: str = "") -> HttpResponse:
    """Show the page at `path`.

    Wagtail walks down the tree with two queries a level; the address is unique, so one look-up is enough. The right is
    part of the look-up, so that a hidden page takes as long as a missing one. What stands around it comes with it.

    Raises:
        Http404: If there is no such page, it isn't published, or the reader may not see it; always the same answer.
    """
    url_path = url_path_of(path)
    place = find_page(request.user, url_path)
    if place is None:
        record_refused_address(url_path)
        raise Http404
    return _show(request, place)


def _show(request: HttpRequest, place: Place) -> HttpResponse:
    page_model: Any = ContentType.objects.get_for_id(place.content_type_id).model_class()
    relations = ("space", "owning_organisation", *page_model.shown_relations)
    try:
        visible = page_model.objects.visible_to(request.user)
        loaded = visible.annotate(is_shared_outside=shared_outside(place.path))
        specific = loaded.select_related(*relations).get(pk=place.pk)
    except page_model.DoesNotExist:  # deleted or moved a moment ago
        raise Http404 from None
    record_reading(specific, request)
    preload_links(specific)
    response: HttpResponse = specific.serve(request)
    return response

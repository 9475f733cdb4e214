"""Serve pages by their address."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from knowledge.addresses import url_path_of
from knowledge.basepage.models import KnowledgePage
from knowledge.page_audit import record_reading, record_refused_address
from knowledge.references import preload_links


@require_safe
def serve(request: HttpRequest, path: str = "") -> HttpResponse:
    """Show the page at `path`.

    Wagtail walks down the tree with two queries a level; the address is unique, so one look-up is enough. The right is
    part of the look-up, so that a hidden page takes as long as a missing one.

    Raises:
        Http404: If there is no such page, it isn't published, or the reader may not see it; always the same answer.
    """
    visible = KnowledgePage.objects.visible_to(request.user).filter(url_path=url_path_of(path))
    found = visible.order_by().values_list("pk", "content_type_id")[:1]
    for pk, content_type_id in found:
        return _show(request, pk, content_type_id)
    record_refused_address(url_path_of(path))
    raise Http404


def _show(request: HttpRequest, pk: int, content_type_id: int) -> HttpResponse:
    page_model: Any = ContentType.objects.get_for_id(content_type_id).model_class()
    specific = page_model.objects.select_related(
        "space", "owning_organisation", *page_model.shown_relations
    ).get(pk=pk)
    record_reading(specific, request)
    preload_links(specific)
    response: HttpResponse = specific.serve(request)
    return response

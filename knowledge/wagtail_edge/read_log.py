"""Doors of the admin that show what stands on a page: whoever goes through one to a confidential page leaves a line.

Titles alone, as in trees, lists, choosers and questions before a deed, are no reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from wagtail.models import Revision

from access.handling import Classification, classification_of
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.audit import record_first_reading, record_reading

# Route: the argument with the page's number.
SHOWS: Mapping[str, str] = {
    "wagtailadmin_pages:edit": "page_id",
    "wagtailadmin_pages:view_draft": "page_id",
    "wagtailadmin_pages:preview_on_edit": "page_id",
    "wagtailadmin_pages:revisions_view": "page_id",
    "wagtailadmin_pages:revisions_revert": "page_id",
    "wagtailadmin_pages:revisions_compare": "pk",
}
_RENEWED = "wagtailadmin_pages:preview_on_edit"  # every few seconds while somebody writes
_UNSAVED = "wagtailadmin_pages:preview_on_add"  # of a page that nobody else knows yet


def record_shown(request: HttpRequest, name: str, arguments: Mapping[str, Any]) -> None:
    """Record that a door shows a confidential page; the strictest of all that may be shown decides.

    Args:
        request: The request that may go through the door.
        name: Full name of the route.
        arguments: What the address captured.
    """
    if request.method not in {"GET", "HEAD"}:
        return  # what is sent back was typed by whoever gets it
    if name == _UNSAVED:
        vars(request)["is_confidential"] = True  # no cache keeps it, whatever its mark will be
    if name not in SHOWS:
        return
    # unscoped: the door has been opened to this page
    page = KnowledgePage.objects.get(pk=arguments[SHOWS[name]])
    mark = max(
        [classification_of(page), *_marks_of_revisions(page, arguments)],
        key=lambda one: one.strictness,
    )
    record = record_first_reading if name == _RENEWED else record_reading
    record(page, request, mark=mark)


def _marks_of_revisions(page: KnowledgePage, arguments: Mapping[str, Any]) -> list[Classification]:
    """Return the marks of the latest draft and of the revisions that the address names."""
    # unscoped: only their marks are read
    revisions = Revision.objects.for_instance(page)
    named = {str(value) for key, value in arguments.items() if key.startswith("revision_id")}
    wanted = {int(one) for one in named if one.isdecimal()} | {page.latest_revision_id}
    if "earliest" in named:
        wanted.add(revisions.order_by("created_at", "pk").values_list("pk", flat=True).first())
    marks = revisions.filter(pk__in=wanted - {None}).values_list(
        "content__classification", flat=True
    )
    return [Classification(mark) for mark in marks if mark]

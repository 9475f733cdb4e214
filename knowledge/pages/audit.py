"""Tell the audit log who reads confidential pages, and who was refused which."""

from __future__ import annotations

from django.http import HttpRequest

from access.handling import Classification, classification_of
from knowledge.basepage.models import KnowledgePage
from knowledge.basepage.read_log import record_first_read, record_not_given, record_read


def record_reading(
    page: KnowledgePage, request: HttpRequest, *, mark: Classification | None = None
) -> None:
    """Record, before anything is shown, that a confidential page is read; without the line there is no page.

    Args:
        page: What is read.
        request: Who reads it.
        mark: How what is shown must be handled; by default the page's own mark. A draft may be stricter.
    """
    if (mark or classification_of(page)) is Classification.CONFIDENTIAL:
        record_read("read.page", page, request)


def record_first_reading(
    page: KnowledgePage, request: HttpRequest, *, mark: Classification
) -> None:
    """Record a reading that repeats itself, such as a preview while writing: the first of a person in an hour."""
    if mark is Classification.CONFIDENTIAL:
        record_first_read("read.page", page, request)


def record_refused_address(url_path: str) -> None:
    """Record, after the answer, that a published page at `url_path` was refused, or that there is none."""
    # unscoped: only the log learns it
    record_not_given(KnowledgePage.objects.filter(url_path=url_path, live=True), url_path)


def record_refused_page(page_id: int) -> None:
    """Record, after the answer, that the published page with this number was refused, or that there is none."""
    # unscoped: only the log learns it
    record_not_given(KnowledgePage.objects.filter(pk=page_id, live=True), page_id)

"""Tell the audit log who fetches files of confidential pages."""

from __future__ import annotations

from django.http import HttpRequest

from access.handling import is_confidential
from knowledge.basepage.read_log import record_first_read, record_read
from knowledge.files.models import KnowledgeDocument, KnowledgeImage


def record_showing(image: KnowledgeImage, request: HttpRequest) -> None:
    """Record that a person fetches a picture of a confidential page, the first time within an hour.

    Reading the page leaves a line of its own each time.
    """
    if is_confidential(image):
        record_first_read("read.file", image, request)


def record_fetching(document: KnowledgeDocument, request: HttpRequest) -> None:
    """Record that somebody fetches a file that a confidential page attaches or links."""
    if is_confidential(document):
        record_read("read.file", document, request)

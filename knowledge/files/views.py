"""Serve files, here and nowhere else, checking the right on every request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.documents.views import serve as wagtail_documents

from knowledge.basepage.read_log import record_not_given
from knowledge.files.audit import record_showing
from knowledge.files.models import KnowledgeDocument
from knowledge.files.selectors import images_named


@require_safe
def serve_document(request: HttpRequest, pk: str, name: str) -> HttpResponse:
    """Send a document or a range of it, or answer that it has not changed; always check the right first.

    The right is part of the look-up, so that a hidden file takes as long as a missing one.

    Raises:
        Http404: If there is none, it has another name, or the reader may not see it; always the same answer.
    """
    documents: Any = KnowledgeDocument.objects.filter(pk=pk)
    if not documents.visible_to(request.user).exists():
        record_not_given(documents, pk)
        raise Http404
    response: HttpResponse = wagtail_documents.serve(request, pk, name)
    return response


@require_safe
def serve_image(request: HttpRequest, name: str) -> FileResponse:
    """Send an image or one of its renditions, by its name in the storage.

    Raises:
        Http404: If there is no such image, or the reader may not see it; always the same answer.
    """
    images: Any = images_named(name)
    path = settings.MEDIA_ROOT / name
    image = images.visible_to(request.user).first()
    if image is None:
        record_not_given(images, name)
        raise Http404
    if not path.is_file():
        raise Http404
    record_showing(image, request)
    response = FileResponse(path.open("rb"))
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""Files are served here and nowhere else; the right is checked on every request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.documents.views import serve as wagtail_documents

from knowledge.files.models import KnowledgeDocument
from knowledge.files.selectors import images_named
from knowledge.page_audit import record_refused_file


@require_safe
def serve_document(request: HttpRequest, pk: str, name: str) -> HttpResponse:
    """Send a document, whole or a range, or say that it has not changed; never before the right was checked.

    The right is part of the look-up, so that a hidden file takes as long as a missing one.

    Raises:
        Http404: If there is none, it has another name, or the reader may not see it; the answer is the same.
    """
    documents: Any = KnowledgeDocument.objects.filter(pk=pk)
    if not documents.visible_to(request.user).exists():
        record_refused_file(documents)
        raise Http404
    response: HttpResponse = wagtail_documents.serve(request, pk, name)
    return response


@require_safe
def serve_image(request: HttpRequest, name: str) -> FileResponse:
    """Send an image or one of its renditions, by its name in the storage.

    Raises:
        Http404: If there is no such image, or the reader may not see it; the answer is the same.
    """
    images: Any = images_named(name)
    path = settings.MEDIA_ROOT / name
    if not images.visible_to(request.user).exists():
        record_refused_file(images)
        raise Http404
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"))
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""Files are served here and nowhere else; the right is checked on every request."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from access.rights import can
from access.roles import Action
from audit.services import record_refusal
from knowledge.files.selectors import image_named


@require_safe
def serve_image(request: HttpRequest, name: str) -> FileResponse:
    """Send an image or one of its renditions, by its name in the storage.

    Raises:
        Http404: If there is no such image, or the reader may not see its space; the answer is the same.
    """
    image = image_named(name)
    path = settings.MEDIA_ROOT / name
    if image is None or not path.is_file():
        raise Http404
    if not can(request.user, Action.READ, image):
        record_refusal(image)
        raise Http404
    response = FileResponse(path.open("rb"))
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response

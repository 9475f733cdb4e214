"""Files are served here and nowhere else; the right is checked on every request.

The right is part of the look-up, so that a hidden file takes as long as a missing one; a refusal is recorded after the
answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from wagtail.utils.urlpatterns import decorate_urlpatterns

from access.rights import can
from access.roles import Action
from audit.context import after_answer, current_actor
from audit.services import record_refusal
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.files.selectors import named_in_storage


@require_safe
def serve_image(request: HttpRequest, name: str) -> FileResponse:
    """Send an image or one of its renditions, by its name in the storage.

    Raises:
        Http404: If there is no such image, or the reader may not see its space; the answer is the same.
    """
    named = named_in_storage(name)
    image = KnowledgeImage.objects.visible_to(request.user).filter(named).first()
    if image is None:
        _record_refused(KnowledgeImage, named)
        raise Http404
    path = settings.MEDIA_ROOT / name
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"))
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def visible_only(urlpatterns: Any) -> Any:
    """Wrap Wagtail's views of documents, which look a file up before they ask for the right."""
    return decorate_urlpatterns(urlpatterns, _visible_only)


def _visible_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapped(request: HttpRequest, *found: str, **restriction: Any) -> HttpResponse:
        if restriction:  # passwords of collections have no place here
            raise Http404
        numbered = Q(pk=found[0])
        if not KnowledgeDocument.objects.visible_to(request.user).filter(numbered).exists():
            _record_refused(KnowledgeDocument, numbered)
            raise Http404
        return view(request, *found)

    return wrapped


def _record_refused(model: Any, wanted: Q) -> None:
    """Record, after the answer, if there is a file that was refused; nothing if there is none."""

    def look_up() -> None:
        actor, file = current_actor(), model.objects.filter(wanted).first()
        # Asked again: what answered 404 for another reason was no refusal.
        if file is not None and actor is not None and not can(actor, Action.READ, file):
            record_refusal(file)

    after_answer(look_up)

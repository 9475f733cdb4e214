"""Apply our rights where Wagtail serves and chooses files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from wagtail import hooks

from access.rights import can
from access.roles import Action
from audit.services import record_refusal
from knowledge.files.audit import record_fetching
from knowledge.files.models import KnowledgeDocument


@hooks.register("before_serve_document")
def refuse_hidden_document(document: KnowledgeDocument, request: HttpRequest) -> None:
    """Answer as for a missing file if the reader may not see this one; `serve_document` has checked already."""
    if not can(request.user, Action.READ, document):
        record_refusal(document)
        raise Http404
    record_fetching(document, request)


@hooks.register("construct_document_chooser_queryset")
@hooks.register("construct_image_chooser_queryset")
def only_visible_files(files: Any, request: HttpRequest) -> Any:
    """Offer the files that the user may see."""
    offered = files.model.objects.visible_to(request.user)
    # By primary key: Wagtail's search refuses conditions on what isn't a column that it indexes.
    return files.filter(pk__in=offered.order_by().values("pk"))

"""Wagtail's admin: closed by default, every write of one request in one transaction, hidden like missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import ProtectedError, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from taggit.models import Tag
from wagtail.utils.urlpatterns import decorate_urlpatterns

from access.consequence.confirmation import one_question
from access.rights import can
from access.roles import Action
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.wagtail_edge.doors import is_open
from knowledge.wagtail_edge.parameters import refuse_odd_parameters
from knowledge.wagtail_edge.read_log import record_shown

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
METHODS = (
    *sorted(SAFE_METHODS),
    "POST",
)  # some of Wagtail's views would delete at DELETE without a question
MAX_TAGS = 10


def guarded(urlpatterns: Any) -> Any:
    """Wrap the views of `urlpatterns`, Wagtail's admin.

    Whatever isn't open answers like an address that doesn't exist (`knowledge.wagtail_edge.doors`). Page, revision, log
    and search outbox are written together or not at all.
    """
    return decorate_urlpatterns(urlpatterns, _guarded)


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        match = request.resolver_match
        if match is None or not is_open(request, match.view_name, kwargs):
            raise Http404
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        refuse_odd_parameters(request)
        record_shown(request, match.view_name, kwargs)
        if request.method in SAFE_METHODS:
            return _found(view(request, *args, **kwargs))
        try:
            with one_question():
                return _found(view(request, *args, **kwargs))
        except MultiValueDictKeyError as error:
            # Wagtail reads some fields of its forms unchecked.
            raise BadRequest("A field of the form is missing.") from error
        except ProtectedError:
            return _still_in_use(request)

    return wrapped


def _found(response: HttpResponse) -> HttpResponse:
    """Turn Wagtail's own ways of saying "not found" into the one that everything else uses."""
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise Http404
    return response


def _still_in_use(request: HttpRequest) -> HttpResponse:
    """Say that something can't be deleted, not by which pages it is used: some may be hidden."""
    sentence = _("This is still in use and can't be deleted. Nothing was changed.")
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"success": False, "error": sentence}, status=HTTPStatus.CONFLICT)
    messages.error(request, sentence)
    return redirect("wagtailadmin_home")


@require_safe
def suggest_tags(request: HttpRequest) -> JsonResponse:
    """Complete a tag from those of files that the reader may see; Wagtail's own view knows all tags.

    Raises:
        Http404: If the person may not use the admin.
    """
    if not can(request.user, Action.USE_ADMIN):
        raise Http404
    term = request.GET.get("term", "")
    if not term:
        return JsonResponse([], safe=False)
    documents = KnowledgeDocument.objects.visible_to(request.user)
    images = KnowledgeImage.objects.visible_to(request.user)
    seen = Q(pk__in=documents.values("tags")) | Q(pk__in=images.values("tags"))
    tags = Tag.objects.filter(seen, name__istartswith=term).order_by("name")
    return JsonResponse(list(tags.values_list("name", flat=True)[:MAX_TAGS]), safe=False)

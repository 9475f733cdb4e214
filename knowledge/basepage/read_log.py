"""Lines of the audit log on who read what is confidential, and who was not given what; the same for pages and files."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from audit import flood
from audit.context import after_answer, current_actor
from audit.services import object_reference, record, record_missing, record_refusal


def record_read(action: str, obj: Model, request: HttpRequest) -> None:
    """Record that the reader gets `obj`, whose content is confidential."""
    vars(request)["is_confidential"] = True  # no cache keeps it
    record(action, actor=current_actor(), obj=obj, request=request)


def record_first_read(action: str, obj: Model, request: HttpRequest) -> None:
    """Record it unless the same person got it within an hour."""
    vars(request)["is_confidential"] = True
    actor = current_actor()
    if actor is None or not flood.was_read_lately(action, actor, object_reference(obj)):
        record(action, actor=actor, obj=obj, request=request)


def record_not_given(wanted: QuerySet[Any], asked: object) -> None:
    """Record, after the answer, that the page or file which `wanted` would find was refused, or that there is none.

    The same statements for both, and for what may be read and answered 404 for another reason, which is neither.

    Args:
        wanted: A queryset of one object at the most.
        asked: The number or the address that was asked for.
    """

    def look_up() -> None:
        actor, files_or_pages = current_actor(), wanted.model.objects
        if actor is None:
            return
        found = wanted.select_related("space").first()
        number = found.pk if found is not None else 0
        if files_or_pages.visible_to(actor).filter(pk=number).exists():
            return
        if found is not None:
            record_refusal(found)
        else:
            record_missing(wanted.model._meta.label, asked)

    after_answer(look_up)

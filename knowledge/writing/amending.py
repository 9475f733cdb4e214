"""Correct what is stored where no new version is wanted: published columns, and versions that would bring them back.

Whoever calls has asked for the right and writes the line in the audit log: these say nothing of what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from wagtail.models import Revision

from knowledge.pages.source import SOURCE
from search.outbox import enqueue

_AT_ONCE = 200


@transaction.atomic
def amend(pages: QuerySet[Any], values: Mapping[str, Any]) -> None:
    """Set columns of pages, in their latest versions too: a draft that is published later must not undo it.

    Args:
        pages: Of a type that has the columns.
        values: The columns and what stands in them from now on.
    """
    latest = list(pages.values_list("latest_revision", flat=True))
    _amend(pages, Revision.objects.filter(pk__in=[one for one in latest if one]), values)


@transaction.atomic
def amend_history(pages: QuerySet[Any], values: Mapping[str, Any]) -> None:
    """Set columns of pages and in all their versions, so that what stood there is gone."""
    numbers = [str(pk) for pk in pages.values_list("pk", flat=True)]
    _amend(pages, Revision.page_revisions.filter(object_id__in=numbers), values)


def amend_versions(versions: Iterable[int | None], values: Mapping[str, Any]) -> None:
    """Set columns in some versions alone, so that whoever publishes one later doesn't bring the former values back."""
    for revision in Revision.objects.filter(pk__in=[one for one in versions if one]):
        revision.content = {**revision.content, **values}
        revision.save(update_fields=["content"])


def _amend(pages: QuerySet[Any], revisions: QuerySet[Revision], values: Mapping[str, Any]) -> None:
    stored = {
        name: value.pk if isinstance(value, Model) else value for name, value in values.items()
    }
    numbers: Iterable[int] = list(pages.values_list("pk", flat=True))
    for revision in revisions.iterator(chunk_size=_AT_ONCE):
        revision.content = {**revision.content, **stored}
        revision.save(update_fields=["content"])
    pages.model._default_manager.filter(pk__in=numbers).update(**values)
    enqueue(SOURCE, numbers)

"""Find files by their name in the storage; ask `access` before showing one."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from knowledge.files.models import KnowledgeImage, KnowledgeRendition


def image_named(name: str) -> KnowledgeImage | None:
    """Return the image whose file, or one of whose renditions, has this name in the storage."""
    return images_named(name).first()


# unscoped: the view narrows it by the reader's right in the same query
def images_named(name: str) -> QuerySet[Any]:
    """Return the same as a queryset, to be narrowed by a reader's right in one query."""
    renditions = KnowledgeRendition.objects.filter(file=name)
    images: QuerySet[Any] = KnowledgeImage.objects.filter(
        Q(file=name) | Q(pk__in=renditions.values("image"))
    )
    return images

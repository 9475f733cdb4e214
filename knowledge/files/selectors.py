"""Find files by what the storage calls them; whoever shows one asks `access` first."""

from __future__ import annotations

from django.db.models import Q

from knowledge.files.models import KnowledgeImage


def named_in_storage(name: str) -> Q:
    """Return the condition that an image, or one of its renditions, has this name in the storage."""
    return Q(file=name) | Q(renditions__file=name)


def image_named(name: str) -> KnowledgeImage | None:
    """Return the image whose file, or one of whose renditions, has this name in the storage."""
    return KnowledgeImage.objects.filter(named_in_storage(name)).first()

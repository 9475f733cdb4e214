"""Find files by what the storage calls them; whoever shows one asks `access` first."""

from __future__ import annotations

from knowledge.files.models import KnowledgeImage, KnowledgeRendition


def image_named(name: str) -> KnowledgeImage | None:
    """Return the image whose file, or one of whose renditions, has this name in the storage."""
    image = KnowledgeImage.objects.filter(file=name).first()
    if image is not None:
        return image
    rendition = KnowledgeRendition.objects.filter(file=name).select_related("image").first()
    return rendition.image if rendition else None

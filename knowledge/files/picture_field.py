"""A field that stores pictures without their metadata, whatever way they come in."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from knowledge.files.picture_metadata import without_metadata


class PlainPictureFile(WagtailImageFieldFile):
    """A picture's file; storing it removes the metadata."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        """Store the picture. Forms, the drop zone, imports, samples and scripts all come through here."""
        content.seek(0)
        super().save(name, ContentFile(without_metadata(content.read()), name=name), save=save)


class PictureField(WagtailImageField):
    """Wagtail's field for pictures, storing them without metadata."""

    attr_class = PlainPictureFile

    def deconstruct(self) -> Any:
        """Look like Wagtail's field to migrations: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "wagtail.images.models.WagtailImageField", args, kwargs

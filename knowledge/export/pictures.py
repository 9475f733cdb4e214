"""The pictures of one sheet: read from our own storage if the reader may take them out, from nowhere else."""

from __future__ import annotations

import mimetypes
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve

from access.rights import Person
from knowledge.export.sheets import Picture
from knowledge.files.selectors import images_named

MOST_BYTES = 40 << 20  # of all pictures of a file


class Pictures:
    """Collects pictures by name."""

    def __init__(self, reader: Person) -> None:
        self._reader = reader
        self._names: dict[str, str] = {}
        self.kept: dict[str, Picture] = {}
        self.are_too_many = False

    def keep(self, address: str) -> str:
        """Return the name of the picture at an address of ours; empty if there is none that the reader may take out."""
        if address not in self._names:
            picture = self._read(address)
            self._names[address] = self.add(picture) if picture is not None else ""
        return self._names[address]

    def add(self, picture: Picture) -> str:
        """Keep a picture and return its name; empty once there are too many."""
        size = sum(len(one.content) for one in self.kept.values()) + len(picture.content)
        if size > MOST_BYTES:
            self.are_too_many = True
            return ""
        name = f"picture-{len(self.kept) + 1}"
        self.kept[name] = picture
        return name

    def _read(self, address: str) -> Picture | None:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return None
        try:
            match = resolve(unquote(parts.path))
        except Resolver404:
            return None
        if match.view_name != "image":
            return None
        name = match.kwargs["name"]
        images: Any = images_named(name)
        if not images.exportable_by(self._reader).exists() or not default_storage.exists(name):
            return None
        if default_storage.size(name) > MOST_BYTES:
            self.are_too_many = True
            return None
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        with default_storage.open(name) as stored:
            return Picture(stored.read(), media_type)

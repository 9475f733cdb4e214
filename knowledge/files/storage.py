"""Store uploaded files; none is served without asking `access`."""

from __future__ import annotations

import secrets
import unicodedata
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.functional import cached_property


class GuardedFileStorage(FileSystemStorage):
    """Files below MEDIA_ROOT; `url` leads to the view that checks the reader's rights."""

    @cached_property
    def base_url(self) -> Any:
        """Return the address of `knowledge.files.views.serve_image`."""
        return "/bilder/"

    def get_valid_name(self, name: str) -> str:
        """Return a name without troublesome characters, with composed umlauts.

        macOS sends letters and dots separately; Django drops the dots, and "Müll" would become "Mull".
        """
        return str(super().get_valid_name(unicodedata.normalize("NFC", name)))

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return a name in a folder of its own.

        Otherwise Django appends letters if the name is taken, which would tell that somebody has such a file.
        """
        path = PurePosixPath(name)
        own_folder = path.parent / secrets.token_hex(4) / path.name
        return super().get_available_name(str(own_folder), max_length=max_length)

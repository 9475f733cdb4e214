"""Where uploaded files lie. No address of theirs is served without asking `access`."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import FileSystemStorage
from django.utils.functional import cached_property


class GuardedFileStorage(FileSystemStorage):
    """Files below MEDIA_ROOT; `url` leads to the view that checks the reader's rights."""

    @cached_property
    def base_url(self) -> Any:
        """Return the address of `knowledge.files.views.serve_image`."""
        return "/bilder/"

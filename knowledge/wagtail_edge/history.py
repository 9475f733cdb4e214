"""Lines of Wagtail's history: written by code with the objects at hand, so nothing is asked about their keys again."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from wagtail.models.audit_log import BaseLogEntry

from knowledge.wagtail_edge.patching import replace


def _trusting_its_keys(original: Callable[..., None]) -> Callable[..., None]:
    """Return the method so that it leaves foreign keys out; the database holds those that have to exist."""

    def full_clean(entry: Any, exclude: Collection[str] | None = None, **kwargs: Any) -> None:
        keys = {field.name for field in entry._meta.concrete_fields if field.is_relation}
        original(entry, exclude={*(exclude or ()), *keys}, **kwargs)

    return full_clean


def connect() -> None:
    """Replace the method; called once, when the app is ready."""
    replace(BaseLogEntry, "full_clean", _trusting_its_keys)

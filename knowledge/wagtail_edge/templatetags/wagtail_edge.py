"""Our sentences where Wagtail has its own, which know nothing of spaces."""

from __future__ import annotations

from typing import Any

from django import template

from access.explain import readers_in_words

register = template.Library()


@register.simple_tag
def who_reads(panel: Any) -> str:
    """Say who reads the page of a side panel of the editor; a new one lies in the space of the page above it."""
    page, parent = panel.object, panel.parent_page
    space = page.space or getattr(parent, "space", None)
    return readers_in_words(space, page)

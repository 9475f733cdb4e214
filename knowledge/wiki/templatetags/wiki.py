"""What templates of rich text ask."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from knowledge.wiki.missing import with_links

register = template.Library()


@register.filter
def with_titles_linked(html: str) -> SafeString:
    """Return rendered rich text with `[[Title]]` as links within the reader's rights."""
    return with_links(html)

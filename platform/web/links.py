"""Links to what is named: pages of organisations and people, telephone numbers, addresses of mail."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_NATIONAL_ZERO = re.compile(r"\(0\)")  # +49 (0)231 is dialled without it
_SECOND_NUMBER = re.compile(r"(?<=\d)\s*(?:[,;]|\bor\b|\boder\b).*")
_NOT_DIALLED = re.compile(r"[^\d+]")
_SHORTEST = 3  # digits: 110, 112


def linked(item: object) -> object:
    """Write what is named as a link to its page, if it has one.

    Args:
        item: An object with `url`, a dict with `title` and `url`, a text, or None.
    """
    if item is None:
        return ""
    if isinstance(item, dict):
        title, url = item.get("title", ""), item.get("url", "")
    else:
        title, url = str(item), getattr(item, "url", "")
    if not url:
        return title
    return format_html('<a class="kern-link" href="{}">{}</a>', url, title)


def linked_list(items: Iterable[object]) -> SafeString:
    """Write several things that are named as links, with commas."""
    return format_html_join(", ", "{}", ((linked(item),) for item in items))


def telephone(number: str) -> str:
    """Write a telephone number so that it can be touched; without digits it stays text."""
    first = _SECOND_NUMBER.sub("", number.strip())
    dialled = _NOT_DIALLED.sub("", _NATIONAL_ZERO.sub("", first))
    if len(dialled) < _SHORTEST:
        return number
    return format_html(
        '<a class="kern-link kern-link--no-visited-state" href="tel:{}">{}</a>', dialled, number
    )


def mail(address: str) -> str:
    """Write an address of mail so that it can be touched."""
    if not address:
        return ""
    return format_html(
        '<a class="kern-link kern-link--no-visited-state" href="mailto:{0}">{0}</a>', address
    )

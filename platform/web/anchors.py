"""Anchors of headings: a page's parts can be linked to, and are listed beside a long page.

What has an `id` keeps it; other headings get one from their words, so that it stays while they do.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

_HEADING = re.compile(r"<h([2-4])\b([^>]*)>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"')
# Begins with plain letters, which is looked for many times as fast; data-id is taken for one, too, and does no harm.
_ID_ANYWHERE = re.compile(r'id="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_UNLINKED = "data-unlinked"  # attribute of a heading that comes again and again, such as "Tasks"
_LONGEST = 60  # characters of an id
_KEY_LENGTH = 8  # of a block's key, enough for one page


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that can be linked to; `level` is 2 to 4."""

    level: int
    anchor: str
    text: str


def with_anchors(source: str, taken: Sequence[str] = ()) -> tuple[SafeString, list[Heading]]:
    """Give each heading an `id` and a link to copy.

    Args:
        source: Trusted HTML, as templates render it.
        taken: Ids that the page has already.

    Returns:
        The HTML and its headings, in order.
    """
    headings: list[Heading] = []
    used = {*taken, *_ID_ANYWHERE.findall(source)}

    def anchored(match: re.Match[str]) -> str:
        level, attributes, inner = match.groups()
        text = " ".join(html.unescape(_TAG.sub(" ", inner)).split())
        if not text or _UNLINKED in attributes:
            return match[0]
        own = _ID.search(attributes)
        anchor = own[1] if own else _free(from_words(text), used)
        headings.append(Heading(int(level), anchor, text))
        written = attributes if own else f'{attributes} id="{anchor}"'
        heading = f"<h{level}{written}>{inner}</h{level}>"
        return f'<div class="sw-anchored">{heading}{link_to(anchor, text)}</div>'

    return mark_safe(_HEADING.sub(anchored, source)), headings  # noqa: S308  rendered by templates


def anchor_of(prefix: str, key: str | None, number: int) -> str:
    """Return the `id` of a block: from its key, which stays whatever is written in it, else from its number."""
    return f"{prefix}-{key[:_KEY_LENGTH] if key else number}"


def link_to(anchor: str, text: str) -> SafeString:
    """Write the link that a script copies; without one it leads to the place, whose address stands in the bar then."""
    return format_html(
        '<a class="sw-anchor" href="#{}" data-copy-link="{}" aria-label="{}">'
        '<span class="kern-icon kern-icon--content-copy kern-icon--small" aria-hidden="true"></span></a>',
        anchor,
        _("The link was copied."),
        _("Copy link: %(heading)s") % {"heading": text},
    )


def from_words(text: str) -> str:
    """Return words as they stand in an address: small letters without umlauts, joined by hyphens."""
    return slugify(text.casefold().translate(_UMLAUTS))[:_LONGEST].strip("-") or "abschnitt"


def _free(anchor: str, used: set[str]) -> str:
    free, number = anchor, 1
    while free in used:
        number += 1
        free = f"{anchor}-{number}"
    used.add(free)
    return free

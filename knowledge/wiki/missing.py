"""`[[Title]]` in a text: a link to the page with this title, for whoever may read it; else a way to begin it.

Saved by the editor it is a link to a page by its number (`knowledge.editing.titles`), shown with the present title.
What has no number is looked up when the text is shown, within the reader's rights: a title that only a hidden page has
is like one that none has, and so is a link to one. Whoever may write in the space of the text sees it in red, everybody
else the words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.fields import RichTextField, StreamField

from access.reader import current_reader, remembered
from access.rights import Person, can
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.by_title import pages_by_title, title_of
from knowledge.pages.references import remembered_targets
from knowledge.text import WANTED

_LINK = re.compile(r"(<a\b.*?</a>)", re.DOTALL)
_LINKED = re.compile(r'<a\b(?:[^>]*\shref="([^"]*)")?[^>]*>(.*?)</a>', re.DOTALL)
SERVING = "wagtail_serve"
"""Name of the address that shows a page."""
_SHOWN = "page whose texts are shown"


def note_shown(page: Any, request: HttpRequest) -> Mapping[str, Any]:
    """Note whose texts are rendered, and look up all titles in them at once; a query only if there are any."""
    match = getattr(request, "resolver_match", None)
    is_served = (
        match is not None and match.url_name == SERVING
    )  # a file or a preview begins no page
    noted: dict[str, Any] = remembered(_SHOWN, dict)
    noted.update(page=page, is_served=is_served)
    titles = {title_of(unescape(found)) for text in _texts(page) for found in WANTED.findall(text)}
    _look_up(titles, page)
    return {}


def _texts(page: Any) -> Iterator[str]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from _strings(list(getattr(page, field.name).raw_data))
        elif isinstance(field, RichTextField):
            yield getattr(page, field.name)


def _strings(value: Any) -> Iterator[str]:
    """Yield the texts with brackets anywhere inside what a StreamField stores."""
    if isinstance(value, str):
        if "[[" in value:
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _strings(inner)


def _look_up(titles: Iterable[str], page: Any) -> dict[str, Any]:
    """Return the visible page for each title, None where there is none; of several one in the text's own space."""
    reader = current_reader()
    known: dict[str, Any] = remembered(("pages by title", reader.pk), dict)
    wanted = {title for title in titles if title} - known.keys()
    if wanted:
        known.update(dict.fromkeys(wanted))
        known.update(pages_by_title(reader, wanted, space_id=page and page.space_id))
    return known


def with_links(html: str) -> SafeString:
    """Return rendered rich text with `[[Title]]` as links, as red links, or as the words alone."""
    if "[[" not in html:
        return mark_safe(html)  # noqa: S308  it was rendered by Wagtail from what is sanitised
    noted: dict[str, Any] = remembered(_SHOWN, dict)
    page: Any = noted.get("page")
    known = _look_up([title_of(unescape(found)) for found in WANTED.findall(html)], page)
    may_create = noted.get("is_served", False) and _may_create(current_reader(), page)

    def shown(found: re.Match[str]) -> str:
        title = title_of(unescape(found[1]))
        if not title:
            return found[1]
        target = known.get(title)
        if target is not None and (page is None or target.pk != page.pk):
            return format_html('<a href="{}">{}</a>', target.url, title)
        if target is None and may_create:
            context = {"title": title, "page": page.pk}
            return render_to_string("wiki/_missing.html", context).strip()
        return escape(title)

    targets: dict[str, str] = {
        escape(one.url): one.title for one in remembered_targets(KnowledgePage) if one.live
    }

    def linked(piece: str) -> str:
        found = _LINKED.fullmatch(piece)
        if found is None or not WANTED.search(found[2]):
            return piece
        if found[1] is None:  # to a page that isn't there for this reader
            return WANTED.sub(shown, found[2])
        title = targets.get(found[1])
        return piece if title is None else WANTED.sub(lambda _typed: escape(title), piece)

    pieces = [
        linked(piece) if number % 2 else WANTED.sub(shown, piece)
        for number, piece in enumerate(_LINK.split(html))
    ]
    return mark_safe("".join(pieces))  # noqa: S308  likewise; what is put in is escaped


def _may_create(reader: Person, page: Any) -> bool:
    return page.space_id is not None and can(reader, Action.ADD, page.space)

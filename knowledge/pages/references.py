"""What a stored reference shows: a link in a text, a chosen page or file, a tag, a "used by".

Whoever wrote the reference could see its target; whoever reads it may not. Wagtail resolves references without asking,
so its ways of doing it are replaced here, once for every field and page type there is or will be. A target that the
current reader may not see looks exactly like one that was deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wagtail.documents.rich_text import DocumentLinkHandler
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text.pages import PageLinkHandler

from access.reader import remembered
from access.rights import visible_or_none
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument

Attributes = dict[str, Any]  # of a tag in stored rich text


# --- links in rich text ---------------------------------------------------------------------------
def visible_targets(model: Any, attributes: Sequence[Attributes]) -> list[Any]:
    """Return a visible object or None for each link, asking the database once for what is new in this request."""
    known: dict[str, Any] = remembered(("link targets", model), dict)
    wanted = {str(one.get("id", "")) for one in attributes} - known.keys()
    wanted = {pk for pk in wanted if pk.isdecimal()}
    if wanted:
        found = {str(one.pk): one for one in model.objects.filter(pk__in=wanted)}
        known.update({pk: visible_or_none(found.get(pk)) for pk in wanted})
    return [known.get(str(one.get("id", ""))) for one in attributes]


def remembered_targets(model: Any) -> list[Any]:
    """Return what `visible_targets` found in this request."""
    known: dict[str, Any] = remembered(("link targets", model), dict)
    return [one for one in known.values() if one is not None]


_LINK = re.compile(r'<a\b[^>]*\blinktype="(page|document)"[^>]*>')
_LINK_ID = re.compile(r'\bid="(\d+)"')


def preload_links(page: Any) -> None:
    """Look up the targets of all links in a page's texts at once, however many texts it has."""
    wanted: dict[str, list[Attributes]] = {"page": [], "document": []}
    for text in _texts_with_links(page):
        for link in _LINK.finditer(text):
            number = _LINK_ID.search(link[0])
            if number:
                wanted[link[1]].append({"id": number[1]})
    for kind, model in {"page": KnowledgePage, "document": KnowledgeDocument}.items():
        if wanted[kind]:
            visible_targets(model, wanted[kind])


def _texts_with_links(page: Any) -> Iterator[str]:
    for one in page._meta.get_fields():
        if isinstance(one, StreamField):
            yield from _strings(list(getattr(page, one.name).raw_data))
        elif isinstance(one, RichTextField):
            yield getattr(page, one.name)


def _strings(value: Any) -> Iterator[str]:
    """Yield the strings with links anywhere inside what a StreamField stores."""
    if isinstance(value, str):
        if "linktype=" in value:
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _strings(inner)


class VisiblePageLinkHandler(PageLinkHandler):
    """Links to pages, without an address where the reader may not follow."""

    @classmethod
    def get_many(cls, attrs_list: list[Attributes]) -> list[Any]:
        """Return the pages that the current reader may see, None for the others; published ones only."""
        pages = visible_targets(KnowledgePage, attrs_list)
        return [page if page is not None and page.live else None for page in pages]


class VisibleDocumentLinkHandler(DocumentLinkHandler):
    """Links to documents, without an address where the reader may not follow."""

    @classmethod
    def get_many(cls, attrs_list: list[Attributes]) -> list[Any]:
        """Return the documents that the current reader may see, None for the others."""
        return visible_targets(KnowledgeDocument, attrs_list)

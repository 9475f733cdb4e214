"""What the search knows of one object: plain values, made by the content apps, stored by the engines.

Rights are never part of a document. It carries its place (space, tree path, audience); a reader's scope is
evaluated against that place at query time, so a changed grant needs no re-indexing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached to a page, with its extracted text.

    Attributes:
        key: Stable identifier of the file, unique within its document.
        title: The name that readers see.
        url: Its address, relative to the site.
        pages: Extracted text, one string a page; formats without pages have one string.
    """

    key: str
    title: str
    url: str
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One findable thing: usually a page, or an agenda item with an audience of its own.

    Attributes:
        key: Unique and stable, `<source>:<id>` or `<source>:<id>#<part>`.
        space_id: Primary key of the space it belongs to.
        path: Treebeard path of its page.
        kind: Registered kind, such as `measure` or `minutes`.
        title: Shown as the hit's heading.
        url: Where the hit leads, relative to the site.
        audience: Primary keys of the organisations it is narrowed to; empty means all readers of the page.
        headings: Headings in reading order.
        body: Plain text, paragraphs separated by line feeds.
        attachments: Files with their text.
        organisations: Slugs of organisations it concerns.
        facets: Values of registered facets that are no field of their own, by the facet's name.
        people: Names as shown.
        tags: Names as shown.
        called: Words by which people ask for things of this kind, such as Telefon for a contact.
        dated_on: The day that it is about or was published on; None if unknown.
        language: ISO 639-1.
    """

    key: str
    space_id: int
    path: str
    kind: str
    title: str
    url: str
    audience: frozenset[int] = frozenset()
    headings: tuple[str, ...] = ()
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    organisations: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    dated_on: dt.date | None = None
    language: str = "de"

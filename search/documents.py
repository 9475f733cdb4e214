"""What the search knows of one object: plain values, made by the content apps, stored by the engines.

Rights are never part of a document. It carries its place (space, tree path, audience); a reader's scope is
evaluated against that place at query time, so a changed grant needs no re-indexing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file attached to a page, with the text that was read out of it.

    Attributes:
        key: Stable identifier of the file, unique within its document.
        title: What the reader sees as its name.
        url: Where it is served, relative to the site.
        pages: Extracted text, one string a page; formats without pages have one string.
    """

    key: str
    title: str
    url: str
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One findable passage holder: usually a page, or an agenda item with its own audience.

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
        field_of_action: Slug, or empty.
        districts: Slugs.
        people: Names as shown.
        tags: Names as shown.
        dated_on: The day it is about or was published on; None if unknown.
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
    field_of_action: str = ""
    districts: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    dated_on: dt.date | None = None
    language: str = "de"

"""The answers of the API: plain values of what the reader may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Schema


class Named(Schema):
    """Something with a short name: an organisation, a field of action, a district."""

    slug: str
    title: str


class SpaceOut(Named):
    """A space that the reader has a role in."""

    id: int


class PageLink(Schema):
    """A page that the reader may see."""

    id: int
    title: str
    url: str = Field(description="Address for people, relative to the site.")


class PageOut(PageLink):
    """A published page, without its text."""

    type: str = Field(description="Type of page, such as `measures.MeasurePage`.")
    kind: str = Field(description="Kind as in the search; empty for lists and home pages.")
    api_url: str = Field(description="Address of the page in this API.")
    space: SpaceOut | None = Field(
        None, description="Null for the start page, and for a shared page of another space."
    )
    organisation: Named | None = Field(None, description="The organisation that owns the page.")
    handling: str = Field(description="`public`, `internal` or `confidential`.")
    review_by: dt.date | None = None
    first_published_at: dt.datetime | None = None
    last_published_at: dt.datetime | None = None
    is_sample: bool = False


class TextOut(Schema):
    """One text of a page as the reader sees it, without links, pictures and files that are hidden from them."""

    name: str
    html: str


class FileLink(Schema):
    """A document or an image that the reader may see."""

    id: int
    title: str
    url: str = Field(description="Address for people who are signed in.")
    api_url: str
    file_url: str = Field(description="Where a program fetches the file.")


class PageDetail(PageOut):
    """A published page with everything that the API tells of it."""

    parent: PageLink | None = Field(None, description="Null if the reader may not see it.")
    facts: dict[str, Any] = Field(description="Fields of this type of page; documented by name.")
    texts: list[TextOut]
    attachments: list[FileLink]


class DocumentOut(FileLink):
    """A document, without its content."""

    space: SpaceOut | None = None
    file_type: str
    size_bytes: int | None = None
    created_at: dt.datetime


class ImageOut(FileLink):
    """An image, without its content."""

    space: SpaceOut | None = None
    description: str
    width: int
    height: int
    created_at: dt.datetime


class PageList(Schema):
    """A part of a list of pages."""

    count: int
    items: list[PageOut]


class DocumentList(Schema):
    """A part of a list of documents."""

    count: int
    items: list[DocumentOut]


class ImageList(Schema):
    """A part of a list of images."""

    count: int
    items: list[ImageOut]


class SpaceList(Schema):
    """All spaces in which the reader may read."""

    count: int
    items: list[SpaceOut]


class KeyOut(Schema):
    """The access key of the request."""

    name: str
    scope: str
    expires_at: dt.datetime


class WhoAmI(Schema):
    """In whose name the request is answered."""

    username: str
    name: str
    organisation: Named | None = None
    key: KeyOut | None = Field(None, description="Null for somebody who is signed in.")


class Stretch(Schema):
    """Which part of a list is wanted."""

    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0, le=10_000)


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] | None = None

"""Parts of a page that rooms bring: in its right column, or below its text.

A part gets the page and the request. Comments, tasks, backlinks and the facts of a kind are such parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists
from django.http import HttpRequest

from access.rights import Person, can, scope_for
from access.roles import Action
from access.selectors import readers_in_short
from knowledge.pages.kinds import kind_of
from web.panels import Panel, Place
from web.registry import Registry

page_parts: Registry[Panel] = Registry(
    "part of a page", cure="register it with knowledge.pages.parts.page_parts.register"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMark:
    """Something that most pages haven't: known with the page, so that they need no query of their own to say so.

    Attributes:
        name: Of the attribute that a page that is shown gets; previews don't.
        condition: Returns the condition, about the page as `OuterRef("pk")`.
    """

    name: str
    condition: Callable[[], Exists]


page_marks: Registry[PageMark] = Registry(
    "mark of a page", cure="register it with knowledge.pages.parts.page_marks.register"
)


_LONG = 3  # headings; fewer are seen at a glance
_LOWEST_LISTED = 3  # level of headings in the list of contents


def _files(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if not getattr(page, "has_files", True):  # loaded with the page, but not with a preview
        return None
    found = _attachments(page, request.user)
    return {"attachments": found} if found else None


def _attachments(page: Any, user: Person) -> list[dict[str, Any]]:
    """Return the attached files for `components/attachment_list.html`."""
    # Its text may be long, and only what is said of it is shown.
    attached = page.attachments.select_related("document__extracted_text").defer(
        "document__extracted_text__pages"
    )
    documents = (one.document for one in attached)
    return [
        {
            "title": document.title,
            "url": document.url,
            "file_type": document.file_extension,
            "size": document.file_size,
            "note": document.search_note,
        }
        for document in documents
        if can(user, Action.READ, document)
    ]


def _facts(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    kind = kind_of(type(page))
    return {"facts_template": kind.facts_template} if kind and kind.facts_template else None


def _contents(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    """Return the headings of a long page; its text was rendered before the right column is asked for."""
    found = [one for one in page.shown_headings if one.level <= _LOWEST_LISTED]
    if len(found) < _LONG:
        return None
    return {"headings": found, "top": min(one.level for one in found)}


def _readers(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    """Return who reads the page's space, to its readers; whoever was given the page alone learns nothing of it."""
    if page.space_id is None:
        return None
    reads_space = page.space_id in scope_for(request.user).spaces
    return {"readers": readers_in_short(page.space) if reads_space else None}


CONTENTS = Panel(
    name="contents", template="pages/_contents.html", place=Place.ASIDE, order=5, context=_contents
)
FACTS = Panel(
    name="facts",
    template="pages/_facts.html",
    place=Place.ASIDE,
    order=10,
    context=_facts,
    is_content=True,
)
FILES = Panel(
    name="files",
    template="pages/_files.html",
    place=Place.ASIDE,
    order=40,
    context=_files,
    is_content=True,
)
READERS = Panel(
    name="readers", template="pages/_readers.html", place=Place.ASIDE, order=90, context=_readers
)

"""What Wagtail's admin reads without asking whether it can be what is meant: refused before a view sees it."""

from __future__ import annotations

import re

from django.core.exceptions import BadRequest
from django.http import HttpRequest

# Parameters that are numbers wherever they occur, mostly of objects; Wagtail hands them to the database as they come.
_NUMBERS = frozenset({
    "offset", "limit", "p", "page", "id", "child_of", "descendant_of", "ancestor_of", "translation_of", "childOf",
    "parent_page_id", "new_parent_page", "chooser", "target_pages[]", "collection_id", "user", "owner", "edited_by",
    "site", "object_id", "content_type", "tag",
})  # fmt: skip
_A_NUMBER = re.compile(r"-?[0-9]{1,15}")  # what every database has room for
_WORDS = frozenset({"", "root", "all"})  # stand for a number
_ALWAYS_NUMBERS = frozenset({"id", "target_pages[]"})  # what was chosen: no word stands for it
_NOTHING = "\x00"  # PostgreSQL stores no text with it, and no person types it
# Fields that Wagtail's forms read unchecked.
_NEEDED = {"wagtailadmin_choose_page_external_link": "external-link-chooser-url"}


def refuse_odd_parameters(request: HttpRequest) -> None:
    """Refuse a request whose parameters can't mean anything.

    Raises:
        BadRequest: If a text has a NUL in it, a number is none or too large for any database, or a field is missing.
    """
    for data in (request.GET, request.POST):
        for name, values in data.lists():
            if any(_NOTHING in text for text in (name, *values)):
                raise BadRequest("A parameter has a NUL in it.")
    for name in _NUMBERS & request.GET.keys():
        for value in request.GET.getlist(name):
            words = frozenset() if name in _ALWAYS_NUMBERS else _WORDS
            if value not in words and not _A_NUMBER.fullmatch(value):
                raise BadRequest("A parameter that is a number is none.")
    match = request.resolver_match
    needed = _NEEDED.get(match.view_name) if match else None
    if request.method == "POST" and needed and needed not in request.POST:
        raise BadRequest("A field of the form is missing.")

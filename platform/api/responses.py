"""What the operations share: links to files and spaces, and the refusal of unknown parameters."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.errors import HttpError

from access.rights import Person, scope_for


def refuse_unknown_parameters(request: HttpRequest, known: type[Schema] | Collection[str]) -> None:
    """Refuse unknown parameters: a misspelt filter would otherwise return everything.

    Raises:
        HttpError: 422, naming the parameter.
    """
    names = known if isinstance(known, Collection) else known.model_fields
    for name in request.GET:
        if name not in names:
            text = _("There is no parameter “%(name)s” here.") % {"name": name[:80]}
            raise HttpError(422, text)


def space_of(user: Person, content: Any) -> dict[str, Any] | None:
    """Return the space of a page or file; None if the reader may not know it: a share doesn't tell the space."""
    if content.space_id not in scope_for(user).spaces:
        return None
    space = content.space
    return {"id": space.pk, "slug": space.slug, "title": space.title}


def file_link(file: Any, kind: str) -> dict[str, Any]:
    """Return title and addresses of a document or an image that the reader may see."""
    return {
        "id": file.pk,
        "title": file.title,
        "url": file.url if kind == "document" else f"/bilder/{file.file.name}",
        "api_url": reverse(f"api:{kind}", args=[file.pk]),
        "file_url": reverse(f"api:{kind}_file", args=[file.pk]),
    }

"""Forms of documents and images in the admin: a file lies in a space in which its uploader may add."""

from __future__ import annotations

from typing import Any

from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from access.models import Space
from access.rights import rights_of
from access.roles import Role


class _SpaceFormMixin:
    """Offers the spaces in which the user may add; Wagtail hands `user` to the forms of files."""

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)  # type: ignore[call-arg]  # a mixin of ModelForms
        fields: dict[str, Any] = getattr(self, "fields", {})
        if "space" in fields:
            spaces = rights_of(user).spaces_with(Role.CONTRIBUTOR) if user is not None else ()
            fields["space"].queryset = Space.objects.filter(pk__in=spaces)


class DocumentForm(_SpaceFormMixin, BaseDocumentForm):
    """A document and its space."""


class ImageForm(_SpaceFormMixin, BaseImageForm):
    """An image and its space."""

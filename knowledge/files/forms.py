"""Forms of documents and images in the admin: a file belongs to a space in which its uploader may add."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile as Upload
from django.forms import HiddenInput, ModelChoiceField
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageSequence
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm
from wagtail.models import UploadedFile

from access.models import Space
from access.rights import spaces_where
from access.roles import Action

KEPT = "kept_file"


class _SpaceFormMixin:
    """Offers the spaces in which the user may add; Wagtail hands `user` to the forms of files.

    If the form of a new file is refused, for instance without a space, the file is kept for the next attempt: browsers
    don't send it again.
    """

    def __init__(self, *args: Any, user: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)  # type: ignore[call-arg]  # a mixin of ModelForms
        self.user = user
        self._taken_up: UploadedFile | None = None
        form: Any = self
        if "space" in form.fields:
            spaces = spaces_where(user, Action.ADD) if user is not None else ()
            form.fields["space"].queryset = Space.objects.filter(pk__in=spaces)
            if len(spaces) == 1:
                form.initial["space"] = form.initial.get("space") or next(iter(spaces))
        if "file" in form.fields and user is not None and form.instance.pk is None:
            self._take_up_kept_file(form)

    def _take_up_kept_file(self, form: Any) -> None:
        """Use the file of an earlier attempt, unless another one was chosen."""
        mine = UploadedFile.objects.filter(
            uploaded_by_user=self.user,
            for_content_type=ContentType.objects.get_for_model(form.instance),
        )
        form.fields[KEPT] = ModelChoiceField(mine, required=False, widget=HiddenInput)
        number = form.data.get(form.add_prefix(KEPT), "")
        name = form.add_prefix("file")
        kept = mine.filter(pk=number).first() if str(number).isdecimal() else None
        if kept is None or name in form.files or not kept.file.storage.exists(kept.file.name):
            return
        self._taken_up = kept
        form.files = form.files.copy()
        form.files[name] = Upload(
            kept.file.open(), name=PurePath(kept.file.name).name, size=kept.file.size
        )

    def full_clean(self) -> None:
        """Check the form; keep its file if something else is wrong."""
        form: Any = self
        super().full_clean()  # type: ignore[misc]  # a mixin: the form is beside it
        if KEPT not in form.fields or not form.is_bound or not form._errors:
            return
        upload = form.files.get(form.add_prefix("file"))
        # The drop zone for several files sends no space and keeps files itself.
        is_asked_for_space = form.add_prefix("space") in form.data
        if upload is None or "file" in form._errors or not is_asked_for_space:
            return
        kept = self._taken_up or self._keep(upload)
        form.data = form.data.copy()
        form.data[form.add_prefix(KEPT)] = str(kept.pk)
        form["file"].help_text = _(
            "“%(name)s” is kept. Choose a file only if you want another one."
        ) % {"name": upload.name}

    def _keep(self, upload: Any) -> UploadedFile:
        form: Any = self
        upload.seek(0)
        return UploadedFile.objects.create(
            for_content_type=ContentType.objects.get_for_model(form.instance),
            file=upload,
            uploaded_by_user=self.user,
        )

    def save(self, commit: bool = True) -> Any:
        """Save, and remove what was kept for it."""
        form: Any = self
        saved = super().save(commit=commit)  # type: ignore[misc]  # a mixin: the form is beside it
        kept = form.cleaned_data.get(KEPT)
        if kept is not None and commit:
            kept.file.delete(save=False)
            kept.delete()
        return saved


class DocumentForm(_SpaceFormMixin, BaseDocumentForm):
    """A document and its space."""


class ImageForm(_SpaceFormMixin, BaseImageForm):
    """An image and its space."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].to_python = _reading_to_the_end(self.fields["file"].to_python)


def _reading_to_the_end(to_python: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a field's `to_python` that refuses truncated pictures; Wagtail's only reads the head."""

    def read(data: Any) -> Any:
        try:
            file = to_python(data)
            if file is not None and file.content_type != "image/svg+xml":
                file.seek(0)
                # WeasyPrint has Pillow take pictures without their end, in every process that has loaded it.
                ImageFile.LOAD_TRUNCATED_IMAGES = False
                with Image.open(file) as picture:
                    for frame in ImageSequence.Iterator(picture):
                        frame.load()
                file.seek(0)
        except (OSError, SyntaxError, ValueError, struct.error) as error:
            raise ValidationError(
                _(
                    "This picture can't be read: the file is damaged or ends too early. Nothing was saved. Please save"
                    " it anew with a graphics program and upload that."
                )
            ) from error
        return file

    return read

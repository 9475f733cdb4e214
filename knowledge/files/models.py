"""Documents and images, each in one space, and attachments of pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    ImageQuerySet,
    get_upload_to,
)
from wagtail.models import Orderable
from wagtail.search import index

from access.models import Space
from access.querysets import VisibleFilesMixin
from knowledge.basepage.models import KnowledgePage
from knowledge.files.picture_field import PictureField
from knowledge.files.picture_metadata import without_metadata


class KnowledgeDocumentQuerySet(VisibleFilesMixin, DocumentQuerySet):
    """Documents; `visible_to` keeps what a reader may see."""


class KnowledgeImageQuerySet(VisibleFilesMixin, ImageQuerySet):
    """Images; `visible_to` keeps what a reader may see."""


class KnowledgeDocument(AbstractDocument):
    """A file to download, in one space."""

    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, related_name="documents", verbose_name=_("space")
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    stays_confidential = models.BooleanField(
        _("stays confidential"),
        default=False,
        editable=False,
        help_text=_("The last confidential page that showed it went with the bin."),
    )

    objects = KnowledgeDocumentQuerySet.as_manager()

    search_fields: ClassVar = [*AbstractDocument.search_fields, index.FilterField("space")]

    admin_form_fields = ("title", "space", "file", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def clean(self) -> None:
        """Check the file's kind; a kept file was checked at the earlier attempt."""
        if self.file:
            super().clean()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a new file's size and hash, whoever stores it; the ETag is made of the hash."""
        if self.file and not self.file._committed:
            self._set_document_file_metadata()
        super().save(*args, **kwargs)

    @property
    def search_note(self) -> str:
        """Return in a few words why the search lacks all or part of its text; empty if it has all."""
        # `importing` keeps it; files are looked at without importing what stands above them.
        extracted = getattr(self, "extracted_text", None)
        if extracted is None:
            return gettext("not searchable yet: the file is being read")
        return str(extracted.note)

    @property
    def search_problem(self) -> str:
        """Return in a sentence why it isn't searchable and what to do; otherwise `search_note`."""
        extracted = getattr(self, "extracted_text", None)
        if extracted is None or extracted.waits_for_recognition:
            return self.search_note
        return str(extracted.problem or extracted.note)


class KnowledgeImage(AbstractImage):
    """A picture, in one space."""

    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, related_name="images", verbose_name=_("space")
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    stays_confidential = models.BooleanField(
        _("stays confidential"),
        default=False,
        editable=False,
        help_text=_("The last confidential page that showed it went with the bin."),
    )

    file = PictureField(
        verbose_name=_("file"), upload_to=get_upload_to, width_field="width", height_field="height"
    )

    objects = KnowledgeImageQuerySet.as_manager()

    search_fields: ClassVar = [*AbstractImage.search_fields, index.FilterField("space")]

    admin_form_fields = (
        "title", "description", "space", "file", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def _set_image_file_metadata(self) -> None:
        """Note size and hash of the stored file, not of the uploaded one."""
        if not self.file._committed:
            self.file.open()
            plain = without_metadata(self.file.read())
            picture: Any = ContentFile(plain, name=self.file.name)
            self.file = picture
        super()._set_image_file_metadata()


class KnowledgeRendition(AbstractRendition):
    """A picture in another size; readable where its original is."""

    image = models.ForeignKey(KnowledgeImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="one_rendition_per_filter"
            )
        ]


class PageAttachment(Orderable):
    """A document attached to a page: listed below its text, searched with it."""

    page = ParentalKey(KnowledgePage, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        KnowledgeDocument,
        on_delete=models.PROTECT,
        related_name="attached_to",
        verbose_name=_("document"),
    )

    panels: ClassVar = [FieldPanel("document")]

    class Meta(Orderable.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> Any:
        return self.document.title

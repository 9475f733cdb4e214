"""Documents and images, each in one space, and their attachment to pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet
from wagtail.models import Orderable

from access.models import Space
from access.querysets import VisibleFilesMixin
from knowledge.basepage.models import KnowledgePage


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

    objects = KnowledgeDocumentQuerySet.as_manager()

    admin_form_fields = ("title", "space", "file", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new file's size and hash come with it, whoever stores it: the ETag is made of the hash."""
        if self.file and not self.file._committed:
            self._set_document_file_metadata()
        super().save(*args, **kwargs)

    @property
    def search_note(self) -> str:
        """Return why the search does not know its text, or not all of it, in a few words; empty if it does."""
        # `importing` keeps it; files are looked at without importing what stands above them.
        extracted = getattr(self, "extracted_text", None)
        if extracted is None:
            return gettext("not searchable yet: the file is being read")
        return str(extracted.note)

    @property
    def search_problem(self) -> str:
        """Return why it is not searchable and what to do, in a sentence; else like `search_note`."""
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

    objects = KnowledgeImageQuerySet.as_manager()

    admin_form_fields = (
        "title", "description", "space", "file", "tags",
        "focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height",
    )  # fmt: skip

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")


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

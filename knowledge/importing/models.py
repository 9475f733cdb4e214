"""The text of attached files, and where imported pages come from."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.models import Space
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument
from knowledge.importing.extraction.confined.recognition import is_available
from knowledge.importing.extraction.results import Loss, Reason
from knowledge.importing.extraction.sentences import loss_note, note_for, sentence_for
from knowledge.importing.extraction.sniffing import SCANNED_ENDINGS

# What a reader of the file should know of; what the author hid is only said to whoever imports.
_NAMED = (Loss.COMMENTS, Loss.CHANGES, Loss.SEALED)


class ExtractedText(models.Model):
    """What the search knows of a document's content; belongs to one version of its file."""

    document = models.OneToOneField(
        KnowledgeDocument,
        on_delete=models.CASCADE,
        related_name="extracted_text",
        verbose_name=_("document"),
    )
    file_name = models.CharField(_("file name"), max_length=300)
    file_hash = models.CharField(_("file hash"), max_length=40, blank=True)
    pages: models.JSONField[list[str], list[str]] = models.JSONField(_("pages"), default=list)
    reason = models.CharField(_("reason why there is no text"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, default="de")
    is_truncated = models.BooleanField(_("truncated"), default=False)
    # An imported page says all that its original says: kept in both, each passage would be found twice.
    is_on_page = models.BooleanField(_("whole text is on the page"), default=False)
    # How many pages have their text by recognition; empty as long as nobody tried.
    recognised_pages = models.PositiveIntegerField(_("recognised pages"), null=True, blank=True)
    # What the text leaves out and how often, by the names of `extraction.results.Loss`.
    lost: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(
        _("left out"), default=dict
    )
    extracted_at = models.DateTimeField(_("extracted at"), auto_now=True)

    class Meta:
        verbose_name = _("extracted text")
        verbose_name_plural = _("extracted texts")

    def __str__(self) -> str:
        return f"{self.document_id}: {self.reason or len(self.pages)}"

    @property
    def problem(self) -> str:
        """Return why the document is not searchable, as a sentence; empty if it is."""
        if not self.reason:
            return ""
        return sentence_for(Reason(self.reason), name=self.document.title)

    @property
    def note(self) -> str:
        """Return what stands beside the document's name: why it is not searchable, or not all of it; else empty."""
        if self.waits_for_recognition:
            return gettext("not searchable yet: its scanned pages are being read")
        if self.reason:
            return note_for(Reason(self.reason))
        notes = [gettext("searchable in part: the file is very long")] if self.is_truncated else []
        notes += [loss_note(loss, self.lost[loss]) for loss in _NAMED if self.lost.get(loss)]
        return "; ".join(notes)

    @property
    def waits_for_recognition(self) -> bool:
        """Tell whether it is a scan that nobody tried to recognise, on an installation that can."""
        return (
            self.reason == Reason.NO_TEXT
            and self.recognised_pages is None
            and self.file_name.lower().endswith(SCANNED_ENDINGS)
            and is_available()
        )


class ImportedPage(models.Model):
    """Which file a page was made of, so that another run changes only what changed."""

    page = models.OneToOneField(
        KnowledgePage,
        on_delete=models.CASCADE,
        related_name="imported_from",
        verbose_name=_("page"),
    )
    space = models.ForeignKey(
        Space, on_delete=models.CASCADE, related_name="imported_pages", verbose_name=_("space")
    )
    collection = models.CharField(_("name of the import"), max_length=200)
    source_path = models.CharField(_("path in the import"), max_length=700)
    content_hash = models.CharField(_("hash of the source"), max_length=64, blank=True)
    revision_id = models.PositiveBigIntegerField(_("revision of the import"), null=True)
    has_open_links = models.BooleanField(_("links wait for other pages"), default=False)

    class Meta:
        verbose_name = _("imported page")
        verbose_name_plural = _("imported pages")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["space", "collection", "source_path"], name="one_page_per_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.collection}/{self.source_path}"

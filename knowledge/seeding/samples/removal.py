"""Remove all samples, as if they had never been loaded."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from taggit.models import TaggedItem
from wagtail.models import ModelLogEntry, PageLogEntry

from access.models import NarrowedPassage, Space
from accounts.models import User
from audit.services import record
from knowledge.annual_reports.models import Report, ReportFile
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import (
    KnowledgeDocument,
    KnowledgeImage,
    KnowledgeRendition,
    PageAttachment,
)
from knowledge.indicators.models import Indicator
from knowledge.meetings.models import Decision, Meeting, NumberCounter, Topic
from knowledge.reporting.models import NewsRequest
from knowledge.seeding.models import SeedRecord
from knowledge.seeding.samples import KEY_PREFIX
from knowledge.seeding.samples.sign_ins import sign_ins_file
from search.outbox import deferred

_NAMED_AT_MOST = 10


class ForeignContentError(Exception):
    """People have put content of their own among the samples, which must not vanish with them."""


def remove_samples() -> dict[str, int]:
    """Remove sample pages, files, spaces and people with all that depends on them, and the sign-ins.

    What sample people wrote elsewhere stays but loses its author.

    Returns:
        How many of each kind were removed.

    Raises:
        ForeignContentError: If there is other content among the samples; then nothing changes.
    """
    with deferred(), transaction.atomic():
        _refuse_foreign_content()
        removed = {
            "Annual reports": _remove_reports(),
            "Indicators": _remove_all(Indicator.objects.filter(is_sample=True)),
            "Requests for news": _remove_all(NewsRequest.objects.filter(is_sample=True)),
            "Pages": _remove_pages(),
            "Documents": _remove_files(KnowledgeDocument),
            "Images": _remove_files(KnowledgeImage),
            "Spaces": _remove_all(Space.objects.filter(is_sample=True)),
            "People": _remove_all(User.objects.filter(is_sample=True)),
        }
        SeedRecord.objects.filter(key__startswith=KEY_PREFIX).delete()
        if any(removed.values()):
            record("samples.removed", actor=None)
        transaction.on_commit(partial(sign_ins_file().unlink, missing_ok=True))
    return removed


def remove_foreign_content() -> None:
    """Remove the pages and files that people have put among the samples."""
    with deferred(), transaction.atomic():
        PageAttachment.objects.filter(document__is_sample=True, page__is_sample=False).delete()
        _delete_pages(_foreign_pages())
        for files in (KnowledgeDocument, KnowledgeImage):
            _delete_files(files.objects.filter(space__is_sample=True, is_sample=False))


def _foreign_pages() -> QuerySet[KnowledgePage]:
    """Return pages that are no samples, but are in a sample space or below a sample page."""
    above = KnowledgePage.objects.filter(
        is_sample=True, path=Substr(OuterRef("path"), 1, Length("path"))
    )
    pages: QuerySet[KnowledgePage] = KnowledgePage.objects.filter(is_sample=False).filter(
        Q(space__is_sample=True) | Exists(above)
    )
    return pages


def _refuse_foreign_content() -> None:
    names = [f"the page “{page.title}” ({page.url_path})" for page in _foreign_pages()]
    for files in (KnowledgeDocument, KnowledgeImage):
        added = files.objects.filter(space__is_sample=True, is_sample=False)
        names += [f"the file “{file.title}”" for file in added]
    attachments = PageAttachment.objects.filter(document__is_sample=True, page__is_sample=False)
    names += [
        f"the sample file “{one.document}”, attached to “{one.page}”"
        for one in attachments.select_related("document", "page")
    ]
    if names:
        listed = "; ".join(names[:_NAMED_AT_MOST])
        more = len(names) - _NAMED_AT_MOST
        listed += f"; and {more} more" if more > 0 else ""
        raise ForeignContentError(
            f"People have put content of their own among the samples: {listed}. Nothing was removed. "
            "Move it elsewhere, or remove it too with --with-added-content."
        )


def _remove_pages() -> int:
    samples = KnowledgePage.objects.filter(is_sample=True)
    _forget_meetings(samples)
    return _delete_pages(samples)


def _forget_meetings(samples: QuerySet[KnowledgePage]) -> None:
    """Delete what lies beside minutes: approved ones can't go, and numbers begin anew where no decision is left."""
    Topic.objects.filter(Q(came_from__in=samples) | Q(taken_by__in=samples)).delete()
    NarrowedPassage.objects.filter(pages__in=samples).delete()
    given = Decision.objects.filter(space=OuterRef("space"), year=OuterRef("year"))
    here, elsewhere = given.filter(page__in=samples), given.exclude(page__in=samples)
    NumberCounter.objects.filter(Exists(here)).exclude(Exists(elsewhere)).delete()
    Meeting.objects.filter(page__in=samples).delete()


def _delete_pages(pages: QuerySet[KnowledgePage]) -> int:
    """Delete pages with their subpages, history and log entries."""
    ids = list(pages.values_list("pk", flat=True))
    for page in pages.order_by("-depth"):  # leaves first: each is gone when its parent's turn comes
        page.specific.delete()
    PageLogEntry.objects.filter(page_id__in=ids).delete()
    return len(ids)


def _remove_files(model: type[KnowledgeDocument] | type[KnowledgeImage]) -> int:
    return _delete_files(model.objects.filter(is_sample=True))


def _delete_files(files: QuerySet[Any]) -> int:
    """Delete documents or images with their renditions, tags, log entries and files on disk."""
    stored = [(one.file.storage, one.file.name) for one in files]
    for rendition in KnowledgeRendition.objects.filter(image__in=files.values("pk")):
        stored.append((rendition.file.storage, rendition.file.name))
    TaggedItem.objects.filter(_about(files)).delete()
    number = _remove_all(files)
    for storage, name in stored:
        transaction.on_commit(partial(_delete_from_disk, storage, name))
    return number


def _delete_from_disk(storage: Storage, name: str) -> None:
    """Delete a file now, which Wagtail leaves to a background task, and its folder if that becomes empty."""
    storage.delete(name)
    with suppress(OSError):
        Path(storage.path(name)).parent.rmdir()


def _remove_reports() -> int:
    """Delete reports with their files on disk; a frozen sample is none that has to be provable."""
    for file in ReportFile.objects.filter(report__is_sample=True):
        transaction.on_commit(partial(_delete_from_disk, file.file.storage, str(file.file.name)))
    return _remove_all(Report.objects.filter(is_sample=True))


def _remove_all(objects: QuerySet[Any]) -> int:
    about = _about(objects)
    ModelLogEntry.objects.filter(about).delete()
    ids = list(objects.values_list("pk", flat=True))
    objects.delete()
    return len(ids)


def _about(objects: QuerySet[Any]) -> Q:
    """Return the condition for generic rows that point to one of `objects`."""
    content_type = ContentType.objects.get_for_model(objects.model)
    ids: Iterable[Any] = list(objects.values_list("pk", flat=True))
    return Q(content_type=content_type, object_id__in=ids)

"""Export what an organisation owns, as far as whoever asked may read it: pages as HTML and JSON, files as they are.

Confidential pages and their files are in no export (docs/decisions/0009): their numbers are listed instead.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import secrets
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from access.handling import Classification
from access.rights import can, spaces_where
from access.roles import Action
from accounts.models import Organisation, User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.partners.models import ContentExport
from knowledge.partners.pages_as_files import (
    exported,
    files_of,
    index_of,
    page_as_html,
    page_as_json,
)
from knowledge.partners.plan import internal_spaces

logger = logging.getLogger(__name__)

_PROGRESS_EVERY = 20  # pages between two notes of how far it is
Told = Callable[[int], None]


def may_export(user: User, organisation: Organisation) -> bool:
    """Tell whether `user` may have the organisation's content exported: a curator, or a steward of its own space."""
    if can(user, Action.CURATE):
        return True
    if user.organisation_id != organisation.pk:
        return False
    own = internal_spaces(organisation).values_list("pk", flat=True)
    return not spaces_where(user, Action.GRANT).isdisjoint(own)


def request_export(organisation: Organisation, *, actor: User) -> ContentExport:
    """Have the content exported in the background; a request that is not done yet is returned instead of a second one.

    Raises:
        PermissionDenied: If the actor may not have it exported.
    """
    if not may_export(actor, organisation):
        raise PermissionDenied
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        waiting = organisation.exports.filter(
            requested_by=actor,
            state__in=[ContentExport.State.WAITING, ContentExport.State.RUNNING],
            requested_at__gt=timezone.now()
            - dt.timedelta(hours=1),  # a killed worker's is given up
        )
        export = waiting.first()
        if export is not None:
            return export
        export = ContentExport.objects.create(organisation=organisation, requested_by=actor)
        transaction.on_commit(lambda: make_export.enqueue(export.pk))
    return export


@task()
def make_export(export_id: int) -> None:
    """Make the ZIP of one request; its rights are asked again here, and again when it is fetched."""
    export = ContentExport.objects.select_related("organisation", "requested_by").get(pk=export_id)
    reader = export.requested_by
    if not may_export(reader, export.organisation):
        _note(export, state=ContentExport.State.FAILED)
        return
    pages = pages_of(export.organisation, reader)
    export.file_name = f"{secrets.token_hex(16)}.zip"
    _note(
        export, state=ContentExport.State.RUNNING, total=pages.count(), file_name=export.file_name
    )
    try:
        files = write_archive(
            export.path, export.organisation, reader, told=lambda done: _note(export, done=done)
        )
    except Exception:
        logger.exception("export id=%s failed", export.pk)
        export.path.unlink(missing_ok=True)
        _note(export, state=ContentExport.State.FAILED)
        return
    with transaction.atomic():
        _note(
            export,
            state=ContentExport.State.READY,
            done=export.total,
            file_count=files,
            left_out=confidential_of(export.organisation, reader),
            expires_at=timezone.now() + dt.timedelta(days=settings.EXPORTS_KEPT_DAYS),
        )
        details = {"pages": export.total, "files": files}
        record("organisation.exported", actor=reader, obj=export.organisation, details=details)


# unscoped: progress of an export, shown to whoever asked for it
def _note(export: ContentExport, **values: Any) -> None:
    for name, value in values.items():
        setattr(export, name, value)
    ContentExport.objects.filter(pk=export.pk).update(**values)


def pages_of(organisation: Organisation, reader: User | None) -> Any:
    """Return the published pages that an export contains, by place in the tree, as a queryset.

    Args:
        organisation: Whose pages, and the pages of whose internal spaces.
        reader: Who will read the export; None for the installation itself, which hands it to the organisation.
    """
    pages = _owned(organisation, reader).exclude(classification=Classification.CONFIDENTIAL)
    return pages.order_by("path")


def confidential_of(organisation: Organisation, reader: User | None) -> list[int]:
    """Return the numbers of confidential pages, handed over in another way, as far as `reader` sees them."""
    pages = _owned(organisation, reader).filter(classification=Classification.CONFIDENTIAL)
    return list(pages.order_by("pk").values_list("pk", flat=True))


def _owned(organisation: Organisation, reader: User | None) -> Any:
    its = Q(owning_organisation=organisation) | Q(space__organisation=organisation)
    pages = KnowledgePage.objects.filter(its, live=True)
    return pages.visible_to(reader) if reader is not None else pages


def write_archive(
    path: Path, organisation: Organisation, reader: User | None, *, told: Told = lambda done: None
) -> int:
    """Write the ZIP, readable for the platform's own account only.

    Args:
        path: Where; an existing file is replaced.
        organisation: Whose content.
        reader: Who will read it; None for the installation itself.
        told: Is called with the number of pages done, now and then.

    Returns:
        How many files it contains beside the pages.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    listed: list[dict[str, Any]] = []
    with (
        os.fdopen(descriptor, "wb") as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        wanted: dict[str, Any] = {}
        for number, page in enumerate(_specific(organisation, reader), start=1):
            name = f"seiten/{page.pk}-{page.slug}"
            files = list(files_of(page, reader))
            archive.writestr(f"{name}.html", page_as_html(page, files, reader))
            archive.writestr(f"{name}.json", page_as_json(page, reader))
            listed.append({"page": page, "file": f"{name}.html"})
            wanted.update({file.archive_name: file.stored for file in files})
            if number % _PROGRESS_EVERY == 0:
                told(number)
        wanted.update(_files_of_spaces(organisation, reader))
        for name, stored in sorted(wanted.items()):
            with stored.open("rb") as source, archive.open(name, "w") as target:
                while chunk := source.read(1 << 20):
                    target.write(chunk)
        confidential = confidential_of(organisation, reader)
        archive.writestr("index.html", index_of(organisation, listed, sorted(wanted), confidential))
    return len(wanted)


# unscoped: the numbers come from pages_of, within the reader's rights
def _specific(organisation: Organisation, reader: User | None) -> Iterator[Any]:
    numbers = list(pages_of(organisation, reader).values_list("pk", flat=True))
    for start in range(0, len(numbers), _PROGRESS_EVERY):
        batch = KnowledgePage.objects.filter(pk__in=numbers[start : start + _PROGRESS_EVERY])
        yield from batch.order_by("path").specific()


def _files_of_spaces(organisation: Organisation, reader: User | None) -> dict[str, Any]:
    """Return the files of its internal spaces, attached or not, without those of confidential pages."""
    found = {}
    models: tuple[Any, ...] = (KnowledgeDocument, KnowledgeImage)
    for model in models:
        files = model.objects.filter(space__in=internal_spaces(organisation).values("pk"))
        if reader is not None:
            files = files.visible_to(reader)
        for file in files:
            one = exported(file)
            if one is not None:
                found[one.archive_name] = one.stored
    return found


# unscoped: deletes files, shows nothing
def forget_expired() -> int:
    """Delete the ZIPs whose time is over; return how many."""
    expired = ContentExport.objects.filter(
        state=ContentExport.State.READY, expires_at__lte=timezone.now()
    )
    for export in expired:
        export.path.unlink(missing_ok=True)
        _note(export, state=ContentExport.State.EXPIRED)
    return len(expired)


def record_fetching(export: ContentExport, *, actor: User) -> None:
    """Note that the ZIP is fetched; without the line there is no file."""
    record("organisation.export_fetched", actor=actor, obj=export.organisation)

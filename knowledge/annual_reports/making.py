"""Make the files of a frozen report in the background: one after the other, with progress, until somebody cancels it.

A report says the same whoever makes its files and whenever, so they may be made again after a failure. Cancelling
takes effect before the next file; the one that is being written is thrown away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from accounts.models import User
from knowledge.annual_reports.models import Making, Report, ReportFile
from knowledge.annual_reports.outputs import Form, forms
from knowledge.annual_reports.services import lock, may_make
from knowledge.export.composing import in_language_of_files
from knowledge.export.names import file_name

logger = logging.getLogger(__name__)
_GIVEN_UP = dt.timedelta(hours=1)  # after that a killed worker's is begun anew


@transaction.atomic
def make_files_of(report: Report, *, actor: User) -> Making:
    """Have the files made; if that is going on already, it is left alone.

    Raises:
        PermissionDenied: If the actor doesn't make reports there.
        ValidationError: If the report isn't frozen.
    """
    row = lock(report, actor)
    if not row.is_frozen:
        raise ValidationError(_("Files are made once the report is frozen. Nothing was made."))
    making, _is_new = Making.objects.get_or_create(report=row)
    begun_long_ago = making.asked_at < timezone.now() - _GIVEN_UP
    if not _is_new and making.is_going_on and not begun_long_ago:
        return making
    making.state, making.done, making.total = Making.State.WAITING, 0, len(forms())
    making.asked_at = timezone.now()
    making.save()
    transaction.on_commit(lambda: write_files.enqueue(row.pk))
    return making


@transaction.atomic
def cancel(report: Report, *, actor: User) -> None:
    """Stop making files after the one that is being written; those that are done stay."""
    row = lock(report, actor)
    if not may_make(actor, row.space):
        raise PermissionDenied
    going_on = (Making.State.WAITING, Making.State.RUNNING)
    Making.objects.filter(report=row, state__in=going_on).update(state=Making.State.CANCELLED)


# unscoped: makes files of what is frozen, for its readers; `file_views` asks each of them for the right
@task(backend="files")
def write_files(pk: int) -> None:
    """Write each file that isn't there yet."""
    report = Report.objects.frozen().select_related("space").get(pk=pk)
    if not _goes_on(pk, Making.State.WAITING):
        return
    try:
        with in_language_of_files():
            for number, form in enumerate(forms(), start=1):
                if not _goes_on(pk, Making.State.RUNNING):
                    return
                _write(report, form)
                Making.objects.filter(report=pk).update(done=number)
    except Exception:
        logger.exception("files of report id=%s failed", pk)
        Making.objects.filter(report=pk).update(state=Making.State.FAILED)
        return
    Making.objects.filter(report=pk, state=Making.State.RUNNING).update(state=Making.State.READY)


def _goes_on(pk: int, state: str) -> bool:
    """Tell whether nobody has cancelled it, and note that it runs."""
    rows = Making.objects.filter(report=pk, state=state)
    return bool(rows.update(state=Making.State.RUNNING))


# unscoped: see `write_files`
def _write(report: Report, form: Form) -> None:
    name = file_name(f"{report.title} v{report.version}", form.ending)
    if ReportFile.objects.filter(report=report, name=name).exists():
        return
    content = form.write(report, json.loads(report.content))
    with transaction.atomic():
        if Making.objects.filter(report=report, state=Making.State.RUNNING).exists():
            file = ReportFile(report=report, name=name, title=form.title, media_type=form.media_type,
                              digest=hashlib.sha256(content).hexdigest(), size=len(content))  # fmt: skip
            file.file.save(name, ContentFile(content), save=False)
            file.save()

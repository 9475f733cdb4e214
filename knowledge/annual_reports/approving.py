"""From a draft to a frozen report: hand in, take back, approve, give back; correct by a new version.

Handing in writes the content down (`Report.content`): the second person reads and approves exactly that. Approving
freezes it in one transaction: content, checksum, copies of files, and the line in the audit chain that holds the
checksum. PDF, DOCX and the others are made of the content later, in the background (`making`).
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from knowledge.annual_reports import notices
from knowledge.annual_reports.comparison import is_compared, remark
from knowledge.annual_reports.content import Content, canonical, content_of, digest_of
from knowledge.annual_reports.models import Choice, Mark, Part, Report, ReportFile, Stage
from knowledge.annual_reports.services import free_among, lock, may_make, take_draft
from knowledge.annual_reports.vocabulary import FROZEN
from knowledge.export.names import file_name
from knowledge.files.models import KnowledgeDocument
from knowledge.reporting.models import NewsRequest


# unscoped: what stands against handing in a report, told to whoever makes it
def obstacles_of(report: Report, content: Content) -> list[str]:
    """Return in sentences what must be done before a draft, which says `content` now, can be handed in."""
    parts = list(report.parts.all())
    measures = [one for one in parts if one.is_measure]
    found = []
    if not measures:
        found.append(_("The report is about no measure. Choose at least one."))
    elif not any(one.text.strip() for one in measures):
        found.append(
            _("No section says anything of its measure: choose entries, or write what happened.")
        )
    open_requests = NewsRequest.objects.filter(
        closed_at=None, inquiries__measure__in=[one.measure_id for one in measures]
    )
    found += [
        _("The request for news “%(title)s” is open; answers may be missing. Close it first.")
        % {"title": one.title}
        for one in open_requests.distinct()
    ]  # fmt: skip
    if _unreasoned(report):
        found.append(
            _(
                "Something in it isn’t public any more. Say under “Choose” why it may stand there, or untick it."
            )
        )
    if not is_compared(report, content):
        found.append(_("The report has changed since it was compared. Compare it again."))
    elif Mark.objects.filter(part__report=report, settled_at=None).exists():
        found.append(_("Marked passages are to be settled."))
    return found


# unscoped: counted for whoever makes the report
def _unreasoned(report: Report) -> bool:
    inside = list(report.choices.filter(is_in=True, reason=""))
    return bool({one.pk for one in inside} - free_among(inside))


@transaction.atomic
def submit(report: Report, *, actor: User) -> Report:
    """Hand a report in: from now on it says what it says, until it is taken or given back.

    Raises:
        ValidationError: With everything that is to be done before.
    """
    row = take_draft(report, actor)
    content = content_of(row)
    problems = obstacles_of(row, content)
    if problems:
        raise ValidationError([*problems, _("Nothing was handed in.")])
    row.content = canonical(content)
    row.stage, row.submitted_by, row.submitted_at = Stage.WAITING, actor, timezone.now()
    row.returned_reason = ""
    row.save()
    record("report.submitted", actor=actor, obj=row, space=row.space, details={"year": row.year})
    notices.tell_of_submission(row)
    return row


def _take_waiting(report: Report, actor: User) -> Report:
    row = lock(report, actor)
    if row.is_frozen:
        raise ValidationError(
            _("%(who)s froze this report on %(day)s already. Nothing was changed; it stays as it was then.")
            % {"who": row.approved_by or "–", "day": date_format(timezone.localtime(row.frozen_at), "j. F Y, H:i")}
        )  # fmt: skip
    if row.stage != Stage.WAITING:
        raise ValidationError(
            _("This report isn’t handed in; it is being written again. Nothing was changed.")
        )
    return row


@transaction.atomic
def give_back(report: Report, reason: str, *, actor: User) -> Report:
    """Let a report be written on: its maker takes it back, or the second person gives it back with a reason."""
    row = _take_waiting(report, actor)
    row.stage, row.content, row.returned_reason = Stage.DRAFT, "", " ".join(reason.split())[:300]
    row.save()
    record("report.returned", actor=actor, obj=row, space=row.space, details={"year": row.year})
    notices.tell_of_decision(row, actor)
    return row


def may_approve(user: User, report: Report) -> bool:
    """Tell whether `user` is the second person: publishes in the space, and hasn't handed the report in."""
    return may_make(user, report.space) and report.submitted_by_id not in (None, user.pk)


@transaction.atomic
def approve(report: Report, *, actor: User) -> Report:
    """Freeze a report as it was handed in.

    Raises:
        PermissionDenied: If the actor handed it in.
        ValidationError: If it is frozen already, or a text that isn't public holds words of it by now.
    """
    row = _take_waiting(report, actor)
    if not may_approve(actor, row):
        raise PermissionDenied
    if remark(row, content_of(row)):
        # The marks stay for whoever settles them; only a sentence refuses.
        return _refused(row, actor)
    return freeze(row, actor=actor)


def _refused(report: Report, actor: User) -> Report:
    reason = _(
        "Since it was handed in, passages of it stand in texts that aren’t public; they are marked now."
    )
    return give_back(report, reason, actor=actor)


@transaction.atomic
def freeze(report: Report, *, actor: User | None) -> Report:
    """Copy files, write the checksum, and leave it in the audit chain; `approve` has asked who may."""
    content = content_of(report)
    content["files"] = [_kept(one) for one in _copy_files(report, actor)]
    report.content = canonical(content)
    report.digest = digest_of(report.content)
    report.stage, report.approved_by, report.frozen_at = Stage.FROZEN, actor, timezone.now()
    report.save()
    details: dict[str, Any] = {
        "year": report.year,
        "version": report.version,
        "digest": report.digest,
    }
    record(FROZEN, actor=actor, obj=report, space=report.space, details=details)
    notices.tell_of_decision(report, actor)
    return report


def _copy_files(report: Report, actor: User | None) -> list[ReportFile]:
    """Copy the files that were chosen, as far as they may be taken out at this moment."""
    chosen = report.choices.filter(is_in=True, document__isnull=False).exclude(reason="")
    documents = KnowledgeDocument.objects.filter(pk__in=chosen.values("document"))
    # unscoped: without anybody, the installation copies its own samples
    given = documents if actor is None else documents.exportable_by(actor)
    return [
        _copied(report, number, one) for number, one in enumerate(given.order_by("pk"), start=1)
    ]


def _copied(report: Report, number: int, document: Any) -> ReportFile:
    with document.file.open("rb") as source:
        content = source.read()
    ending = document.file.name.rpartition(".")[2].lower()
    kept = ReportFile(
        report=report,
        name=f"anlage-{number:02}-{file_name(document.title.removesuffix(f'.{ending}'), ending)}",
        title=document.title,
        media_type=document.content_type,
        is_copied=True,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )
    kept.file.save(kept.name, ContentFile(content), save=False)
    kept.save()
    return kept


def _kept(file: ReportFile) -> dict[str, Any]:
    return {"name": file.name, "title": file.title, "digest": file.digest, "size": file.size}


@transaction.atomic
def correct(report: Report, reason: str, *, actor: User) -> Report:
    """Begin a new version of a frozen report, with its sections and choices; the old one stays as it is.

    Raises:
        ValidationError: Without a reason, or if a newer version is there.
    """
    old = lock(report, actor)
    reason = " ".join(reason.split())
    if not old.is_frozen:
        raise ValidationError(_("This report isn’t frozen yet; change it as it is."))
    if not reason:
        raise ValidationError(
            {"reason": _("Say in a sentence what is corrected. Nothing was made.")}
        )
    # unscoped: of the space in which the actor makes reports
    newer = Report.objects.filter(space=old.space, year=old.year, version__gt=old.version).first()
    if newer is not None:
        raise ValidationError(
            _("Version %(version)s of this report is there already. Nothing was made; go on with that one.")
            % {"version": newer.version}
        )  # fmt: skip
    new = Report.objects.create(
        space=old.space, year=old.year, version=old.version + 1, title=old.title, as_of=old.as_of,
        corrects=old, correction_reason=reason[:300], made_by=actor, is_sample=old.is_sample,
    )  # fmt: skip
    for part in old.parts.all():
        Part.objects.create(report=new, position=part.position, kind=part.kind, measure=part.measure,
                            title=part.title, reason=part.reason, text=part.text, changed_by=actor)  # fmt: skip
    for one in old.choices.all():
        Choice.objects.create(report=new, entry=one.entry, document=one.document, measure=one.measure,
                              is_in=one.is_in, copied=one.copied, reason=one.reason,
                              decided_by=one.decided_by, decided_at=one.decided_at)  # fmt: skip
    record("report.made", actor=actor, obj=new, space=new.space,
           details={"year": new.year, "version": new.version})  # fmt: skip
    return new

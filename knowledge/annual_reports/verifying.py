"""Check frozen reports: content against checksum, checksum against the audit chain, copied files against theirs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from audit.models import Entry
from knowledge.annual_reports.content import canonical, digest_of
from knowledge.annual_reports.models import Report, ReportFile
from knowledge.annual_reports.vocabulary import FROZEN


# unscoped: for the operator, and says no more than that something isn't as it was
def problems_of(report: Report) -> Iterator[str]:
    """Yield in sentences what isn't as it was when the report was frozen; nothing if all is well."""
    if digest_of(report.content) != report.digest:
        yield "Its content isn't what the checksum was made of."
        return
    content = json.loads(report.content)
    if canonical(content) != report.content:
        yield "Its content isn't in canonical form."
    lines = Entry.objects.filter(
        action=FROZEN, object_type=Report._meta.label, object_id=str(report.pk)
    )
    noted = [line.details.get("digest") for line in lines]
    if not noted:
        yield "The audit log has no line of its freezing; it may have been pruned when its retention was over."
    elif noted != [report.digest]:
        yield "The audit log holds another checksum."
    kept = {file.name: file for file in report.files.all()}
    for one in content["files"]:
        file = kept.get(one["name"])
        if file is None or _digest_of_file(file) != one["digest"]:
            yield f"The copied file {one['name']} is missing or was changed."
    for file in kept.values():
        if not file.is_copied and _digest_of_file(file) != file.digest:
            yield f"The file {file.name} is missing or was changed; have the files made again."


def _digest_of_file(file: ReportFile) -> str:
    if not file.file.storage.exists(str(file.file.name)):
        return ""
    with file.file.open("rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()

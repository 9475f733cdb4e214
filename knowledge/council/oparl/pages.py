"""Write council papers as pages: what the source changed is changed, what people changed since stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from wagtail.models import get_root_collection_id
from wagtail.utils.file import hash_filelike

from access.consequence.confirmation import Refused
from access.handling import classification_of_new
from knowledge.council.models import (
    Consultation,
    PaperFact,
    PaperIndexPage,
    PaperPage,
    SourceObject,
    SourceUse,
)
from knowledge.council.oparl.configuration import OParlProblem
from knowledge.council.oparl.papers import Gathered, SourceFile, Values
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.writing.services import create_published_page, draft_of, publish, save_draft

# Columns that are no text.
_READ: Mapping[str, Callable[[str], Any]] = {
    "dated_on": dt.date.fromisoformat,
    "held_on": dt.date.fromisoformat,
    "decision_due_on": dt.date.fromisoformat,
    "lead_id": int,
    "deciding_body_id": int,
}


class Outcome(StrEnum):
    """What became of one paper."""

    CREATED = "created"
    CHANGED = "changed"
    DRAFTED = "drafted"
    UNCHANGED = "unchanged"


class CannotWrite(OParlProblem):
    """One paper can't become a page; the others can."""


def write(
    paper: SourceObject, now: Gathered, files: Mapping[str, IO[bytes]], *, index: PaperIndexPage
) -> Outcome:
    """Make or change the page of a paper, all of it or nothing.

    A page with a draft, and one that was taken back, keeps what is published: the news waits in the draft.

    Args:
        paper: The row as it was when `now` was gathered.
        now: What the source says.
        files: The content of new and changed files, by key.
        index: The list of council papers in which new pages lie.

    Raises:
        CannotWrite: If the page can't be written, with the reason.
    """
    stored: list[KnowledgeDocument] = []
    try:
        with transaction.atomic():
            row = SourceObject.objects.select_for_update().get(pk=paper.pk)
            if row.waiting < paper.waiting:
                return Outcome.UNCHANGED  # another run was faster
            outcome = _write(row, now, files, index, stored)
            SourceUse.objects.filter(paper=row).delete()
            SourceUse.objects.bulk_create(SourceUse(paper=row, key=key) for key in now.used)
            row.waiting = F("waiting") - paper.waiting  # what came meanwhile still waits
            row.problem = "\n".join(now.missing)
            row.save()
    except BaseException as error:
        for document in stored:
            document.file.storage.delete(document.file.name)
        if isinstance(error, Refused | ValidationError):
            raise CannotWrite(" ".join(getattr(error, "messages", [str(error)]))) from error
        raise
    return outcome


def _write(
    row: SourceObject,
    now: Gathered,
    files: Mapping[str, IO[bytes]],
    index: PaperIndexPage,
    stored: list[KnowledgeDocument],
) -> Outcome:
    page = row.page or _page_of_the_same_number(row, now, index)
    if page is None:
        page = PaperPage(classification=classification_of_new(index.space))
    is_new = page.pk is None
    waits = not is_new and (page.has_unpublished_changes or not page.live)
    if waits:
        page = draft_of(page)
    before, was = _said_by(page), row.written
    known = was.get("facts", {})
    facts = {**known, **now.facts} if row.is_deleted else now.facts
    row.written = {**was, "facts": facts}
    page.facts.set(_merged(page.facts.all(), known, facts, PaperFact, "label"))
    if not row.is_deleted:  # a deleted paper keeps here what it had
        _take_columns(page, was.get("columns", {}), now.columns)
        known = was.get("consultations", {})
        rows = _merged(page.consultations.all(), known, now.consultations, Consultation, "body")
        page.consultations.set(rows)
        row.written |= {
            "columns": now.columns,
            "consultations": now.consultations,
            "files": _take_files(page, was.get("files", {}), now, files, index, stored),
        }
    if is_new:
        row.page = create_published_page(page, below=index, actor=None)
        return Outcome.CREATED
    row.page = page
    if _said_by(page) == before:
        return Outcome.UNCHANGED
    if waits:
        save_draft(page, actor=None, stamp=None)
        return Outcome.DRAFTED
    publish(page, actor=None, stamp=None)
    return Outcome.CHANGED


def _page_of_the_same_number(
    row: SourceObject, now: Gathered, index: PaperIndexPage
) -> PaperPage | None:
    """Return the page that people have begun for this paper, if there is one; else see that the number is free."""
    taken = PaperPage.objects.filter(number=now.columns["number"]).select_related("source").first()
    if taken is None:
        return None
    if not taken.is_child_of(index):
        raise CannotWrite(_("Its number is that of a page outside of the list already."))
    if not hasattr(taken, "source"):
        return taken
    # Two papers of the source have one number: each gets its page.
    now.columns["number"] = f"{now.columns['number'][:29]} ({row.pk})"
    return None


def _take_columns(page: PaperPage, was: Values, now: Values) -> None:
    if was and now["number"] != was["number"]:
        others = PaperPage.objects.filter(number=now["number"]).exclude(pk=page.pk)
        if others.exists():
            now["number"] = was["number"]
    for name, value in now.items():
        if _text(getattr(page, name)) == was.get(name, ""):
            _put(page, name, value)


def _merged(
    rows: Iterable[Any],
    was: Mapping[str, Values],
    now: Mapping[str, Values],
    model: type[Any],
    column: str,
) -> list[Any]:
    """Return the rows of the source in its order, and after them those that people added.

    Args:
        rows: The rows of the page.
        was: What the source said the last time.
        now: What it says.
        model: Of the rows.
        column: By which a row is found whose other values people changed.
    """
    left = list(rows)
    merged = []
    for key, values in now.items():
        known = was.get(key, {})
        row = _found(left, known or values, column)
        if row is not None:
            left.remove(row)
        elif known:
            continue  # people have taken it out
        else:
            row = model()
        for name, value in values.items():
            if _text(getattr(row, name)) == known.get(name, ""):
                _put(row, name, value)
        merged.append(row)
    for key, known in was.items():
        if key not in now:
            row = _found(left, known, column)
            if row is not None and _says(row, known):
                left.remove(row)
    merged += left
    for position, row in enumerate(merged):
        row.sort_order = position
    return merged


def _found(rows: list[Any], values: Values, column: str) -> Any:
    """Return the row that says all of `values`, else the first one that agrees in `column`, or None."""
    same = [row for row in rows if _says(row, values)]
    alike = [row for row in rows if _text(getattr(row, column)) == values[column]]
    return next(iter([*same, *alike]), None)


def _says(row: Any, values: Values) -> bool:
    return all(_text(getattr(row, name)) == value for name, value in values.items())


def _take_files(
    page: PaperPage,
    was: Mapping[str, dict[str, Any]],
    now: Gathered,
    files: Mapping[str, IO[bytes]],
    index: PaperIndexPage,
    stored: list[KnowledgeDocument],
) -> dict[str, dict[str, Any]]:
    """Attach new and changed files, take off those that the source has no more; return what is attached by now.

    A changed file is a document of its own: older versions of the page go on showing the one they had.
    """
    attached = {row.document_id: row for row in page.attachments.all()}
    taken: dict[str, dict[str, Any]] = {}
    for key, file in now.files.items():
        known = was.get(key)
        if known:
            taken[key] = known
        if key not in files or (known and known["document"] not in attached):
            continue  # unchanged, not to be had, or taken off by people
        if known and _is_kept_in(known["document"], files[key]):
            taken[key] = {**known, "stamp": file.stamp}
            continue
        document = _store(files[key], file, index)
        stored.append(document)
        taken[key] = {"stamp": file.stamp, "document": document.pk}
        if known:
            attached[known["document"]].document = document
        else:
            attached[document.pk] = PageAttachment(document=document)
    gone = {known["document"] for key, known in was.items() if key not in now.files}
    rows = [row for document_id, row in attached.items() if document_id not in gone]
    for position, row in enumerate(rows):
        row.sort_order = position
    page.attachments.set(rows)
    return taken


def _is_kept_in(document: int, content: IO[bytes]) -> bool:
    """Tell whether a document has this content."""
    content.seek(0)
    known = KnowledgeDocument.objects.filter(pk=document, file_hash=hash_filelike(content))
    return known.exists()


def _store(content: IO[bytes], file: SourceFile, index: PaperIndexPage) -> KnowledgeDocument:
    content.seek(0)
    document = KnowledgeDocument(
        title=file.title,
        file=File(content, name=file.name),
        space=index.space,
        collection_id=get_root_collection_id(),
    )
    document.save()
    return document


def _said_by(page: PaperPage) -> Any:
    """Return all that the source may change, to be compared."""
    return (
        page.number,
        page.title,
        page.dated_on,
        page.lead_id,
        page.deciding_body_id,
        page.decision_due_on,
        [(fact.label, fact.value) for fact in page.facts.all()],
        [
            (one.body, one.held_on, one.role, one.outcome, one.note)
            for one in page.consultations.all()
        ],
        [row.document_id for row in page.attachments.all()],
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _put(target: Any, name: str, value: str) -> None:
    read = _READ.get(name)
    setattr(target, name, (read(value) if value else None) if read else value)

"""Import folders of files and collections of documents as pages of a space."""

from __future__ import annotations

import enum
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from access.consequence.confirmation import NotConfirmed
from access.consequence.of_roles import Consequence
from access.consequence.state import fingerprint
from access.consequence.widening import item_of_writing
from access.models import Space
from access.rights import can
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.importing.batching import GatheredTasks, gathered_tasks
from knowledge.importing.corpora import read_corpus
from knowledge.importing.extraction import Reason
from knowledge.importing.extraction.results import Loss
from knowledge.importing.extraction.sentences import loss_note, sentence_for
from knowledge.importing.models import ImportedPage
from knowledge.importing.pages import CannotImport, PageWriter, WrittenPage
from knowledge.importing.reading import FileReading, read_files
from knowledge.importing.sources import Scan, SourceDocument, name_as_title, scan
from knowledge.pages.kinds import kind_of_documents
from search.outbox import deferred

logger = logging.getLogger(__name__)


class Outcome(enum.StrEnum):
    """What became of one document."""

    CREATED = "created"
    CHANGED = "changed"
    DRAFTED = "drafted"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """One document's outcome, with a sentence where people should know more, and why its page has no text."""

    source_path: str
    outcome: Outcome
    sentence: str = ""
    reason: Reason | None = None


@dataclass(slots=True)
class Report:
    """What an import did.

    Attributes:
        results: In the order of the import.
        accessories: Pictures, style files and the like that were passed over.
        lost: What the pages do not say of the documents, and how often.
        seconds: From the first file to the last.
    """

    results: list[Result] = field(default_factory=list)
    accessories: int = 0
    lost: Counter[Loss] = field(default_factory=Counter)
    seconds: float = 0.0

    def count(self, outcome: Outcome) -> int:
        """Return how many documents had this outcome."""
        return sum(result.outcome is outcome for result in self.results)

    @property
    def without_text(self) -> list[Result]:
        """The documents whose pages have the original and no text."""
        return [result for result in self.results if result.reason is not None]

    @property
    def failures(self) -> list[Result]:
        """The documents that did not become pages."""
        return [result for result in self.results if result.outcome is Outcome.FAILED]


class ImportProblem(Exception):
    """Nothing could be imported at all; the message says why and what to do."""


# Called after each document: its result, how many are done, how many there are.
OnProgress = Callable[[Result, int, int], None]


def import_folder(
    *,
    actor: User | None,
    directory: Path,
    space: Space,
    parent: KnowledgePage | None = None,
    is_trial: bool = False,
    confirmed: str = "",
    on_progress: OnProgress | None = None,
) -> Report:
    """Make a page of each file in a folder: folders become lists, files articles with the original attached.

    Each file is its own transaction; one that fails is reported and the rest goes on. A file that did not change
    since the last import changes nothing; one that did gives its page a new revision.

    Args:
        actor: Who imports; None for the installation itself.
        directory: The folder.
        space: Where the pages belong.
        parent: A list of articles to import into; without it the folder gets one of its own in the space.
        is_trial: Read everything, write nothing.
        confirmed: Fingerprint of the consequence that was confirmed, if people outside the space read there.
        on_progress: Told about each document.

    Raises:
        PermissionDenied: If the actor may not publish in the space.
        NotConfirmed: If people outside the space would read the pages, and that wasn't confirmed.
        ImportProblem: If the folder is missing or has no files.
    """
    _require_publisher(actor, space)
    found = _scan(directory)
    collection = f"{_name_of(directory)}@{parent.pk}" if parent else _name_of(directory)
    if not is_trial:
        _require_confirmation(space, collection, parent, confirmed)
    started = time.monotonic()
    report = Report(accessories=found.accessories)
    for folder in found.unreadable:
        report.results.append(
            Result(folder, Outcome.FAILED, sentence_for(Reason.UNREADABLE, name=folder))
        )
    writer: PageWriter | None = None
    if not is_trial:
        writer = PageWriter(
            space=space,
            root=parent or _ensure_list(space, collection, _name_of(directory), actor=actor),
            collection=collection,
            sources={file.source_path for file in found.files},
            actor=actor,
        )
    known = _known_hashes(space, collection)
    with deferred(), gathered_tasks() as tasks:
        run = _Run(report, writer, tasks, total=len(found.files), on_progress=on_progress)
        for reading in read_files(found.files, known=known):
            run.take(reading)
        run.repair_links()
    report.seconds = time.monotonic() - started
    _log(report, space)
    return report


def import_corpus(
    *,
    actor: User | None,
    file: Path,
    space: Space,
    limit: int | None = None,
    confirmed: str = "",
    on_progress: OnProgress | None = None,
) -> Report:
    """Make a page of each document of a collection: one JSON object a line (`knowledge.importing.corpora`).

    Args:
        actor: Who imports; None for the installation itself.
        file: The collection.
        space: Where the pages belong.
        limit: Only so many documents, from the first on.
        confirmed: Fingerprint of the consequence that was confirmed, if people outside the space read there.
        on_progress: Told about each document.

    Raises:
        PermissionDenied: If the actor may not publish in the space.
        NotConfirmed: If people outside the space would read the pages, and that wasn't confirmed.
        ImportProblem: If the file is missing or is no such collection.
    """
    _require_publisher(actor, space)
    try:
        documents = list(read_corpus(file, limit=limit))
    except (OSError, ValueError) as error:
        raise ImportProblem(
            _("“%(name)s” is no collection of documents: %(error)s")
            % {"name": file.name, "error": error}
        ) from error
    if not documents:
        raise ImportProblem(_("“%(name)s” has no documents.") % {"name": file.name})
    started = time.monotonic()
    report = Report()
    collection = name_as_title(file.stem)
    _require_confirmation(space, collection, None, confirmed)
    writer = PageWriter(
        space=space,
        root=_ensure_list(space, collection, collection, actor=actor),
        collection=collection,
        sources={document.source_path for document in documents},
        actor=actor,
    )
    known = _known_hashes(space, collection)
    with deferred(), gathered_tasks() as tasks:
        run = _Run(report, writer, tasks, total=len(documents), on_progress=on_progress)
        for document in documents:
            is_known = known.get(document.source_path) == document.content_hash
            run.take(
                FileReading(document.source_path, is_unchanged=True)
                if is_known
                else FileReading(document.source_path, document=document)
            )
    report.seconds = time.monotonic() - started
    _log(report, space)
    return report


class _Run:
    """One pass over the documents."""

    def __init__(
        self,
        report: Report,
        writer: PageWriter | None,
        tasks: GatheredTasks,
        *,
        total: int,
        on_progress: OnProgress | None,
    ) -> None:
        self._report = report
        self._writer = writer
        self._tasks = tasks
        self._total = total
        self._on_progress = on_progress
        self._done = 0
        self._open: list[SourceDocument] = []

    def take(self, reading: FileReading) -> None:
        """Write one document, or note why not."""
        result = self._result(reading)
        self._report.results.append(result)
        self._done += 1
        if self._on_progress is not None:
            self._on_progress(result, self._done, self._total)

    def repair_links(self) -> None:
        """Publish the pages whose links lead to pages that came after them."""
        if self._writer is None:
            return
        for document in self._open:
            try:
                with self._tasks.one_document():
                    self._writer.write(replace(document, file=None))
                    self._writer.close_links(document.source_path)
            except Exception:
                # The page stays marked, and the next run does it again.
                logger.exception("import of links failed path=%s", document.source_path)
                self._report.results.append(
                    Result(document.source_path, Outcome.FAILED, _unexpected())
                )

    def _result(self, reading: FileReading) -> Result:
        path = reading.source_path
        if reading.problem:
            return Result(path, Outcome.FAILED, reading.problem)
        if reading.is_unchanged or reading.document is None:
            return Result(path, Outcome.UNCHANGED)
        sentences = self._notes(reading.document)
        try:
            written = self._write(reading.document)
        except CannotImport as problem:
            return Result(path, Outcome.FAILED, str(problem))
        except Exception:
            # One document must not keep the others out; the log has the details for the operator.
            logger.exception("import failed path=%s", path)
            return Result(path, Outcome.FAILED, _unexpected())
        return Result(
            path,
            _outcome_of(written, known=reading.is_known),
            " ".join(sentences),
            reason=_reason_of(reading.document),
        )

    def _notes(self, document: SourceDocument) -> list[str]:
        """Return what the page does not say of the original, each in a sentence, and count it."""
        extraction = document.extraction
        if extraction is None:
            return []
        self._report.lost.update(extraction.lost)
        notes = [f"{loss_note(loss, count)}." for loss, count in extraction.lost.items()]
        if extraction.reason is not None:
            name = document.source_path.rsplit("/", 1)[-1]
            notes.insert(0, sentence_for(extraction.reason, name=name))
        elif extraction.is_truncated:
            notes.append(_("Only the beginning was read; the original is attached."))
        return notes

    def _write(self, document: SourceDocument) -> WrittenPage | None:
        if self._writer is None:
            return None
        with self._tasks.one_document():
            written = self._writer.write(document)
        if written.open_links:
            self._open.append(document)
        return written


def _reason_of(document: SourceDocument) -> Reason | None:
    return document.extraction.reason if document.extraction else None


def _unexpected() -> str:
    return _("An unexpected error occurred; the details are in the log. Please try again.")


def _outcome_of(written: WrittenPage | None, *, known: bool) -> Outcome:
    if written is None:
        return Outcome.CHANGED if known else Outcome.CREATED
    if written.is_new:
        return Outcome.CREATED
    return Outcome.DRAFTED if written.is_draft else Outcome.CHANGED


def _require_publisher(actor: User | None, space: Space) -> None:
    if actor is not None and not can(actor, Action.PUBLISH, space):
        raise PermissionDenied


def _scan(directory: Path) -> Scan:
    if not directory.is_dir():
        raise ImportProblem(
            _("There is no folder “%(name)s”. Check the path.") % {"name": str(directory)}
        )
    found = scan(directory)
    if not found.files and not found.unreadable:
        raise ImportProblem(
            _("The folder “%(name)s” is empty: there is nothing to import.")
            % {"name": _name_of(directory)}
        )
    return found


def _name_of(directory: Path) -> str:
    return name_as_title(directory.resolve().name)[:180] or "import"


def _known_hashes(space: Space, collection: str) -> dict[str, str]:
    """Return the hash of each source; empty for a page whose links an interrupted run left open."""
    rows = ImportedPage.objects.filter(space=space, collection=collection)
    return {
        path: "" if has_open_links else content_hash
        for path, content_hash, has_open_links in rows.values_list(
            "source_path", "content_hash", "has_open_links"
        )
    }


@transaction.atomic
def _ensure_list(space: Space, collection: str, title: str, *, actor: User | None) -> KnowledgePage:
    """Return the list of articles that the whole import goes into, making it at the first time."""
    known = ImportedPage.objects.filter(space=space, collection=collection, source_path="").first()
    if known is not None:
        return KnowledgePage.objects.get(pk=known.page_id)
    home = KnowledgePage.objects.get(space=space, depth=SPACE_ROOT_DEPTH)
    writer = PageWriter(space=space, root=home, collection=collection, sources=set(), actor=actor)
    return writer.create_list(home, title=title, source_path="")


def _require_confirmation(
    space: Space, collection: str, parent: KnowledgePage | None, confirmed: str
) -> None:
    """Ask before anything is written below a page that is shared with its subpages; a new list is shared with nobody.

    Each document is a transaction of its own, so that they can't be compared before and after as other deeds are.
    """
    known = ImportedPage.objects.filter(space=space, collection=collection)
    lists = known.filter(Q(source_path="") | Q(source_path__endswith="/"))
    places = KnowledgePage.objects.filter(pk__in=lists.values("page")).order_by("path")
    items = map(item_of_writing, [*places, *([parent] if parent else [])])
    found = tuple(item for item in items if item is not None)
    state = fingerprint(sentence for one in found for sentence in (one.change, *one.effects))
    if found and state != confirmed:
        raise NotConfirmed(Consequence(found, fingerprint=state))


def find_parent(*, space: Space, path: str) -> KnowledgePage:
    """Return the list of articles at an address below the space's home page.

    Args:
        space: Where to look.
        path: Short names separated by slashes, such as `artikel/handbuecher`.

    Raises:
        ImportProblem: If there is none, or it is another kind of page.
    """
    page = KnowledgePage.objects.get(space=space, depth=SPACE_ROOT_DEPTH)
    for slug in path.strip("/").split("/"):
        child = page.get_children().filter(slug=slug).first()
        if child is None:
            raise ImportProblem(
                _("There is no page “%(path)s” in this space. Check the address.") % {"path": path}
            )
        page = child
    if not kind_of_documents().index.objects.filter(pk=page.pk).exists():
        raise ImportProblem(
            _("“%(title)s” is no list of articles. Choose one, or leave it out.")
            % {"title": page.title}
        )
    return page


def _log(report: Report, space: Space) -> None:
    logger.info(
        "import space=%s seconds=%.0f %s",
        space.slug,
        report.seconds,
        " ".join(f"{outcome.value}={report.count(outcome)}" for outcome in Outcome),
    )

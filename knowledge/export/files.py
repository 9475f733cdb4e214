"""Write sheets as files: PDF, DOCX, Markdown; and a page's attachments as one ZIP."""

from __future__ import annotations

import hashlib
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fontTools.ttLib import woff2

from access.rights import Person
from access.tree import SPACE_ROOT_DEPTH
from knowledge.export.as_markdown import markdown_of
from knowledge.export.composing import Composed, TooMuch, in_branch, sheet_of_branch, sheet_of_page
from knowledge.export.making import NotMade, Order, made
from knowledge.export.names import file_name
from knowledge.export.outputs import Download, Output
from knowledge.export.sheets import Enclosed, Sheet
from knowledge.files.models import KnowledgeDocument

MOST_BYTES_ATTACHED = 200 << 20  # in one ZIP
_AT_ONCE = 1  # files that one process has written at the same time
_PATIENCE_S = 20  # for one's turn
_turn = threading.BoundedSemaphore(_AT_ONCE)
_STYLES = ("Regular", "Italic", "SemiBold")
PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Let few files be written at once.

    Raises:
        NotMade: If one's turn doesn't come.
    """
    if not _turn.acquire(timeout=_PATIENCE_S):
        raise NotMade("Too many files are being written.")
    try:
        yield
    finally:
        _turn.release()


@cache
def fonts() -> dict[str, Path]:
    """Return the files of the typeface by style, unpacked: to unpack them takes longer than to write a short file."""
    folder = settings.HOME_DIR / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    return {style: _unpacked(style, folder) for style in _STYLES}


def _unpacked(style: str, folder: Path) -> Path:
    packed = Path(str(finders.find(f"vendor/kern/fonts/FiraSans-{style}.woff2")))
    content = packed.read_bytes()
    path = folder / f"{packed.stem}-{hashlib.sha256(content).hexdigest()[:16]}.ttf"
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as stored:
            woff2.decompress(BytesIO(content), stored)
        Path(stored.name).replace(path)
    return path


def pdf(sheet: Sheet) -> bytes:
    """Return the sheet as PDF/UA-1.

    Raises:
        NotMade: If it took too long.
    """
    with _taking_turns():
        return made(Order("pdf", sheet, fonts()))


def archived_pdf(sheet: Sheet, enclosed: Sequence[Enclosed] = (), *, longest_s: float) -> bytes:
    """Return the sheet as PDF/UA-1 and PDF/A-3a at once, with files inside; for work in the background.

    Raises:
        NotMade: If it took too long.
    """
    return made(Order("archive", sheet, fonts(), enclosed), longest_s=longest_s)


def word(sheet: Sheet) -> bytes:
    """Return the sheet as DOCX.

    Raises:
        NotMade: If it took too long.
    """
    with _taking_turns():
        return made(Order("docx", sheet))


def _as_markdown(sheet: Sheet) -> bytes:
    return markdown_of(sheet).encode()


_FORMS: Sequence[tuple[str, str, Callable[[Sheet], bytes], str]] = (
    ("pdf", "PDF", pdf, PDF),
    ("docx", "Word", word, WORD),
    ("md", "Markdown", _as_markdown, "text/markdown; charset=utf-8"),
)


def _output(
    form: tuple[str, str, Callable[[Sheet], bytes], str],
    place: int,
    compose: Callable[[Any, HttpRequest], Composed],
    **more: Any,
) -> Output:
    ending, label, write, media_type = form

    def make(page: Any, request: HttpRequest) -> Download:
        composed = compose(page, request)
        name = file_name(page.title, ending)
        return Download(name, write(composed.sheet), media_type, composed.pages)

    prefix = "zweig-" if more else ""
    return Output(name=f"{prefix}{ending}", label=label, order=place, make=make, **more)


def has_pages_below(page: Any, request: HttpRequest) -> bool:
    """Tell whether the reader may take out pages below this one; no query for a page that has none.

    A whole space is no file: its home page, and the start page, offer none.
    """
    # What is hidden below must not show, so the number of children doesn't decide: it counts all.
    may_have = page.depth > SPACE_ROOT_DEPTH and page.numchild > 0
    return may_have and in_branch(page, request.user).exclude(pk=page.pk).exists()


def attachments_of(page: Any, user: Person) -> list[Any]:
    """Return the attached files that `user` may take out, in the page's order."""
    given = KnowledgeDocument.objects.exportable_by(user).filter(attached_to__page=page.pk)
    return list(given.order_by("attached_to__sort_order").distinct())


def _has_attachments(page: Any, request: HttpRequest) -> bool:
    return getattr(page, "has_files", True) and len(attachments_of(page, request.user)) > 1


def attachments_as_zip(page: Any, request: HttpRequest) -> Download:
    """Return all attachments of a page in one file.

    Raises:
        TooMuch: If they are too large together.
    """
    documents = attachments_of(page, request.user)
    if sum(one.file_size or 0 for one in documents) > MOST_BYTES_ATTACHED:
        raise TooMuch(
            _("The files are too large for one ZIP. Nothing was made; download them one by one.")
        )
    stored: Any = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    with zipfile.ZipFile(stored, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, document in enumerate(documents, start=1):
            if default_storage.exists(document.file.name):
                _add(archive, f"{number:02}-{_zipped_name(document)}", document)
    stored.seek(0)
    return Download(file_name(page.title, "zip"), stored, "application/zip")


def _add(archive: zipfile.ZipFile, name: str, document: Any) -> None:
    with (
        document.file.storage.open(document.file.name) as source,
        archive.open(name, "w") as target,
    ):
        while chunk := source.read(1 << 20):
            target.write(chunk)


def _zipped_name(document: Any) -> str:
    ending = PurePosixPath(document.file.name).suffix.lstrip(".").lower()
    return file_name(document.title.removesuffix(f".{ending}"), file_name(ending, "x")[:-2])


def standard_outputs() -> Iterator[Output]:
    """Yield what every page can be downloaded as."""
    for place, form in enumerate(_FORMS):
        yield _output(form, 10 + place, sheet_of_page)
        yield _output(
            form,
            20 + place,
            sheet_of_branch,
            group=gettext_lazy("With the pages below"),
            is_offered=has_pages_below,
        )
    yield Output(
        name="anlagen",
        label=gettext_lazy("All files as ZIP"),
        group=gettext_lazy("Files"),
        order=30,
        make=attachments_as_zip,
        is_offered=_has_attachments,
    )

"""What is to be imported: files of a folder, in an order that people expect."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from knowledge.importing.extraction import Block, BlockKind, Extraction
from knowledge.importing.extraction.charsets import clean
from knowledge.importing.extraction.results import Dated
from knowledge.importing.extraction.sniffing import ending_of
from knowledge.importing.extraction.title_guess import is_letterhead
from knowledge.importing.extraction.titles import cut_at_word, usable_title

# Parts of web pages and traces of programs: neither imported nor worth a warning.
_ACCESSORY_ENDINGS = "css js map gif svg webp ico bmp woff woff2 ttf otf eot json lock ini db"
_ACCESSORIES = frozenset(_ACCESSORY_ENDINGS.split())
_WEB_PAGES, _PARTS_OF_PAGES = frozenset({"html", "md"}), frozenset({"jpg", "png"})
_TRACES = frozenset({"thumbs.db", "desktop.ini", ".ds_store", "__macosx"})
_NUMBERS = re.compile(r"(\d+)")
_NUMBERED = re.compile(
    r"(?:[IVX]+|[A-Z])[.)]\s|(?:§|Artikel|Kapitel|Teil|TOP|Folie)\s*\d", re.IGNORECASE
)
_WITHOUT_HEADING = frozenset(
    {"pdf", "xlsx", "ods", "xls"}
)  # whose first heading is a guess or a sheet's name
_SEPARATORS = re.compile(r"[_\s]+")
_HASH_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of the folder.

    Attributes:
        path: Where it lies.
        source_path: Its place in the folder, with slashes, NFC: also what it is known by in later runs.
        size_bytes: As the folder says.
        changed_on: The day of its last change, as the folder says.
    """

    path: Path
    source_path: str
    size_bytes: int
    changed_on: dt.date

    def content_hash(self) -> str:
        """Return the SHA-256 of the content.

        Raises:
            OSError: If it cannot be read.
        """
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            while chunk := file.read(_HASH_CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """What one page is to be made of.

    Attributes:
        source_path: Known by this in later runs; the part before the last slash are its folders.
        content_hash: Changes when the content does.
        title: Of the page.
        blocks: Its content, without the title.
        file: The original to attach, if any.
        extraction: What was read out of the original.
        folder_titles: Titles of its folders, where they differ from their names.
        is_on_page: The page holds all of the original's text.
        dated: The document's own date, if it has one.
    """

    source_path: str
    content_hash: str
    title: str
    blocks: tuple[Block, ...]
    file: Path | None = None
    extraction: Extraction | None = None
    folder_titles: tuple[str, ...] = ()
    is_on_page: bool = False
    dated: Dated | None = None

    @property
    def folders(self) -> tuple[str, ...]:
        """Names of the folders above it, outermost first."""
        return PurePosixPath(self.source_path).parts[:-1]


@dataclass(slots=True)
class Scan:
    """What lies in a folder.

    Attributes:
        files: To be imported, in natural order.
        accessories: How many pictures, style files and traces of programs were passed over.
        unreadable: Folders that could not be opened.
    """

    files: list[SourceFile] = field(default_factory=list)
    accessories: int = 0
    unreadable: list[str] = field(default_factory=list)


def scan(directory: Path) -> Scan:
    """List the files of a folder and of all folders in it; links are not followed."""
    found = Scan()

    def cannot_open(error: OSError) -> None:
        found.unreadable.append(_shown(os.path.relpath(error.filename or "", directory)))

    for folder, subfolders, names in os.walk(directory, onerror=cannot_open):
        subfolders[:] = [name for name in subfolders if not name.startswith((".", "__MACOSX"))]
        for name in names:
            path = Path(folder, name)
            if path.is_symlink() or not path.is_file() or _is_accessory(name):
                found.accessories += 1
                continue
            state = path.stat()
            found.files.append(
                SourceFile(
                    path=path,
                    source_path=_shown(path.relative_to(directory).as_posix()),
                    size_bytes=state.st_size,
                    changed_on=dt.datetime.fromtimestamp(state.st_mtime).astimezone().date(),
                )
            )
    found.files, parts = _without_parts_of_pages(found.files)
    found.accessories += parts
    found.files.sort(key=lambda file: natural_key(file.source_path))
    return found


def _without_parts_of_pages(files: list[SourceFile]) -> tuple[list[SourceFile], int]:
    """Return the files without pictures that belong to web pages beside or above them, and how many these are."""
    endings = {file.source_path: ending_of(file.source_path) for file in files}
    pages = {PurePosixPath(path).parent for path, ending in endings.items() if ending in _WEB_PAGES}
    kept = [
        file
        for file in files
        if endings[file.source_path] not in _PARTS_OF_PAGES
        or pages.isdisjoint(PurePosixPath(file.source_path).parents)
    ]
    return kept, len(files) - len(kept)


def natural_key(path: str) -> tuple[tuple[object, ...], ...]:
    """Sort as people do: files before folders, chapter 2 before chapter 10, without regard to case."""
    *folders, name = path.split("/")
    key = [(1, *_number_aware(folder)) for folder in folders]
    return (*key, (0, *_number_aware(name)))


def _number_aware(name: str) -> list[object]:
    parts = _NUMBERS.split(name.casefold())
    return [part.zfill(12) if part.isdigit() else part for part in parts]


def title_and_blocks(extraction: Extraction, *, source_path: str) -> tuple[str, tuple[Block, ...]]:
    """Return the page's title and the content that is left when the title is taken out.

    The first heading is the title if nothing of its rank follows it, if the document's own title says the same, or if
    it begins the document and is a phrase; else the document's own title, else the file's name.
    """
    blocks = extraction.blocks
    first = next((index for index, block in enumerate(blocks[:3]) if _may_be_title(block)), None)
    if first is not None and extraction.format not in _WITHOUT_HEADING:
        heading = blocks[first]
        rest = blocks[:first] + blocks[first + 1 :]
        is_alone = not any(_may_be_title(block) and block.level <= heading.level for block in rest)
        is_phrase = first == 0 and _is_phrase(heading.text) and not extraction.title
        if is_alone or is_phrase or _folded(heading.text) in _folded(extraction.title):
            return cut_at_word(heading.text), rest
    if extraction.title:
        return cut_at_word(extraction.title), tuple(
            block
            for index, block in enumerate(blocks)
            if not (
                index < 3
                and _is_heading(block)
                and _folded(block.text) == _folded(extraction.title)
            )
        )
    return name_as_title(PurePosixPath(source_path).stem), blocks


def _is_phrase(text: str) -> bool:
    """Tell whether a heading names a document rather than its first chapter: several words, no number before them."""
    return len(text.split()) > 2 and not text[0].isdigit() and not _NUMBERED.match(text)


def name_as_title(name: str) -> str:
    """Return the name of a file or folder as a title."""
    return cut_at_word(_SEPARATORS.sub(" ", name).strip() or name)


def _is_heading(block: Block) -> bool:
    return block.kind is BlockKind.HEADING


def _may_be_title(block: Block) -> bool:
    return _is_heading(block) and bool(usable_title(block.text)) and not is_letterhead(block.text)


def _folded(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _is_accessory(name: str) -> bool:
    lower = name.lower()
    return (
        lower in _TRACES
        or lower.startswith((".", "~$"))
        or (ending_of(lower) in _ACCESSORIES and ending_of(lower) != "")
    )


def _shown(path: str) -> str:
    """Return a path as text in NFC; names that are not UTF-8 are read as Windows-1252."""
    try:
        path.encode()
    except UnicodeEncodeError:
        path = os.fsencode(path).decode("cp1252", "replace")
    return unicodedata.normalize("NFC", clean(path)).replace("\n", " ")

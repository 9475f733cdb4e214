"""Text out of scanned pages of a PDF or a picture file, by Tesseract where it is installed.

Two confined processes share the work: the one that reads files draws a page as a picture in shades of grey, and
Tesseract gets that picture, never the file. Both have limits on memory and time, neither has a network.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import IO

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.collecting import squeeze
from knowledge.importing.extraction.confined.confinement import PROJECT_DIR
from knowledge.importing.extraction.confined.pool import ExtractionPool
from knowledge.importing.extraction.pdf.document import joined_words
from knowledge.importing.extraction.results import Bitmap

LANGUAGE = "deu"
_KEPT_VARIABLES = ("PATH", "TESSDATA_PREFIX")
_MAX_FAILURES = 3  # pages in a row that cannot be drawn; then the file is not worth more time
_UPRIGHT, _AS_IT_LIES = "1", "3"  # how Tesseract looks at a page
_PUNCTUATION = ".,;:!?()[]{}\"'„“”‚‘’»«|*•–—-/\\=+~_<>"
# A number, an abbreviation, or letters with a vowel among them.
_LIKELY = re.compile(r"[\d.,:/%€§-]+|[A-ZÄÖÜ]{1,5}|(?i:\w*[aeiouyäöü]\w*(?:[-/.@]\w+)*)")
_WORD_LEVEL = "5"


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was recognised in one file.

    Attributes:
        pages: All pages' text, with that of scanned pages put in.
        recognised: How many pages have text by recognition.
        is_truncated: Whether pages are left that were not looked at.
    """

    pages: tuple[str, ...]
    recognised: int = 0
    is_truncated: bool = False


def is_available() -> bool:
    """Tell whether Tesseract with German is installed; looked up once a process."""
    return bool(_program())


@functools.cache
def _program() -> str:
    """Return the path of Tesseract; empty if it is missing or knows no German."""
    program = shutil.which("tesseract")
    if not program:
        return ""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        listed = subprocess.run(  # noqa: S603 - the program found on the path
            [program, "--list-langs"], capture_output=True, text=True, check=False, timeout=20
        )
        if LANGUAGE in listed.stdout.split():
            return program
    return ""


def recognise(file: IO[bytes], pages: Sequence[str], *, pool: ExtractionPool) -> Recognition:
    """Put text into the pages of a PDF or picture file that have none; takes seconds for each of them.

    Args:
        file: Open for reading; must have a file descriptor.
        pages: What was read of it; empty if there was nothing on any page.
        pool: Whose process draws the pages.
    """
    found = list(pages)
    until_s = time.monotonic() + limits.ENOUGH_RECOGNITION_S
    recognised = failed = 0
    looked_at = scanned_pages(pages) if pages else range(limits.MAX_PAGES)
    for tried, index in enumerate(looked_at):
        if tried >= limits.MAX_RECOGNISED_PAGES or time.monotonic() > until_s:
            return Recognition(tuple(found), recognised, is_truncated=True)
        try:
            picture = pool.draw(file, index=index)
        except ValueError:
            failed += 1
            if failed >= _MAX_FAILURES:
                break
            picture = Bitmap(1, 1, b"\xff")
        else:
            failed = 0
        if picture is None:
            break
        text = "" if picture.is_blank else read_picture(picture)
        recognised += bool(text)
        if index < len(found):
            found[index] = text or found[index]
        else:
            found.append(text)
    return Recognition(tuple(found), recognised)


def scanned_pages(pages: Sequence[str]) -> list[int]:
    """Return the indexes of the pages with next to no text: pictures of text, drawings, or nothing at all."""
    return [
        index
        for index, text in enumerate(pages)
        if sum(map(str.isalnum, text)) < limits.SCANNED_LETTERS
    ]


def read_picture(picture: Bitmap) -> str:
    """Return the text in a picture, one line a line; empty if there is none, or it takes too much time or memory.

    The page is turned upright first. Where little text stands, the turn is a guess: a doubtful reading is compared
    with those of the page as it lies, upside down and on its sides, until one is sure. What none makes words of is no
    text but a drawing, a photo, a stamp.
    """
    reading = _read(picture, _UPRIGHT)
    turned = (picture, picture.upside_down, picture.on_its_side, picture.on_its_side.upside_down)
    for one in turned if reading.confidence < limits.SURE_CONFIDENCE else ():
        reading = max(reading, _read(one, _AS_IT_LIES), key=lambda found: found.weight)
        if reading.confidence >= limits.SURE_CONFIDENCE or not reading.text:
            break
    return reading.text if reading.is_language else ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What Tesseract made of a page, and how sure it is: 0 to 100, by letters."""

    text: str
    confidence: float

    @property
    def weight(self) -> float:
        """How much it says, as far as it is sure."""
        return self.confidence * len(self.text)

    @property
    def is_language(self) -> bool:
        """Tell text from rubbish: it is sure of its letters, and most pieces are words or numbers."""
        pieces = [piece.strip(_PUNCTUATION) for piece in self.text.split()]
        pieces = [piece for piece in pieces if piece]
        likely = sum(bool(_LIKELY.fullmatch(piece)) for piece in pieces)
        return self.confidence >= limits.MIN_PAGE_CONFIDENCE and likely * 2 >= len(pieces) > 0


def _read(picture: Bitmap, mode: str) -> _Reading:
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    command = [
        sys.executable,
        "-m",
        "knowledge.importing.extraction.confined.recogniser",
        _program(),
        LANGUAGE,
        mode,
    ]
    with tempfile.TemporaryFile() as image:
        image.write(picture.to_pgm())
        image.seek(0)
        with subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
            command,
            cwd=PROJECT_DIR,
            env=environment,
            stdin=image,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            table = _output_of(process)
    return _reading_of(table)


def _output_of(process: subprocess.Popen[bytes]) -> bytes:
    """Return what the process writes until it ends; nothing if it writes or takes too much."""
    alarm = threading.Timer(limits.MAX_PAGE_WALL_S, process.kill)
    alarm.start()
    try:
        output = process.stdout.read(limits.MAX_RECOGNISED_BYTES + 1) if process.stdout else b""
        if len(output) > limits.MAX_RECOGNISED_BYTES:
            process.kill()
        return output if process.wait() == 0 else b""
    finally:
        alarm.cancel()


def _reading_of(table: bytes) -> _Reading:
    """Return the words of Tesseract's table that it is not quite unsure of, by lines."""
    lines = table.decode("utf-8", "replace").splitlines()
    rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row.get("level") == _WORD_LEVEL and _is_sure(row.get("conf"))]
    places = ("block_num", "par_num", "line_num")
    by_line = groupby(words, key=lambda row: [row.get(place) for place in places])
    text = "\n".join(squeeze(" ".join(row["text"] or "" for row in line)) for _, line in by_line)
    letters = sum(len(row["text"] or "") for row in words)
    sure = sum(float(row["conf"] or 0) * len(row["text"] or "") for row in words)
    return _Reading(
        joined_words("\n".join(line for line in text.split("\n") if line)), sure / max(1, letters)
    )


def _is_sure(confidence: str | None) -> bool:
    try:
        return float(confidence or 0) >= limits.MIN_CONFIDENCE
    except ValueError:
        return False

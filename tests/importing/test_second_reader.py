"""Our words against those of a second reader, poppler or LibreOffice, on files made here: limits that CI holds."""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path

import pytest

from benchmarks.reading_accuracy import Comparison, compare
from knowledge.importing.extraction.confined import conversion
from tests.conftest import IN_CI
from tests.importing import builders
from tests.importing import office_parts as office

CASES = Path(__file__).parent / "cases"
# Where the second reader says more or less on purpose: hidden text, boxes for ticks and text, ligatures, running
# titles, notes.
ON_PURPOSE = frozenset(
    {
        "einsatz.docx",
        "antrag.docx",
        "antrag.pdf",
        "entwurf.docx",
        "begriffe.pdf",
        "bericht.pdf",
        "erlass.odt",
        "sperrzone.docx",
    }
)
MOST_MISSING, MOST_INVENTED = 5.0, 5.0  # percent of words in any file
CHAPTERS = ("Beleuchtung", "Sauberkeit", "Verkehr", "Jugend", "Wohnen", "Ausblick")
MEDIAN_MISSING, MEDIAN_INVENTED = 0.5, 0.5


@pytest.fixture
def sample(tmp_path: Path) -> list[Path]:
    """Return files of all formats for which there is a second reader."""
    if not (conversion.is_available() and shutil.which("pdftotext")):
        reason = "LibreOffice (libreoffice-{writer,calc,impress}-nogui) or poppler-utils is missing"
        pytest.fail(reason) if IN_CI else pytest.skip(reason)
    for path in CASES.iterdir():
        if path.name not in ON_PURPOSE:
            shutil.copy(path, tmp_path)
    rows = [
        ["TOP", "Was", "Wer"],
        ["1", office.paragraph("Lampen") + office.paragraph("Masten"), "Amt"],
    ]
    made = {
        "lage.docx": builders.word(),
        "tabelle.docx": office.word(office.table(*rows)),
        "niederschrift.odt": builders.open_text(),
        # What stands at the head of each page alike is a running title, and not read.
        "lage.pdf": builders.pdf(*[f"{name}\n{builders.SENTENCE * 8}" for name in CHAPTERS]),
        "kosten.xlsx": builders.workbook(),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    endings = {".docx", ".odt", ".pdf", ".xlsx", ".pptx", ".doc", ".rtf"}
    return sorted(path for path in tmp_path.iterdir() if path.suffix in endings)


def test_no_word_is_lost_or_invented(sample: list[Path]) -> None:
    results = [one for one in compare(sample) if one.missing is not None]
    assert len(results) >= 20, [one.path for one in results]
    assert {one.format for one in results} >= {"docx", "odt", "pdf", "xlsx", "pptx", "doc", "rtf"}
    far_off = [
        one
        for one in results
        if (one.missing or 0) > MOST_MISSING or (one.invented or 0) > MOST_INVENTED
    ]
    assert far_off == []
    assert _median(results, "missing") <= MEDIAN_MISSING
    assert _median(results, "invented") <= MEDIAN_INVENTED


def _median(results: list[Comparison], name: str) -> float:
    return statistics.median(getattr(one, name) for one in results)

#!/usr/bin/env python3
"""Read files as the import does and compare the words with those of a second reader.

    .venv/bin/python benchmarks/reading_accuracy.py [FOLDER] [--formats docx pdf] [--most 50] [--json FILE]

The second reader is poppler for PDF and LibreOffice for office files (its text of documents, all sheets as CSV, slides
by way of PDF). Neither is right by itself: LibreOffice says what is hidden and repeats headers, we say ticked boxes. So
the figures are to be compared with earlier ones, and the worst files to be looked at. By format: how many were read and
why others weren't, words missing (of the second reader's) and invented (of ours) in percent, median and worst ten.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.corpora.office_files import DEFAULT_TARGET, ENDINGS
from knowledge.importing.extraction import ExtractionPool

_WORD = re.compile(r"[^\W_]{2,}")
_BROKEN = re.compile(r"(?<=\w)[-\u2010\u00ad]\s*\n\s*(?=[a-zäöüß])")
_TEXT, _SHEETS, _SLIDES = "txt:Text (encoded):UTF8", "csv:Text - txt - csv (StarCalc)", "pdf"
_ALL_SHEETS = ":9,34,76,1,,0,false,true,false,false,false,-1"  # tab, quotes, UTF-8, as shown, each sheet a file
_TARGETS = {
    **dict.fromkeys(("docx", "docm", "dotx", "doc", "dot", "rtf", "odt", "ott"), _TEXT),
    **dict.fromkeys(("xlsx", "xlsm", "xls", "xlsb", "ods"), _SHEETS + _ALL_SHEETS),
    **dict.fromkeys(("pptx", "ppsx", "ppt", "pps", "odp"), _SLIDES),
}
_SHEETS_ONLY = frozenset({"xlsx", "xlsm", "xls", "xlsb", "ods"})
_BATCH = 20  # files that one LibreOffice converts
_BATCH_S, _FILE_S = 240, 60


@dataclass(frozen=True)
class Comparison:
    """One file: what we made of it, and how its words differ from the second reader's, in percent."""

    path: str
    format: str
    reason: str
    seconds: float
    words: int = 0
    missing: float | None = None
    invented: float | None = None


def main() -> int:
    """Compare and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_TARGET)
    parser.add_argument("--formats", nargs="*", default=[])
    parser.add_argument("--most", type=int, default=0, help="files of each format, spread evenly")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    files = chosen(options.folder, formats=options.formats, most=options.most)
    results = compare(files)
    report(results)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in results], indent=1))
    return 0


def chosen(folder: Path, *, formats: Iterable[str] = (), most: int = 0) -> list[Path]:
    """Return the files of a folder by format, at most so many of each."""
    by_format: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        ending = path.suffix.lower().lstrip(".")
        if path.is_file() and ending in ENDINGS and (not formats or ending in formats):
            by_format[ending].append(path)
    picked = []
    for paths in by_format.values():
        step = max(1, len(paths) // most) if most else 1
        picked += paths[::step][: most or None]
    return picked


def compare(files: list[Path]) -> list[Comparison]:
    """Read each file twice and compare the words."""
    with ExtractionPool(2) as pool, ThreadPoolExecutor(2) as threads:
        read = list(threads.map(lambda path: _read(pool, path), files))
    second = dict(_second_texts([path for path, one in zip(files, read, strict=True) if one[1]]))
    return [_compared(path, *one, second.get(path)) for path, one in zip(files, read, strict=True)]


def _read(pool: ExtractionPool, path: Path) -> tuple[str, str, float]:
    """Return reason, text and seconds."""
    started = time.monotonic()
    with path.open("rb") as file:
        extraction = pool.extract(file, name=path.name)
    pages = extraction.pages
    if path.suffix.lower().lstrip(".") in _SHEETS_ONLY:
        pages = tuple(page.partition("\n")[2] for page in pages)  # without the sheet's name
    text = "\n".join(pages)
    reason = str(extraction.reason or "")
    return reason, "" if reason else text, time.monotonic() - started


def _compared(path: Path, reason: str, ours: str, seconds: float, theirs: str | None) -> Comparison:
    ending = path.suffix.lower().lstrip(".")
    if reason or theirs is None:
        return Comparison(path.name, ending, reason, seconds)
    mine, other = words_of(ours), words_of(theirs)
    if (
        ending in _SHEETS_ONLY
    ):  # LibreOffice writes numbers otherwise than a German screen shows them
        mine, other = ({one for one in words if not one[0].isdigit()} for words in (mine, other))
    missing = sum(1 for word in other if word not in mine) / max(1, len(other))
    invented = sum(1 for word in mine if word not in other) / max(1, len(mine))
    return Comparison(path.name, ending, "", seconds, len(other), 100 * missing, 100 * invented)


def words_of(text: str) -> set[str]:
    """Return the words of a text, folded, without the hyphens of line ends."""
    text = unicodedata.normalize("NFKC", _BROKEN.sub("", text))
    return {word.casefold() for word in _WORD.findall(text)}


# --- the second reader ------------------------------------------------------------------------------


def _second_texts(files: list[Path]) -> Iterator[tuple[Path, str]]:
    by_target: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        ending = path.suffix.lower().lstrip(".")
        if ending == "pdf":
            if (text := _pdf_text(path)) is not None:
                yield path, text
        elif ending in _TARGETS:
            by_target[_TARGETS[ending]].append(path)
    for target, paths in by_target.items():
        for start in range(0, len(paths), _BATCH):
            yield from _by_libreoffice(paths[start : start + _BATCH], target)


def _pdf_text(path: Path) -> str | None:
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", str(path), "-"],
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _by_libreoffice(paths: list[Path], target: str) -> Iterator[tuple[Path, str]]:
    """Yield the texts of files that one LibreOffice converts; after a crash, of each by itself."""
    with tempfile.TemporaryDirectory(prefix="stadtwissen-second-") as name:
        folder = Path(name)
        copies = {}
        for number, path in enumerate(paths):
            copy = folder / f"f{number:03}{path.suffix.lower()}"
            shutil.copyfile(path, copy)
            copies[copy] = path
        _convert(folder, list(copies), target, _BATCH_S)
        for copy, path in copies.items():
            if not _results(folder, copy):
                _convert(folder, [copy], target, _FILE_S)
            if results := _results(folder, copy):
                texts = (
                    _pdf_text(one) if one.suffix == ".pdf" else one.read_text("utf-8", "replace")
                    for one in results
                )
                yield path, "\n".join(text or "" for text in texts)


def _results(folder: Path, copy: Path) -> list[Path]:
    return sorted((folder / "out").glob(f"{copy.stem}[.-]*"))


def _convert(folder: Path, copies: list[Path], target: str, seconds: int) -> None:
    command = [
        "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", target, "--outdir", str(folder / "out"), *map(str, copies),
    ]  # fmt: skip
    try:
        subprocess.run(command, capture_output=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return


# --- figures ----------------------------------------------------------------------------------------


def report(results: list[Comparison]) -> None:
    """Print a line a format, then the worst of each."""
    by_format: dict[str, list[Comparison]] = defaultdict(list)
    for one in results:
        by_format[one.format].append(one)
    print("format  files   read  compared  missing %  invented %  seconds  not read")
    for kind, all_of in sorted(by_format.items()):
        compared = [one for one in all_of if one.missing is not None]
        reasons = Counter(one.reason for one in all_of if one.reason)
        print(
            f"{kind:6} {len(all_of):6} {sum(not one.reason for one in all_of):6} {len(compared):9}"
            f" {_median(one.missing for one in compared):>10} {_median(one.invented for one in compared):>11}"
            f" {_median(one.seconds for one in all_of):>8}  {', '.join(f'{n} {r}' for r, n in reasons.items())}"
        )
    for kind, all_of in sorted(by_format.items()):
        compared = [one for one in all_of if one.missing is not None and one.words]
        for what in ("missing", "invented"):
            worst = sorted(compared, key=lambda one: -getattr(one, what))[:10]
            shown = [
                f"{getattr(one, what):.0f} {one.path}" for one in worst if getattr(one, what) >= 1
            ]
            if shown:
                print(f"\n{kind}, {what}: " + "; ".join(shown))


def _median(values: Iterable[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{statistics.median(known):.2f}" if known else "–"


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Fetch real office files, PDFs and mails that nobody here wrote, from the sources of Debian packages.

    python3 benchmarks/corpora/office_files.py [TARGET]     # default: var/corpora/office-files

The sources are obtained with `apt-get source --download-only`, by name and compared with their hash, and only files
of formats that we read are unpacked: about 1,700, most of them test files of Apache POI and pandoc, with traps of all
kinds. They keep their own free licences; nothing of it is committed. Needs Debian 12 or a derivative; package lists of
sources are kept apart from those of the system. `benchmarks/reading_accuracy.py` reads and compares them.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

PROJECT_DIR = Path(__file__).resolve().parents[2]
DEFAULT_TARGET = PROJECT_DIR / "var" / "corpora" / "office-files"
ENDINGS = frozenset(
    (
        "docx", "docm", "dotx", "doc", "dot", "rtf", "odt", "ott", "ods", "odp", "pptx", "ppsx", "ppt", "pps", "xlsx",
        "xlsm", "xls", "xlsb", "pdf", "msg", "eml",
    )
)  # fmt: skip
_MAX_FILE_BYTES = 30 * 1024 * 1024
_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")


class Source(NamedTuple):
    """One source package: its name, its archive with the hash, and where in it files are left out."""

    package: str
    archive: str
    sha256: str
    leaves_out: str = ""


SOURCES = (
    Source(
        "libapache-poi-java",
        "libapache-poi-java_4.0.1.orig.tar.xz",
        "54db524e2bae73658e4fdb3a6e2d69cb4137638ace71fcde93659be2695287ea",
    ),
    Source(
        "pandoc",
        "pandoc_2.17.1.1.orig.tar.gz",
        "df7c6c605d084252fc28687dffe63ca57dd04a463698d323924d3be2f1f5df32",
    ),
    Source(
        "pdfminer",
        "pdfminer_20221105+dfsg.orig.tar.xz",
        "f1f162956168a27fb3be36072f2cc746d2a2de8a6dd2d44c60a6cc6f21c62f9c",
    ),
    Source(
        "pypdf",
        "pypdf_3.4.1.orig.tar.xz",
        "97fba6fca8f51945bc44a7875dec9c21d670a08a4b0f045e1360f2803ec6abc6",
    ),
    Source(
        "python-odf",
        "python-odf_1.4.2.orig.tar.gz",
        "24ad087f38031b2fe60bf22811b9550887afe1cfdea80672d6573387c3025583",
        leaves_out=r"\.pdf$",  # 282 pages of its own manual
    ),
)


def main() -> int:
    """Fetch what is missing; tell how many files there are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("target", nargs="?", type=Path, default=DEFAULT_TARGET)
    target: Path = parser.parse_args().target
    with tempfile.TemporaryDirectory(prefix="stadtwissen-office-") as name:
        for source in SOURCES:
            folder = target / source.package
            if not folder.is_dir():
                _unpack(_fetch(source, Path(name)), folder, source)
            print(f"{sum(1 for one in folder.rglob('*') if one.is_file()):6}  {source.package}")
    return 0


def _fetch(source: Source, folder: Path) -> Path:
    """Download one archive and check it."""
    archive = folder / source.archive
    options = _options(folder)
    # Only the archive counts: a part of the package that is gone meanwhile (its Debian changes) does no harm.
    subprocess.run(
        ["apt-get", *options, "source", "--download-only", "-qq", source.package],
        cwd=folder,
        check=False,
    )
    if not archive.exists():
        raise SystemExit(f"{source.archive} cannot be fetched; is this Debian 12?")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != source.sha256:
        raise SystemExit(f"{source.archive} has the hash {digest}, not {source.sha256}.")
    return archive


def _options(folder: Path) -> list[str]:
    """Return how apt uses package lists of sources of its own, fetching them at the first call."""
    lists, sources = folder / "lists", folder / "src.sources"
    options = [
        "-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=-", "-o", f"Dir::State::lists={lists}",
    ]  # fmt: skip
    if not lists.is_dir():
        lists.mkdir()
        text = _SOURCES.read_text(encoding="utf-8")
        sources.write_text(re.sub(r"(?m)^Types:.*$", "Types: deb-src", text), encoding="utf-8")
        subprocess.run(["apt-get", *options, "update", "-qq"], cwd=folder, check=True)
    return options


def _unpack(archive: Path, folder: Path, source: Source) -> None:
    """Unpack the files of our formats under flat names, which tell where they come from."""
    partial = folder.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with tarfile.open(archive) as opened:
        for member in opened:
            path = PurePosixPath(member.name)
            if not member.isfile() or not 0 < member.size <= _MAX_FILE_BYTES:
                continue
            if path.suffix.lower().lstrip(".") not in ENDINGS:
                continue
            if source.leaves_out and re.search(source.leaves_out, member.name):
                continue
            content = opened.extractfile(member)
            if content is not None:
                name = "--".join(path.parts[-2:])
                (partial / name).write_bytes(content.read())
    partial.rename(folder)


if __name__ == "__main__":
    sys.exit(main())

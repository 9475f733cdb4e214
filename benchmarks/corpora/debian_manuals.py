#!/usr/bin/env python3
"""Fetch Debian's German manuals and lay them out as one folder tree for `manage.py import_documents`.

    python3 benchmarks/corpora/debian_manuals.py [TARGET]     # default: var/corpora/debian-manuals

The packages are obtained with `apt-get download` and unpacked without being installed; only their German HTML,
PDF and text files are kept. They keep their own free licences (GPL, GFDL, CC BY-SA): nothing of it is committed.
Needs Debian or a derivative with package lists (`apt-get update`); the standard library is enough.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]
DEFAULT_TARGET = PROJECT_DIR / "var" / "corpora" / "debian-manuals"


@dataclass(frozen=True)
class Manual:
    """One package and where its German files are.

    Attributes:
        package: Name of the Debian package.
        folder: Folder in the target tree.
        sources: Pairs of a folder inside the package and a pattern of file names below it.
    """

    package: str
    folder: str
    sources: tuple[tuple[str, str], ...]


MANUALS = (
    Manual(
        "debian-handbook",
        "Debian-Administrationshandbuch",
        (("usr/share/doc/debian-handbook/html/de-DE", "*.html"),),
    ),
    Manual(
        "installation-guide-amd64",
        "Installationsanleitung",
        (
            ("usr/share/doc/installation-guide-amd64/de", "*.html"),
            ("usr/share/doc/installation-guide-amd64/de", "install.de.pdf.gz"),
            ("usr/share/doc/installation-guide-amd64/de", "install.de.txt.gz"),
        ),
    ),
    Manual(
        "debian-reference-de",
        "Debian-Referenz",
        (
            ("usr/share/debian-reference", "*.de.html"),
            ("usr/share/debian-reference", "*.de.pdf"),
            ("usr/share/debian-reference", "*.de.txt.gz"),
        ),
    ),
    Manual(
        "developers-reference-de",
        "Entwicklerreferenz",
        (
            ("usr/share/developers-reference/de", "*.html"),
            ("usr/share/developers-reference/de", "*.pdf"),
            ("usr/share/developers-reference/de", "*.txt.gz"),
        ),
    ),
    Manual(
        "maint-guide-de",
        "Leitfaden für neue Paketbetreuer",
        (
            ("usr/share/doc/maint-guide-de/html", "*.html"),
            ("usr/share/doc/maint-guide-de", "*.pdf"),
            ("usr/share/doc/maint-guide-de", "*.txt.gz"),
        ),
    ),
    Manual(
        "debian-faq-de",
        "Häufige Fragen",
        (
            ("usr/share/doc/debian/FAQ/de", "*.html"),
            ("usr/share/doc/debian/FAQ", "debian-faq.de.pdf.gz"),
            ("usr/share/doc/debian/FAQ", "debian-faq.de.txt.gz"),
        ),
    ),
    Manual(
        "debian-edu-doc-de",
        "Debian Edu",
        (
            ("usr/share/doc/debian-edu-doc-de", "*.html"),
            ("usr/share/doc/debian-edu-doc-de", "*.pdf"),
        ),
    ),
    Manual(
        "debian-paketmanagement-buch",
        "Paketmanagement",
        (
            ("usr/share/doc/debian-paketmanagement-buch", "*.html"),
            ("usr/share/doc/debian-paketmanagement-buch", "*.pdf"),
        ),
    ),
    Manual(
        "harden-doc",
        "Anleitung zum Absichern",
        (("usr/share/doc/harden-doc/html/de-DE", "*.html"),),
    ),
    Manual(
        "apt-doc",
        "APT",
        (
            ("usr/share/doc/apt-doc/guide.de.html", "*.html"),
            ("usr/share/doc/apt-doc", "*.de.text.gz"),
        ),
    ),
    Manual("gosa-help-de", "GOsa", (("usr/share/gosa/doc/core/de/html", "**/*.html"),)),
    Manual("udo-doc-de", "UDO", (("usr/share/doc/udo-doc-de/html", "**/*.html"),)),
)


def main() -> int:
    """Fetch, unpack and lay out; say how many files there are."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("target", nargs="?", type=Path, default=DEFAULT_TARGET)
    target: Path = parser.parse_args().target
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        print("apt-get and dpkg-deb are needed: run this on Debian or Ubuntu.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="stadtwissen-manuals-") as scratch_name:
        scratch = Path(scratch_name)
        missing = _download(scratch)
        counts = {
            manual.folder: _lay_out(manual, scratch=scratch, target=target)
            for manual in MANUALS
            if manual.package not in missing
        }
    for folder, count in counts.items():
        print(f"{count:5}  {folder}")
    print(f"{sum(counts.values()):5}  files in {target}")
    for package in missing:
        print(f"not available here: {package} (apt-get update?)", file=sys.stderr)
    return 1 if missing else 0


def _download(scratch: Path) -> tuple[str, ...]:
    """Download package by package, so that one missing package doesn't cost the others."""
    missing = []
    for manual in MANUALS:
        done = subprocess.run(
            ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", manual.package],
            cwd=scratch,
            check=False,
        )
        if done.returncode:
            missing.append(manual.package)
    return tuple(missing)


def _lay_out(manual: Manual, *, scratch: Path, target: Path) -> int:
    unpacked = scratch / manual.package
    package_file = next(scratch.glob(f"{manual.package}_*.deb"))
    subprocess.run(["dpkg-deb", "-x", str(package_file), str(unpacked)], check=True)
    count = 0
    for base, file in _files(manual, unpacked=unpacked):
        place = target / manual.folder / file.relative_to(base)
        place.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".gz":
            name = place.name.removesuffix(".gz").replace(".text", ".txt")
            with gzip.open(file) as packed:
                place.with_name(name).write_bytes(packed.read())
        else:
            shutil.copyfile(file, place)
        count += 1
    shutil.rmtree(unpacked)
    return count


def _files(manual: Manual, *, unpacked: Path) -> Iterator[tuple[Path, Path]]:
    """Yield base folder and file; links are left out, since they repeat a file under another name."""
    for folder, pattern in manual.sources:
        base = unpacked / folder
        for file in sorted(base.glob(pattern)):
            if file.is_file() and not file.is_symlink():
                yield base, file


if __name__ == "__main__":
    raise SystemExit(main())

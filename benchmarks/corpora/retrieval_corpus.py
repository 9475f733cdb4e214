#!/usr/bin/env python3
"""Build the retrieval corpus (11,621 German documents) for `manage.py import_corpus` and `manage.py search evaluate`.

    python3 benchmarks/corpora/retrieval_corpus.py [TARGET]     # default: var/corpora/retrieval/corpus.jsonl

The builder lies beside this project, in `../shared/retrieval/`; it unpacks Debian packages, whose texts keep their own
free licences, and adds paragraphs of German statutes. Nothing of it is committed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]
BUILDER = PROJECT_DIR.parent / "shared" / "retrieval" / "build_corpus.py"
DEFAULT_TARGET = PROJECT_DIR / "var" / "corpora" / "retrieval"


def main() -> int:
    """Build the corpus unless it is there; say where it is."""
    parser = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    parser.add_argument("target", nargs="?", type=Path, default=DEFAULT_TARGET)
    target: Path = parser.parse_args().target
    corpus = target / "corpus.jsonl"
    if not corpus.exists():
        if not BUILDER.exists():
            print(
                f"The builder is missing: {BUILDER}. It belongs to the shared material beside the project.",
                file=sys.stderr,
            )
            return 2
        target.mkdir(parents=True, exist_ok=True)
        # Half a corpus would be taken for a whole one, by the tests that wait for it, too.
        with tempfile.TemporaryDirectory(dir=target) as scratch:
            done = subprocess.run([sys.executable, str(BUILDER), scratch], check=False)
            if done.returncode:
                return done.returncode
            (Path(scratch) / corpus.name).replace(corpus)
    with corpus.open(encoding="utf-8") as lines:
        print(f"{sum(1 for _line in lines)} documents in {corpus}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Becomes Tesseract, confined: started by `recognition` for one page as `python -m …recogniser PROGRAM LANGUAGES MODE`.

A process of its own gives up network, writing and further processes before Tesseract begins; doing so between fork and
exec of a process with threads, as the web server is, could block for ever.
"""

from __future__ import annotations

import os
import sys

from knowledge.importing.extraction.confined.confinement import become_recogniser

# Threads would be processes to the filter; on two cores they are no faster either.
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1", "LANG": "C.UTF-8"}
_KEPT_VARIABLES = ("PATH", "TESSDATA_PREFIX")


def main() -> None:
    """Replace this process; the picture comes from standard input, words go to standard output as a table."""
    program, languages, mode = sys.argv[1:4]
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    become_recogniser(
        program,
        ["stdin", "stdout", "-l", languages, "--psm", mode, "tsv"],
        {**kept, **_ENVIRONMENT},
    )


if __name__ == "__main__":
    main()

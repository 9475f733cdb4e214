"""Compile message catalogues (.po to .mo) with polib, so that GNU gettext need not be installed.

Usage: compile_messages.py FILE.po …
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polib


def compile_catalogue(source: Path) -> None:
    """Write the .mo file beside `source`, in one move: a server that reads it never sees half a file."""
    target = source.with_suffix(".mo")
    scratch = target.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(scratch))
    os.replace(scratch, target)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalogue(Path(name))

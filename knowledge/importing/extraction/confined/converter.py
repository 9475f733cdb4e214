"""Becomes LibreOffice, confined: run by `conversion` for one file as `python -m …converter PROGRAM FOLDER FILE KIND`.

As with `recogniser`, a process of its own gives everything up before the program begins.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from knowledge.importing.extraction.confined.confinement import become_converter

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ")


def main() -> None:
    """Replace this process; the result is written into the folder `out` of FOLDER."""
    program, folder, file, kind = sys.argv[1:5]
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    own = {"HOME": folder, "TMPDIR": folder, "XDG_RUNTIME_DIR": folder, "SAL_USE_VCLPLUGIN": "svp"}
    arguments = [
        f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--nologo",
        "--convert-to",
        kind,
        "--outdir",
        str(Path(folder, "out")),
        str(Path(folder, file)),
    ]
    become_converter(program, arguments, {**kept, **own}, folder=Path(folder))


if __name__ == "__main__":
    main()

"""Files of old formats to new ones, by LibreOffice where it is installed.

It runs in a process of its own that gives up nearly everything (`confinement.become_converter`), in a folder of its own
that is thrown away, with settings that follow no links and run no macros.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.confined.confinement import PROJECT_DIR
from knowledge.importing.extraction.results import Reason, UnusableFile
from knowledge.importing.extraction.sniffing import CONVERTIBLE

_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ")
_ATTEMPTS = (
    3  # the first start of a profile may end early; a process that was killed gets another chance
)
# Components of their own packages in Debian: without one, files of its kind are not read.
_LIBRARIES = {"docx": "libswlo.so", "xlsx": "libsclo.so", "pptx": "libsdlo.so", "pdf": "libsdlo.so"}
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
%s
</oor:items>
"""
_SETTING = (
    '<item oor:path="/org.openoffice.Office.%s">'
    '<prop oor:name="%s" oor:op="fuse"><value>%s</value></prop></item>'
)
_CHOICES = (
    ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Common/Misc", "FirstRun", "false"),
    ("Writer/Content/Update", "Link", "0"),
    ("Calc/Content/Update", "Link", "2"),
)


def is_available() -> bool:
    """Tell whether LibreOffice is installed with all parts that old files need; looked up once a process."""
    return all(is_possible(kind) for kind in ("doc", "xls", "ppt"))


def is_possible(kind: str) -> bool:
    """Tell whether files of a format can be converted here."""
    program = _program()
    target = CONVERTIBLE.get(kind, "")
    return bool(program and target and (Path(program).parent / _LIBRARIES[target]).exists())


@functools.cache
def _program() -> str:
    """Return the path of LibreOffice itself, behind the script that starts it; empty if it is missing."""
    script = shutil.which("soffice") or shutil.which("libreoffice")
    if not script:
        return ""
    program = Path(script).resolve().parent / "soffice.bin"
    return str(program) if program.exists() else ""


@contextlib.contextmanager
def converted(file: IO[bytes], kind: str) -> Iterator[tuple[IO[bytes], str]]:
    """Give a file in its new format, open, and the name that it is to be read under.

    Args:
        file: Open for reading.
        kind: Its format, one of `CONVERTIBLE`.

    Raises:
        UnusableFile: If LibreOffice cannot read it, or not within the limits.
    """
    target = CONVERTIBLE[kind]
    with tempfile.TemporaryDirectory(prefix="stadtwissen-convert-") as name:
        folder = Path(name)
        source = folder / f"document.{kind}"
        with source.open("wb") as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
        _prepare_profile(folder)
        result = folder / "out" / f"document.{target}"
        for _attempt in range(_ATTEMPTS):
            status = _run(folder, source, target)
            if result.exists() or status not in {_RESTART, -signal.SIGKILL, -signal.SIGTERM}:
                break
        if not result.exists():
            raise UnusableFile(Reason.TOO_COMPLEX if status < 0 else Reason.BROKEN)
        with result.open("rb") as copy:
            yield copy, result.name


_RESTART = 81  # LibreOffice asks to be started again: it has set up its profile


def _prepare_profile(folder: Path) -> None:
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    items = "\n".join(_SETTING % choice for choice in _CHOICES)
    (user / "registrymodifications.xcu").write_text(_SETTINGS % items, encoding="utf-8")


def _run(folder: Path, source: Path, target: str) -> int:
    """Run LibreOffice once and return its status; a negative one says that it was ended.

    Raises:
        UnusableFile: If it takes too long.
    """
    environment = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    command = [
        sys.executable,
        "-m",
        "knowledge.importing.extraction.confined.converter",
        _program(),
        str(folder),
        source.name,
        target,
    ]
    with subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
        command,
        cwd=PROJECT_DIR,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(limits.MAX_CONVERSION_WALL_S)
        except subprocess.TimeoutExpired as error:
            raise UnusableFile(Reason.TOO_COMPLEX) from error
        finally:
            process.kill()

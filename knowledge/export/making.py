"""Write a file in a process of its own: a heavy document neither holds up the web process nor swells it.

The child has no database and no Django; it is given a sheet and gives back bytes. It is ended when its time is over,
and may take only so much memory.
"""

from __future__ import annotations

import os
import pickle
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.export.sheets import Enclosed, Sheet

LONGEST_S = 60.0  # of one file; the proxy waits 120 s
_MOST_MEMORY = (
    2 << 30
)  # bytes of address space; a file of the greatest weight takes a quarter of it
_NICENESS = 5  # pages that people wait for go first
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Order:
    """What the child is asked for.

    Attributes:
        form: pdf, archive or docx.
        sheet: What the file says.
        fonts: Files of the typeface by style.
        enclosed: Files to lie inside; only an archive has any.
    """

    form: str
    sheet: Sheet
    fonts: Mapping[str, Path] = field(default_factory=dict)
    enclosed: Sequence[Enclosed] = ()


class NotMade(Exception):
    """A file took too long, or too much memory."""


def made(order: Order, *, longest_s: float = LONGEST_S) -> bytes:
    """Return the file.

    Raises:
        NotMade: If it took too long or too much memory.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "knowledge.export.making"],
            input=pickle.dumps(order),
            capture_output=True,
            timeout=longest_s,
            cwd=_ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotMade(f"{order.form} was not done after {longest_s} s") from error
    if done.returncode != 0:
        raise NotMade(f"{order.form}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def _written(order: Order) -> bytes:
    # Each form has a library of its own, and loading it is most of the time of a short file.
    if order.form == "docx":
        from knowledge.export.as_word import word_of

        return word_of(order.sheet)
    if order.form == "archive":
        from knowledge.export.archive import archived_sheet

        return archived_sheet(order.sheet, fonts=order.fonts, enclosed=order.enclosed)
    from knowledge.export.portable import pdf_of

    return pdf_of(order.sheet, fonts=order.fonts)


def _serve() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    os.nice(_NICENESS)
    order: Order = pickle.load(sys.stdin.buffer)  # noqa: S301  written by our own parent process
    written = _written(order)
    sys.stdout.buffer.write(written)


if __name__ == "__main__":
    _serve()

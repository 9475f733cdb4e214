"""Very large and very awkward files stay within their limits: time, memory, and LibreOffice that is killed."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pikepdf
import pytest

from knowledge.importing.extraction import Extraction, Reason, extract_bytes, limits
from knowledge.importing.extraction.confined import conversion
from tests.conftest import IN_CI
from tests.importing import builders
from tests.importing import office_parts as office

RTF = b"{\\rtf1\\ansi Ein alter Vermerk \\'fcber die Begehung.}"


def read(data: bytes, name: str) -> Extraction:
    extraction = extract_bytes(data, name=name)
    assert extraction.reason is None, extraction.reason
    return extraction


@pytest.fixture
def libreoffice() -> None:
    if not conversion.is_available():
        reason = "LibreOffice is missing: apt-get install libreoffice-{writer,calc,impress}-nogui"
        pytest.fail(reason) if IN_CI else pytest.skip(reason)


def test_5000_pages_are_read_within_the_time_of_a_file() -> None:
    document = pikepdf.open(io.BytesIO(builders.pdf(f"Kapitel\n{builders.SENTENCE * 20}")))
    for _page in range(4999):
        document.pages.append(document.pages[0])
    buffer = io.BytesIO()
    document.save(buffer)
    started = time.process_time(), time.monotonic()
    found = read(buffer.getvalue(), "lang.pdf")
    assert len(found.pages) == 5000 or found.is_truncated
    assert len(found.pages) > 1000
    assert time.monotonic() - started[1] < limits.MAX_WALL_S


def test_10000_cells_in_a_row_are_all_searched() -> None:
    cells = "".join(
        f'<s:c t="inlineStr"><s:is><s:t>Wert{number}x</s:t></s:is></s:c>'
        for number in range(10_000)
    )
    found = read(office.sheet(f"<s:row>{cells}</s:row>"), "breit.xlsx")
    (block,) = found.blocks[1:]
    assert len(block.rows[0]) == limits.MAX_TABLE_COLUMNS
    assert "Wert9999x" in found.pages[0]
    row = office.table([f"Wert{number}x" for number in range(10_000)])
    assert "Wert9999x" in read(office.word(row), "breit.docx").pages[0]


def test_last_cell_of_many_rows_costs_no_memory_for_those_before() -> None:
    rows = "".join(
        f'<s:row r="{number}"><s:c r="XFD{number}"><s:v>{number}</s:v></s:c></s:row>'
        for number in range(1, 20_001)
    )
    found = read(office.sheet(rows), "weit.xlsx")
    assert found.pages[0].count("\n") == 20_000


def test_deeply_nested_lists_and_tables_end() -> None:
    inner = office.paragraph("Kern")
    for _level in range(30):
        inner = f"<w:tbl><w:tr><w:tc>{inner}<w:p/></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    assert "Kern" in read(office.word(inner), "tief.docx").pages[0]


def running() -> list[int]:
    """Return the processes of LibreOffice that this test has started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes()
        except OSError:
            continue
        if b"soffice.bin" in command and b"stadtwissen-convert-" in command:
            found.append(int(entry.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_libreoffice_killed_in_the_middle_is_started_again(
    libreoffice: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = conversion._run
    killed: list[int] = []

    def run(folder: Path, source: Path, target: str) -> int:
        def kill() -> None:
            deadline = time.monotonic() + 30
            while not killed and time.monotonic() < deadline:
                mine = [pid for pid in running() if str(folder) in _command(pid)]
                for pid in mine:
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)

        if not killed:
            threading.Thread(target=kill, daemon=True).start()
        return real(folder, source, target)

    monkeypatch.setattr(conversion, "_run", run)
    found = read(RTF, "alt.rtf")
    assert "Vermerk über die Begehung" in found.pages[0]
    assert len(killed) == 1


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except OSError:
        return ""


def test_libreoffice_that_takes_too_long_is_given_up(
    libreoffice: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_CONVERSION_WALL_S", 0.05)
    assert extract_bytes(RTF, name="alt.rtf").reason is Reason.TOO_COMPLEX
    assert not running()


PROBE = """
import sys
from pathlib import Path
from knowledge.importing.extraction.confined.confinement import become_converter
become_converter("/usr/bin/python3", ["-c", sys.argv[1]], {}, folder=Path(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the filter on system calls is Linux's")
@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_UNIX).connect('/run/x')",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['true'])",
        "open('/var/tmp/stadtwissen-probe', 'w')",
        "bytearray(5 * 1024**3)",
    ],
)
def test_libreoffice_may_not(attempt: str, tmp_path: Path) -> None:
    code = (
        f"try:\n    {attempt}\nexcept BaseException as error:\n    print(type(error).__name__)\n"
        "else:\n    print('went through')"
    )
    done = subprocess.run(
        [sys.executable, "-c", PROBE, code, str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() in {"PermissionError", "MemoryError", "OSError"}, done


@pytest.mark.skipif(sys.platform != "linux", reason="the filter on system calls is Linux's")
def test_libreoffice_may_use_threads_and_its_own_folder(tmp_path: Path) -> None:
    code = (
        "import threading; one = threading.Thread(target=print, args=('thread',)); one.start(); one.join()\n"
        f"open({str(tmp_path / 'x')!r}, 'w').write('written')"
    )
    done = subprocess.run(
        [sys.executable, "-c", PROBE, code, str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "thread", done
    assert (tmp_path / "x").read_text() == "written"

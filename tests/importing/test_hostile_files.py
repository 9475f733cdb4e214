"""Bad and hostile files: each gets its reason, none harms the process that asked."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from django.utils import translation

from knowledge.importing.extraction import ExtractionPool, Reason, extract_bytes, extract_file
from knowledge.importing.extraction.confined.pool import ExtractionUnavailable
from knowledge.importing.extraction.limits import MAX_FILE_BYTES
from knowledge.importing.extraction.results import Extraction
from knowledge.importing.extraction.sentences import sentence_for
from tests.importing import builders


def reason_of(data: bytes, name: str) -> Reason | None:
    return extract_bytes(data, name=name).reason


PDF = builders.pdf(builders.SENTENCE)
DOCX = builders.word()
MSG = builders.outlook_message({"0037001F": "Rückmeldung", "1000001F": "Erledigt. " * 900})


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "leer.pdf", Reason.EMPTY),
        (b"  \n\n", "leer.txt", Reason.EMPTY),
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<< /Type /Cat", "kaputt.pdf", Reason.BROKEN),
        (PDF[: len(PDF) // 3], "halb.pdf", Reason.BROKEN),
        (b"\x00" * 3000 + b"\x01" * 500, "nullen.pdf", Reason.BROKEN),
        (DOCX[: len(DOCX) // 2], "halb.docx", Reason.BROKEN),
        (builders.zipped({"word/document.xml": b"<w:document"}), "kaputt.docx", Reason.BROKEN),
        (builders.pdf("geheim", password="geheim"), "geheim.pdf", Reason.ENCRYPTED),
        (builders.scanned_pdf(), "scan.pdf", Reason.NO_TEXT),
        (PDF, "bericht.docx", Reason.WRONG_ENDING),
        (DOCX, "bericht.pdf", Reason.WRONG_ENDING),
        (DOCX, "bericht.odt", Reason.WRONG_ENDING),
        (builders.open_text(), "bericht.docx", Reason.WRONG_ENDING),
        (builders.html("<p>Hallo</p>"), "bericht.pdf", Reason.WRONG_ENDING),
        (b"Nur Text, kein PDF, aber lang genug.", "bericht.pdf", Reason.WRONG_ENDING),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "bild.txt", Reason.WRONG_ENDING),
        (b"\x7fELF" + bytes(range(256)) * 4, "programm.html", Reason.WRONG_ENDING),
        (PDF, "bericht.exe", Reason.UNSUPPORTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "alt.doc", Reason.BROKEN),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "geheim.docx",
            Reason.ENCRYPTED,
        ),
        (MSG[: len(MSG) // 2], "halb.msg", Reason.BROKEN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "keine.msg", Reason.BROKEN),
        (MSG, "bericht.docx", Reason.WRONG_ENDING),
    ],
)
def test_bad_file_gets_its_reason(data: bytes, name: str, reason: Reason) -> None:
    assert reason_of(data, name) is reason


def test_outlook_message_whose_chains_are_circles_is_read_or_refused_but_never_hangs() -> None:
    circles = MSG.replace(b"\xfe\xff\xff\xff", b"\x00\x00\x00\x00")
    assert circles != MSG
    assert reason_of(circles, "kreis.msg") in {None, Reason.BROKEN, Reason.NO_TEXT}


def test_every_reason_has_a_german_sentence_with_the_name() -> None:
    with translation.override("de"):
        for reason in Reason:
            sentence = sentence_for(reason, name="Akte.pdf")
            assert "Akte.pdf" in sentence
            assert sentence.endswith(".")


def test_200_mb_file_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "gross.pdf"
    with file.open("wb") as handle:
        handle.write(b"%PDF-1.7\n")
        handle.truncate(200 * 1024 * 1024)
    started = time.monotonic()
    assert extract_file(file).reason is Reason.TOO_LARGE
    assert time.monotonic() - started < 1
    assert file.stat().st_size > MAX_FILE_BYTES


def test_zip_bomb_is_given_up() -> None:
    bomb = builders.replaced(DOCX, "word/document.xml", b" " * (70 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    assert reason_of(bomb, "bombe.docx") is Reason.TOO_COMPLEX


def test_zip_bomb_with_a_forged_size_is_given_up() -> None:
    honest = builders.replaced(DOCX, "word/document.xml", b" " * (20 * 1024 * 1024))
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        info = archive.getinfo("word/document.xml")
    size = info.file_size.to_bytes(4, "little")
    forged = honest.replace(size, (100).to_bytes(4, "little"))
    assert reason_of(forged, "bombe.docx") is Reason.BROKEN


@pytest.mark.parametrize(
    ("data", "part", "name"),
    [
        (DOCX, "word/document.xml", "b.docx"),
        (builders.open_text(), "content.xml", "b.odt"),
    ],
)
def test_entity_bomb_is_refused(data: bytes, part: str, name: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY l0 "ha">{laughs}]><b>&l9;</b>'
    assert reason_of(builders.replaced(data, part, bomb.encode()), name) is Reason.BROKEN


def test_entity_bomb_in_the_styles_costs_the_styles() -> None:
    bomb = b'<!DOCTYPE b [<!ENTITY l0 "ha"><!ENTITY l1 "&l0;&l0;">]><b>&l1;</b>'
    extraction = extract_bytes(builders.replaced(DOCX, "word/styles.xml", bomb), name="b.docx")
    assert "Beleuchtung" in extraction.pages[0]
    assert "haha" not in extraction.pages[0]


def test_reference_to_a_file_is_refused() -> None:
    spy = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    assert reason_of(builders.replaced(builders.open_text(), "content.xml", spy), "s.odt") is (
        Reason.BROKEN
    )


def test_deeply_nested_page_is_flattened_or_given_up() -> None:
    extraction = extract_bytes(
        builders.html("<div>" * 50_000 + "Kern" + "</div>" * 50_000), name="tief.html"
    )
    assert extraction.reason in {None, Reason.BROKEN, Reason.TOO_COMPLEX, Reason.NO_TEXT}
    assert extract_bytes(b"Danach geht es weiter.", name="a.txt").reason is None


def test_process_that_hangs_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "gut.txt"
    file.write_text("Ein guter Text für später.", encoding="utf-8")

    def reason(pool: ExtractionPool) -> Reason | None:
        with file.open("rb") as content:
            return pool.extract(content, name=file.name).reason

    with ExtractionPool(wall_s=3.0) as pool:
        first = reason(pool)
        worker = pool._idle.get()
        assert worker is not None
        os.kill(worker._process.pid, signal.SIGSTOP)
        pool._idle.put(worker)
        started = time.monotonic()
        hung = reason(pool)
        assert time.monotonic() - started < 10
        after = reason(pool)
    assert (first, hung, after) == (None, Reason.TOO_COMPLEX, None)


ASKED_TWICE_TO_END = """
import os, signal, sys
from knowledge.importing.extraction import extract_bytes
from knowledge.importing.extraction.confined import pool

signal.signal(signal.SIGQUIT, lambda *_: sys.exit(0))  # like gunicorn's processes
extract_bytes("Müllabfuhr".encode(), name="notiz.txt")
close = pool._Worker.close

def close_and_be_asked_again(worker):
    os.kill(os.getpid(), signal.SIGQUIT)
    close(worker)
    print(f"ended: {not worker.is_alive()}")

pool._Worker.close = close_and_be_asked_again
os.kill(os.getpid(), signal.SIGQUIT)
"""


def test_process_that_is_asked_twice_to_end_ends_its_reader_without_a_word() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ASKED_TWICE_TO_END], capture_output=True, text=True, check=True
    )
    assert (ended.stdout, ended.stderr) == ("ended: True\n", "")


def test_process_that_was_killed_between_two_files_costs_none(tmp_path: Path) -> None:
    file = tmp_path / "gut.txt"
    file.write_text("Ein guter Text für später.", encoding="utf-8")
    with ExtractionPool() as pool, file.open("rb") as content:
        pool.extract(content, name=file.name)
        worker = pool._idle.get()
        assert worker is not None
        worker._process.kill()
        worker._process.wait()
        pool._idle.put(worker)
        assert pool.extract(content, name=file.name).reason is None


def test_process_that_does_not_start_says_nothing_about_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    file = tmp_path / "gut.txt"
    file.write_text("Ein guter Text.", encoding="utf-8")
    with (
        ExtractionPool() as pool,
        file.open("rb") as content,
        pytest.raises(ExtractionUnavailable),
    ):
        pool.extract(content, name=file.name)


PROBE = """
import sys
from knowledge.importing.extraction.confined.confinement import confine, allow_more_cpu
confine()
try:
    {attempt}
except BaseException as error:
    print(type(error).__name__)
else:
    print("went through")
"""


@pytest.mark.parametrize(
    ("attempt", "refusal"),
    [
        ("import socket; socket.socket()", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
        ("import os; os.execv('/bin/true', ['true'])", "PermissionError"),
        ("open('/tmp/stadtwissen-probe', 'w')", "PermissionError"),
        ("x = bytearray(3 * 1024**3)", "MemoryError"),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="the filter on system calls is Linux's")
def test_reading_process_may_not(attempt: str, refusal: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(attempt=attempt)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.strip() == refusal, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the filter on system calls is Linux's")
def test_system_calls_are_refused_even_without_python() -> None:
    """The hook inside Python can be got around by code in C; the kernel's filter cannot."""
    attempt = "print(libc.socket(2, 1, 0)); raise SystemExit"
    code = PROBE.replace("import sys", "import ctypes; libc = ctypes.CDLL(None)")
    done = subprocess.run(
        [sys.executable, "-c", code.format(attempt=attempt)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.split()[0] == "-1"


def test_reading_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STADTWISSEN_SECRET_KEY", "sehr-geheim")
    with ExtractionPool() as pool, Path(__file__).open("rb") as file:
        pool.extract(file, name="test.txt")
        worker = pool._idle.get()
        assert worker is not None
        environment = Path(f"/proc/{worker._process.pid}/environ")
        if environment.exists():
            assert b"sehr-geheim" not in environment.read_bytes()
        pool._idle.put(worker)


@pytest.mark.parametrize("answer", [b"[]", b"{}", b"null", b'{"format": 1}', b"\xff"])
def test_answers_that_are_none_are_refused(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Extraction.from_json(answer)

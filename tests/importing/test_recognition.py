"""Scanned pages get text where Tesseract is installed: in the background, within limits, page numbers kept."""

from __future__ import annotations

import datetime as dt
import io
import os
import random
import subprocess
import sys
import tempfile
from typing import Any

import pypdfium2 as pdfium
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import ExifTags, Image, ImageDraw, ImageFilter

from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.importing import texts
from knowledge.importing.extraction import ExtractionPool, Reason, extract_bytes, limits
from knowledge.importing.extraction.confined import recognition
from knowledge.importing.extraction.confined.recognition import Recognition, read_picture, recognise
from knowledge.importing.extraction.results import Bitmap
from knowledge.importing.models import ExtractedText
from search.models import OutboxEntry
from tests.conftest import IN_CI, Cast
from tests.factories import make_article
from tests.importing import builders
from tests.importing.builders import SENTENCE

FIRST = "Niederschrift über die Begehung\nDie Müllabfuhr räumt die Straße vor dem Ordnungsamt."
THIRD = "Ergebnis\nÄußerst wichtig sind größere Übergänge am Bahnhof."


@pytest.fixture
def tesseract() -> None:
    if not recognition.is_available():
        reason = "Tesseract is missing: apt-get install tesseract-ocr tesseract-ocr-deu"
        pytest.fail(reason) if IN_CI else pytest.skip(reason)


@pytest.fixture
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "_program", lambda: "")


def recognised(data: bytes, pages: tuple[str, ...] = ()) -> Recognition:
    with tempfile.TemporaryFile() as file, ExtractionPool() as pool:
        file.write(data)
        file.flush()
        return recognise(file, pages, pool=pool)


def make_document(cast: Cast, data: bytes, name: str = "Scan.pdf") -> KnowledgeDocument:
    document = KnowledgeDocument(title=name, space=cast.space_a)
    document.file = ContentFile(data, name=name)
    document._set_document_file_metadata()
    document.save()
    return document


def test_scanned_pages_are_read_and_keep_their_numbers(tesseract: None) -> None:
    found = recognised(builders.photographed_pdf(FIRST, "", THIRD))
    assert len(found.pages) == 3
    assert "Müllabfuhr räumt die Straße" in found.pages[0]
    assert found.pages[1] == ""
    assert "größere Übergänge" in found.pages[2]
    assert (found.recognised, found.is_truncated) == (2, False)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_pages_are_turned_upright_first(tesseract: None, angle: int) -> None:
    (page,) = pdfium.PdfDocument(builders.pdf(f"{FIRST} {SENTENCE * 6}"))
    upright = page.render(scale=200 / 72, grayscale=True).to_pil()
    turned = upright.rotate(angle, expand=True)
    text = read_picture(Bitmap(turned.width, turned.height, turned.tobytes()))
    assert "Müllabfuhr räumt wöchentlich die Straße" in text


def test_a_short_page_upside_down_is_turned(tesseract: None) -> None:
    (page,) = pdfium.PdfDocument(builders.pdf(f"Vermerk\n{SENTENCE}"))
    turned = page.render(scale=150 / 72, grayscale=True).to_pil().rotate(180)
    assert "Müllabfuhr" in read_picture(Bitmap(turned.width, turned.height, turned.tobytes()))


def scanned_picture(kind: str, mode: str, *, angle: int = 0) -> bytes:
    """Return two pages as a TIFF, the first of them as another picture."""
    pages = [
        page.render(scale=200 / 72).to_pil().convert(mode).rotate(angle, expand=True)
        for page in pdfium.PdfDocument(builders.pdf(FIRST, THIRD))
    ]
    more: dict[str, Any] = {"save_all": True, "append_images": pages[1:]} if kind == "TIFF" else {}
    buffer = io.BytesIO()
    pages[0].save(buffer, kind, dpi=(200, 200), **more)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "kind", "mode", "angle"),
    [("a.tif", "TIFF", "1", 0), ("a.jpeg", "JPEG", "L", 90), ("a.png", "PNG", "RGBA", 0)],
)
def test_scans_that_are_pictures_are_read(
    tesseract: None, name: str, kind: str, mode: str, angle: int
) -> None:
    data = scanned_picture(kind, mode, angle=angle)
    assert extract_bytes(data, name=name).reason is Reason.NO_TEXT
    found = recognised(data)
    assert found.recognised == len(found.pages) == (2 if kind == "TIFF" else 1)
    assert "Müllabfuhr räumt die Straße" in found.pages[0]


def test_a_picture_is_dated_by_its_camera_and_a_bomb_is_refused() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.DateTime] = "2019:10:09 12:00:00"
    buffer = io.BytesIO()
    Image.new("L", (20, 20)).save(buffer, "JPEG", exif=exif)
    found = extract_bytes(buffer.getvalue(), name="Foto.jpg")
    assert (found.reason, found.dated and found.dated.day) == (Reason.NO_TEXT, dt.date(2019, 10, 9))
    buffer = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(buffer, "PNG")
    assert extract_bytes(buffer.getvalue(), name="a.png").reason is Reason.BROKEN


def test_drawings_and_noise_have_no_text(tesseract: None) -> None:
    noise = Image.effect_noise((900, 1200), 120).filter(ImageFilter.GaussianBlur(3))
    assert read_picture(Bitmap(noise.width, noise.height, noise.tobytes())) == ""
    drawing = Image.new("L", (900, 1200), 255)
    pen, dice = ImageDraw.Draw(drawing), random.Random(7)  # noqa: S311 - a drawing, no secret
    for _line in range(400):
        x, y = dice.randrange(900), dice.randrange(1200)
        pen.line((x, y, x + dice.randint(-50, 50), y + dice.randint(-50, 50)), fill=0, width=3)
    assert read_picture(Bitmap(drawing.width, drawing.height, drawing.tobytes())) == ""


def table_of(*words: tuple[str, int]) -> bytes:
    head = "level\tblock_num\tpar_num\tline_num\tconf\ttext\n"
    return (head + "".join(f"5\t1\t1\t1\t{sure}\t{word}\n" for word, sure in words)).encode()


@pytest.mark.parametrize(
    ("words", "is_language"),
    [
        ([("Die", 90), ("Müllabfuhr", 95), ("12.03.2026", 80)], True),
        ([("Die", 40), ("Müllabfuhr", 45)], False),
        ([("|l|", 90), ("=~", 95), ("rrl", 80), ("vwx", 80), ("Die", 90)], False),
        ([], False),
    ],
)
def test_text_is_told_from_rubbish(words: list[tuple[str, int]], is_language: bool) -> None:
    assert recognition._reading_of(table_of(*words)).is_language is is_language


def test_pages_that_have_text_keep_it(tesseract: None) -> None:
    known = ("Der Text der ersten Seite, wie er im PDF steht.", "", "Ein dritter Text, lang genug.")
    found = recognised(builders.photographed_pdf(FIRST, THIRD, FIRST), known)
    assert found.pages[0] == known[0]
    assert "Übergänge" in found.pages[1]
    assert found.pages[2] == known[2]
    assert found.recognised == 1


def test_a_long_scan_ends_at_the_limit_and_says_so(
    tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_RECOGNISED_PAGES", 1)
    found = recognised(builders.photographed_pdf(FIRST, THIRD))
    assert len(found.pages) == 1
    assert found.is_truncated


def test_a_page_that_takes_too_long_has_no_text(
    tesseract: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_PAGE_WALL_S", 0.01)
    assert recognised(builders.photographed_pdf(FIRST)) == Recognition(("",))


def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    endless = tmp_path / "tesseract"
    endless.write_text("#!/bin/sh\nexec yes\n")
    endless.chmod(0o755)
    monkeypatch.setattr(recognition, "_program", lambda: str(endless))
    assert read_picture(Bitmap(2, 2, b"\x00\xff\x00\xff")) == ""


PROBE = """
import sys
from knowledge.importing.extraction.confined.confinement import become_recogniser
become_recogniser(sys.executable, ["-c", sys.argv[1]], {})
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the filter on system calls is Linux's")
@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import os; os.fork()",
        "import subprocess; subprocess.run(['true'])",
        "import threading; threading.Thread(target=print).start()",
        "open('/tmp/stadtwissen-probe', 'w').write('x' * 9999)",
        "bytearray(2 * 1024**3)",
    ],
)
def test_the_program_that_recognises_may_not(attempt: str) -> None:
    code = (
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"try:\n    {attempt}\n"
        "except BaseException as error:\n    print(type(error).__name__)\n"
        "else:\n    print('went through')"
    )
    done = subprocess.run(
        [sys.executable, "-c", PROBE, code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() in {"PermissionError", "RuntimeError", "MemoryError", "OSError"}, (
        done
    )


def test_the_program_that_recognises_gets_no_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    curious = tmp_path / "tesseract"
    head = "level\\tblock_num\\tpar_num\\tline_num\\tconf\\ttext\\n"
    values = "$OMP_THREAD_LIMIT|$STADTWISSEN_SECRET_KEY|"
    row = "5\\t1\\t1\\t1\\t90\\t"
    curious.write_text(f"#!/bin/sh\nprintf '{head}{row}%s\\n' \"{values}\"\n")
    curious.chmod(0o755)
    monkeypatch.setattr(recognition, "_program", lambda: str(curious))
    monkeypatch.setenv("STADTWISSEN_SECRET_KEY", "sehr-geheim")
    said = read_picture(Bitmap(2, 2, b"\x00\xff\x00\xff"))
    assert said == "1||"


@pytest.mark.parametrize("data", [b"", b"12345678", b"\x00\x00\x00\x02\x00\x00\x00\x02abc"])
def test_pictures_that_are_none_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no picture"):
        Bitmap.from_bytes(data)


def test_a_page_as_large_as_a_house_becomes_a_picture_within_the_limit() -> None:
    with tempfile.TemporaryFile() as file, ExtractionPool() as pool:
        file.write(builders.pdf("groß", size_mm=(5000, 5000)))
        file.flush()
        picture = pool.draw(file, index=0)
        assert picture is not None
        assert len(picture.pixels) <= limits.MAX_BITMAP_PIXELS * 1.01
        assert pool.draw(file, index=1) is None
        file.seek(0)
        file.write(b"kaputt" * 500)
        file.flush()
        with pytest.raises(ValueError, match="damaged"):
            pool.draw(file, index=0)


@pytest.mark.django_db
def test_an_uploaded_scan_becomes_searchable(
    tesseract: None, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = make_document(cast, builders.photographed_pdf(FIRST, THIRD))
    page = make_article(cast.space_a, "Mit Scan")
    PageAttachment.objects.create(page=page, document=document)
    kept = ExtractedText.objects.get(document=document)
    assert (kept.reason, kept.recognised_pages, len(kept.pages)) == ("", 2, 2)
    assert "Müllabfuhr" in kept.pages[0]
    assert kept.note == ""
    ExtractedText.objects.update(reason="no_text", pages=[], recognised_pages=None)
    OutboxEntry.objects.all().delete()
    texts.recognise_document.enqueue(document.pk)
    assert OutboxEntry.objects.filter(object_id=str(page.pk)).exists()


@pytest.mark.django_db
def test_a_scan_without_text_is_tried_once(
    tesseract: None, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = make_document(cast, builders.scanned_pdf())
    kept = ExtractedText.objects.get(document=document)
    assert (kept.reason, kept.recognised_pages) == ("no_text", 0)
    assert not texts.may_be_scanned(kept)
    assert "not searchable: scanned" in kept.note or "nicht durchsuchbar" in kept.note
    assert texts.catch_up(older_than=dt.timedelta(0)) == 0


@pytest.mark.django_db
def test_without_tesseract_a_scan_is_named_and_taken_up_once_it_is_there(
    no_tesseract: None,
    cast: Cast,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = make_document(cast, builders.photographed_pdf(FIRST))
    page = make_article(cast.space_a, "Mit Scan")
    PageAttachment.objects.create(page=page, document=document)
    client.force_login(cast.reader_a)
    assert "nicht durchsuchbar: gescannte Seiten" in client.get(page.url).content.decode()
    assert texts.catch_up(older_than=dt.timedelta(0)) == 0
    monkeypatch.undo()
    queued: list[int] = []
    monkeypatch.setattr(recognition, "_program", lambda: "/usr/bin/tesseract")
    monkeypatch.setattr(
        type(texts.recognise_document), "enqueue", lambda task, pk: queued.append(pk)
    )
    assert "gescannten Seiten werden gerade gelesen" in client.get(page.url).content.decode()
    assert texts.catch_up(older_than=dt.timedelta(0)) == 1
    assert queued == [document.pk]


def test_a_file_replaced_meanwhile_keeps_its_own_text(
    cast: Cast, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make_document(cast, builders.photographed_pdf(FIRST))
    kept = texts.ensure_extracted(document)
    ExtractedText.objects.filter(pk=kept.pk).update(file_hash="another", pages=["Neuer Text"])
    texts._keep_recognition(kept, Recognition(("Alter Text",), 1))
    assert ExtractedText.objects.get(pk=kept.pk).pages == ["Neuer Text"]


def test_nobody_else_is_asked_where_tesseract_lies() -> None:
    recognition._program.cache_clear()
    path = os.environ["PATH"]
    try:
        os.environ["PATH"] = "/nonexistent"
        assert not recognition.is_available()
    finally:
        os.environ["PATH"] = path
        recognition._program.cache_clear()

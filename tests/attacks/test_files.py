"""Files that are not what they say: refused with a sentence, or kept and sent so that no browser runs them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageFile

from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from tests.attacks.conftest import client_of, undone
from tests.leaks.world import World

pytestmark = pytest.mark.django_db


def picture(kind: str, size: tuple[int, int] = (60, 60)) -> bytes:
    """Return a picture with something in it."""
    stream = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(stream, kind)
    return stream.getvalue()


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def bomb() -> bytes:
    """Return a ZIP that unpacks to 50 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 50_000_000)
    return stream.getvalue()


SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
# Name, content, whether it may be kept as a picture.
PICTURES = (
    ("gut.png", picture("PNG"), True),
    ("gut.gif", picture("GIF"), True),
    ("abgeschnitten.gif", picture("GIF")[:600], False),
    ("abgeschnitten.jpg", picture("JPEG")[:700], False),
    ("abgeschnitten.png", picture("PNG")[:600], False),
    ("leer.png", b"", False),
    ("nur-kopf.gif", b"GIF89a", False),
    ("riesig.png", claiming(60_000, 60_000), False),
    ("skript.png", SCRIPT, False),
    ("skript.svg", SVG, False),
    ("bild.html", picture("PNG"), False),
    ("bild.php", picture("PNG"), False),
    ("bild.png.html", picture("PNG"), False),
    ("text.jpg", b"kein Bild", False),
    ("mehr.gif", picture("GIF") + SCRIPT, True),  # what follows is cut off
)
DOCUMENTS = (
    ("seite.html", SCRIPT),
    ("bild.svg", SVG),
    ("skript.js", b"alert(1)"),
    ("seite.xhtml", b'<html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>"),
    ("seite.pdf", SCRIPT),
    ("programm.exe", b"MZ\x90"),
    ("bombe.docx", bomb()),
    ("leer.txt", b""),
    ("..\\..\\weg.txt", b"x"),
    ("../../weg.txt", b"x"),
    ("zeile\r\nX-Neu: 1.txt", b"x"),
    ("a" * 200 + ".txt", b"x"),
    ("rechts\u202etxt.exe", b"x"),
    ('anführung".txt', b"x"),
    ("formel.csv", b'=cmd|"/c calc"!A1,2'),
    ("ohne-endung", b"x"),
    (".htaccess", b"AddType text/html .txt"),
)


def fields(world: World, name: str, content: bytes) -> dict[str, Any]:
    """Return the form of an upload into space A."""
    file = SimpleUploadedFile("x", content, content_type="text/html")
    vars(file)["_name"] = name  # what a browser of one's own may send
    return {"title": "Angriff", "file": file, "space": world.cast.space_a.pk, "tags": ""}


@pytest.mark.parametrize(("name", "content", "kept"), PICTURES, ids=[one[0] for one in PICTURES])
def test_only_whole_pictures_are_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, kept: bool
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    client = client_of(world, "publisher_a")
    with undone():
        answer = client.post(reverse("wagtailimages:add"), fields(world, name, content))
        assert answer.status_code == (302 if kept else 200)
        found = KnowledgeImage.objects.filter(title="Angriff").first()
        assert bool(found) is kept
        if found is None:
            assert b"error" in answer.content
            return
        shown = client.get(f"/bilder/{found.file.name}")
        assert shown["Content-Type"].startswith("image/")
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert SCRIPT not in b"".join(shown.streaming_content)
        assert client.get(reverse("wagtailimages:edit", args=[found.pk])).status_code == 200


@pytest.mark.parametrize(("name", "content"), DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_no_document_runs_in_a_browser(world: World, name: str, content: bytes) -> None:
    client = client_of(world, "publisher_a")
    with undone():
        answer = client.post(reverse("wagtaildocs:add"), fields(world, name, content))
        assert answer.status_code in {200, 302}
        found = KnowledgeDocument.objects.filter(title="Angriff").first()
        if found is None:
            assert answer.status_code == 200
            return
        assert ".." not in found.file.name
        sent = client.get(found.url)
        assert sent.status_code == 200
        assert sent["X-Content-Type-Options"] == "nosniff"
        assert "X-Neu" not in sent.headers
        runs = sent["Content-Type"].split(";")[0] not in {"application/pdf", "text/plain"}
        if runs:
            assert sent["Content-Disposition"].startswith("attachment") or (
                "sandbox" in sent.headers.get("Content-Security-Policy", "")
            )


@pytest.mark.parametrize("who", ["reader_a", "contributor_a", "stranger", "publisher_b", "nobody"])
def test_nobody_uploads_into_a_space_without_a_right_there(world: World, who: str) -> None:
    for route in ("wagtaildocs:add", "wagtailimages:add", "wagtaildocs_chooser:create"):
        with undone() as written:
            client_of(world, who).post(reverse(route), fields(world, "x.png", picture("PNG")))
        assert not written & {"files_knowledgedocument", "files_knowledgeimage"}

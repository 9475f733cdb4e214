"""Where a picture was taken, with what and by whom, is gone from what is stored; how it looks is not."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

from knowledge.files.models import KnowledgeImage
from knowledge.files.picture_metadata import without_metadata
from tests.conftest import Cast

CANARY = "Kanarie-Bunker-7"  # in every piece of metadata, and nowhere else
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{CANARY}</x:xmpmeta>'.encode()
TURNED = 6  # to be turned by 90 degrees
ORIENTATION, MAKE, GPS, LATITUDE = 0x0112, 0x010F, 0x8825, 2


def plain(size: tuple[int, int] = (24, 16)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert("RGB")


def exif(orientation: int = TURNED) -> Image.Exif:
    made = Image.Exif()
    made[ORIENTATION], made[MAKE] = orientation, CANARY
    made.get_ifd(GPS)[LATITUDE] = (51.0, 30.0, 49.0)
    made.get_ifd(GPS)[1] = "N"
    return made


def jpeg(**options: Any) -> bytes:
    out = io.BytesIO()
    plain().save(out, "JPEG", exif=exif(), comment=CANARY, icc_profile=b"farben" * 20, **options)
    made = out.getvalue()
    segments = (
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP),
        (0xED, b"Photoshop 3.0\08BIM\x04\x04\0\0" + CANARY.encode()),  # IPTC
        (0xE2, b"MPF\0" + CANARY.encode()),
        (0xEC, b"Ducky" + CANARY.encode()),
    )
    extra = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
        for marker, payload in segments
    )
    return made[:2] + extra + made[2:] + b"\xff\xd8 video " + CANARY.encode()


def png() -> bytes:
    info = PngInfo()
    info.add_text("Author", CANARY)
    info.add_text("Comment", CANARY, zip=True)
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    out = io.BytesIO()
    plain().save(out, "PNG", exif=exif(), pnginfo=info)
    made = out.getvalue()
    own = b"prVt" + CANARY.encode()
    chunk = struct.pack(">I", len(own) - 4) + own + struct.pack(">I", zlib.crc32(own))
    return made[:33] + chunk + made[33:] + CANARY.encode()


def webp() -> bytes:
    out = io.BytesIO()
    plain().save(out, "WEBP", exif=exif().tobytes(), xmp=XMP, lossless=True)
    return out.getvalue()


def gif() -> bytes:
    frames = [Image.new("L", (24, 16), shade) for shade in (0, 90, 180)]
    out = io.BytesIO()
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], duration=[70, 90, 110], loop=3, comment=CANARY
    )  # fmt: skip
    made = out.getvalue()[:-1]
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(CANARY)]) + CANARY.encode() + b"\0"
    return made + xmp + b"\x3b" + CANARY.encode()


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (24, 16), (shade, 0, 0)) for shade in (0, 90, 180)]
    out = io.BytesIO()
    frames[0].save(
        out, kind, save_all=True, append_images=frames[1:], duration=70, exif=exif(1).tobytes()
    )
    return out.getvalue()


PICTURES = {
    "jpg": jpeg, "progressive.jpg": lambda: jpeg(progressive=True), "png": png, "webp": webp, "gif": gif,
    "animated.webp": lambda: animated("WEBP"), "animated.png": lambda: animated("PNG"),
}  # fmt: skip


def says_nothing(content: bytes) -> bool:
    """Tell whether a picture holds no word of ours: as bytes, and in whatever Pillow reads out of it."""
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        read = repr((image.info, dict(image.getexif()), dict(image.getexif().get_ifd(GPS))))
        return (
            CANARY.encode() not in content
            and CANARY not in read
            and "49" not in read.split("icc")[0]
        )


@pytest.mark.parametrize("name", PICTURES)
def test_every_pixel_and_frame_stays_and_nothing_else(name: str) -> None:
    before = PICTURES[name]()
    after = without_metadata(before)
    assert CANARY.encode() in before
    assert CANARY.encode() not in after
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert new.format == old.format
        assert new.info.get("loop") == old.info.get("loop")
        assert new.info.get("icc_profile") == old.info.get("icc_profile")
        assert set(new.getexif()) <= {ORIENTATION}
        assert new.getexif().get(ORIENTATION, 1) == old.getexif().get(ORIENTATION, 1)
        assert not {"comment", "xmp", "Author", "Comment", "photoshop", "mp"} & set(new.info)
        pairs = list(zip(ImageSequence.Iterator(old), ImageSequence.Iterator(new), strict=True))
        for one, other in pairs:
            assert one.convert("RGBA").tobytes() == other.convert("RGBA").tobytes()
            assert one.info.get("duration") == other.info.get("duration")
    assert without_metadata(after) == after


@given(st.sampled_from(["jpg", "png", "webp", "gif"]), st.data())
def test_broken_files_are_cut_and_never_fail(name: str, data: st.DataObject) -> None:
    whole = PICTURES[name]()
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    noise = data.draw(st.binary(max_size=20))
    for broken in (cut, cut + noise, whole[:4] + noise, noise):
        assert isinstance(without_metadata(broken), bytes)


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["form", "drop zone", "chooser", "model", "replaced"])
@pytest.mark.parametrize("name", ["jpg", "png", "webp", "gif"])
def test_every_way_in_takes_the_metadata_out(
    cast: Cast, client: Client, door: str, name: str
) -> None:
    client.force_login(cast.publisher_a, backend="access.backends.AccessBackend")
    upload = SimpleUploadedFile(f"foto.{name}", PICTURES[name](), f"image/{name}")
    bring(client, cast, door, upload)
    image = KnowledgeImage.objects.get()
    with image.file.open() as stored:
        content = stored.read()
    assert says_nothing(content)
    assert image.file_size in {None, len(content)}
    rendition = image.get_rendition("max-12x12")
    assert (rendition.width, rendition.height) == ((12, 8) if name == "gif" else (8, 12))
    with rendition.file.open() as small:
        assert says_nothing(small.read())


@pytest.mark.django_db
def test_a_format_that_keeps_its_metadata_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.publisher_a, backend="access.backends.AccessBackend")
    out = io.BytesIO()
    plain().save(out, "AVIF", exif=exif())
    upload = SimpleUploadedFile("foto.avif", out.getvalue(), "image/avif")
    fields = {"title": "Foto", "space": cast.space_a.pk, "file": upload}
    assert client.post(reverse("wagtailimages:add"), fields).status_code == 200
    assert not KnowledgeImage.objects.exists()


def bring(client: Client, cast: Cast, door: str, upload: Any) -> None:
    """Bring a picture in through a door."""
    fields = {"title": "Foto", "space": cast.space_a.pk, "tags": "", "description": ""}
    if door in {"model", "replaced"}:
        content = upload if door == "model" else ContentFile(gif(), name="alt.gif")
        image = KnowledgeImage(title="Foto", space=cast.space_a, file=content)
        image.save()
        if door == "replaced":
            edit = reverse("wagtailimages:edit", args=[image.pk])
            assert client.post(edit, fields | {"file": upload}).status_code == 302
    elif door == "form":
        assert (
            client.post(reverse("wagtailimages:add"), fields | {"file": upload}).status_code == 302
        )
    elif door == "chooser":
        prefixed = {f"image-chooser-upload-{key}": value for key, value in fields.items()}
        prefixed["image-chooser-upload-file"] = upload
        assert client.post(reverse("wagtailimages_chooser:create"), prefixed).status_code == 200
    else:
        drop(client, cast, upload, fields)


def drop(client: Client, cast: Cast, upload: Any, fields: dict[str, Any]) -> None:
    answer = client.post(reverse("wagtailimages:add_multiple"), {"files[]": upload}).json()
    waiting = answer["uploaded_file_id"]
    prefixed = {f"uploaded-image-{waiting}-{key}": value for key, value in fields.items()}
    complete = reverse("wagtailimages:create_multiple_from_uploaded_image", args=[waiting])
    assert client.post(complete, prefixed).json()["success"]

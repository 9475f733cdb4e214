"""Scans as picture files (TIFF, JPEG, PNG): they have no text of their own, Tesseract reads their pages."""

from __future__ import annotations

import io
from math import sqrt

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.dates import day_of_stamp
from knowledge.importing.extraction.pdf.document import render_page
from knowledge.importing.extraction.results import (
    Bitmap,
    Dated,
    DateSource,
    Extraction,
    Reason,
    UnusableFile,
)

_FORMATS = ("TIFF", "JPEG", "PNG")
_LEAST_DPI, _MOST_DPI = 90, 1200  # what a scanner may say; cameras and screens say 72
_SMALL_EDGE = 1800  # pixels: letters of a smaller page are too small for Tesseract
_DAMAGED = (
    UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError, TypeError,
)  # fmt: skip

Image.MAX_IMAGE_PIXELS = limits.MAX_PICTURE_PIXELS // 2  # Pillow refuses twice as many


def read_picture_file(data: bytes) -> Extraction:
    """Return the day on which a picture was taken; its text comes by recognition.

    Raises:
        UnusableFile: If it is damaged.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            exif = picture.getexif()
            taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
            stamp = str(taken or exif.get(ExifTags.Base.DateTime) or "")
    except _DAMAGED as error:
        raise UnusableFile(Reason.BROKEN) from error
    day = day_of_stamp(stamp[:10].replace(":", "-"))
    return Extraction(dated=Dated(day, DateSource.PROPERTIES) if day else None)


def draw_page(data: bytes, index: int) -> Bitmap | None:
    """Return the picture of one page of a PDF or a picture file in shades of grey; None if there is no such page.

    Raises:
        UnusableFile: If the file or this page is damaged.
    """
    if b"%PDF-" in data[:1024]:
        return render_page(data, index)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if not 0 <= index < getattr(picture, "n_frames", 1):
                return None
            picture.seek(index)
            upright = ImageOps.exif_transpose(picture)
            grey = _grey(upright).resize(_size(picture, upright), Image.Resampling.LANCZOS)
            return Bitmap(grey.width, grey.height, grey.tobytes())
    except _DAMAGED as error:
        raise UnusableFile(Reason.BROKEN) from error


def _grey(picture: Image.Image) -> Image.Image:
    """Return a picture in shades of grey, on white where it is transparent."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256)
    if "A" in picture.getbands() or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        picture = Image.new("RGBA", seen.size, "white")
        picture.alpha_composite(seen)
    return picture.convert("L")


def _size(picture: Image.Image, upright: Image.Image) -> tuple[int, int]:
    """Return how large Tesseract gets it: as many dots an inch as it knows best, also where faxes have fewer lines."""
    across, down = picture.info.get("dpi", (0, 0))
    if all(_LEAST_DPI <= dpi <= _MOST_DPI for dpi in (across, down)):
        if upright.size != picture.size:
            across, down = down, across
        wide = upright.width * limits.RECOGNISED_DPI / across
        high = upright.height * limits.RECOGNISED_DPI / down
    else:
        enlarged = 2 if max(upright.size) < _SMALL_EDGE else 1
        wide, high = upright.width * enlarged, upright.height * enlarged
    scale = min(1.0, sqrt(limits.MAX_BITMAP_PIXELS / (wide * high)))
    return max(1, int(wide * scale)), max(1, int(high * scale))

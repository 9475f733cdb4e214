"""Remove from pictures where, when, by whom and with what they were made, without changing a pixel.

Cameras write place, time and device into a file (EXIF, XMP, IPTC); programs add texts, small previews and whole videos.
The formats are lists of blocks, so an allow-list keeps the blocks that show the picture and drops all others, without
decoding and without loss. The orientation is kept as the only entry of a new EXIF block.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

_ORIENTATION = 0x0112
_UPRIGHT = 1

# JPEG: markers without a length, and application segments that change colours.
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_SOI, _EOI, _SOS = b"\xff\xd8", 0xD9, 0xDA
_APPLICATION, _JFIF, _COMMENT = range(0xE0, 0xF0), 0xE0, 0xFE
_KEPT_APPLICATION = {0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
    b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip
_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"}
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04  # flags of VP8X
_GIF_LOOPS = {b"NETSCAPE2.0", b"ANIMEXTS1.0"}
_GIF_TIMING, _GIF_APPLICATION = 0xF9, 0xFF


def without_metadata(content: bytes) -> bytes:
    """Return the picture without metadata; anything but JPEG, PNG, WebP and GIF is returned unchanged.

    A file that is truncated, or continues in an unknown way, is cut there.
    """
    if content.startswith(_SOI):
        return b"".join(_jpeg(content, _orientation(content)))
    if content.startswith(_PNG):
        return b"".join(_png(content, _orientation(content)))
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return _webp(content, _orientation(content))
    if content.startswith((b"GIF87a", b"GIF89a")):
        return b"".join(_gif(content))
    return content


def _orientation(content: bytes) -> int:
    """Return the picture's orientation from EXIF; upright if there is none."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            turned = image.getexif().get(_ORIENTATION, _UPRIGHT)
    except Exception:  # noqa: BLE001  whatever a broken file makes of the decoder
        return _UPRIGHT
    return turned if turned in range(1, 9) else _UPRIGHT


def _exif(orientation: int) -> bytes:
    """Return EXIF with the orientation and nothing else."""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _jpeg(content: bytes, orientation: int) -> Iterator[bytes]:
    yield _SOI
    if orientation != _UPRIGHT:
        exif = b"Exif\0\0" + _exif(orientation)
        yield b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    at = len(_SOI)
    while at + 1 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2
        if marker not in _STANDALONE and marker != _EOI:
            end += int.from_bytes(content[end : end + 2], "big")
        if marker == _SOS:
            end = _end_of_scan(content, end)
        if marker == _JFIF and content[at + 4 : at + 9] == b"JFIF\0":
            yield (
                content[at : at + 2] + b"\0\x10" + content[at + 4 : at + 16] + b"\0\0"
            )  # no preview
        elif _is_kept_segment(marker, content[at + 4 : end]):
            yield content[at:end]
        if marker == _EOI:
            return
        at = end


def _is_kept_segment(marker: int, payload: bytes) -> bool:
    if marker in _APPLICATION:
        wanted = _KEPT_APPLICATION.get(marker)
        return wanted is not None and payload.startswith(wanted)
    return marker != _COMMENT


def _end_of_scan(content: bytes, at: int) -> int:
    """Return the end of the compressed pixels that begin at `at`: before the next marker that isn't one of theirs."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] != 0 and content[at + 1] not in range(0xD0, 0xD8):
            return at
        at += 2
    return len(content)


def _png(content: bytes, orientation: int) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while at + 8 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        end = at + 12 + length
        if kind in _PNG_CHUNKS:
            yield content[at:end]
        if kind == b"IHDR" and orientation != _UPRIGHT:
            exif = b"eXIf" + _exif(orientation)
            yield struct.pack(">I", len(exif) - 4) + exif + struct.pack(">I", zlib.crc32(exif))
        if kind == b"IEND":
            return
        at = end


def _webp(content: bytes, orientation: int) -> bytes:
    kept, at = [], 12
    while at + 8 <= len(content):
        kind, length = struct.unpack("<4sI", content[at : at + 8])
        end = at + 8 + length + length % 2
        chunk = content[at:end]
        if kind == b"VP8X" and len(chunk) > 8:
            flags = chunk[8] & ~(_WEBP_EXIF | _WEBP_XMP)
            flags |= _WEBP_EXIF if orientation != _UPRIGHT else 0
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if kind in _WEBP_CHUNKS:
            kept.append(chunk)
        at = end
    if orientation != _UPRIGHT:
        exif = _exif(orientation)
        kept.append(b"EXIF" + struct.pack("<I", len(exif)) + exif + b"\0" * (len(exif) % 2))
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _gif(content: bytes) -> Iterator[bytes]:
    at = 13 + _colours(content[10:11])
    yield content[:at]
    while at < len(content):
        if content[at] == 0x2C:  # a frame: place, colours, code size, pixels
            end = _end_of_blocks(content, at + 11 + _colours(content[at + 9 : at + 10]))
            yield content[at:end]
        elif content[at] == 0x21:
            label = content[at + 1] if at + 1 < len(content) else 0
            end = _end_of_blocks(content, at + 2)
            if label == _GIF_TIMING or (
                label == _GIF_APPLICATION and content[at + 3 : at + 14] in _GIF_LOOPS
            ):
                yield content[at:end]
        else:
            break
        at = end
    yield b"\x3b"


def _colours(flags: bytes) -> int:
    """Return the size in bytes of the colour table after a header with these flags."""
    if not flags or not flags[0] & 0x80:
        return 0
    return int(3 * 2 ** ((flags[0] & 0x07) + 1))


def _end_of_blocks(content: bytes, at: int) -> int:
    """Return the end of a series of blocks, each of which begins with its length and the last of which is empty."""
    while at < len(content) and content[at]:
        at += content[at] + 1
    return at + 1

"""winmail.dat: what Outlook wraps up for Outlook alone ([MS-OXTNEF])."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.importing.extraction.charsets import decode, decode_markup
from knowledge.importing.extraction.collecting import squeeze
from knowledge.importing.extraction.mails.rich_text import text_of, unpacked

_SIGNATURE = 0x223E9F78
_ATTRIBUTE = struct.Struct("<BII")  # level, id, length
_BODY, _PROPERTIES = 0x0002800C, 0x00069003
_TITLE, _ATTACHMENT_PROPERTIES = 0x00018010, 0x00069005
_PLAIN, _RTF, _HTML, _LONG_NAME = 0x1000, 0x1009, 0x1013, 0x3707
_FIXED_SIZES = {
    0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4,
    0x0014: 8, 0x0040: 8, 0x0048: 16,
}  # fmt: skip
_TEXT, _UNICODE, _MULTIPLE, _NAMED = 0x001E, 0x001F, 0x1000, 0x8000
_MAX_VALUES = 10_000


@dataclass(slots=True)
class Winmail:
    """Text and the names of the files in one."""

    text: str = ""
    html: str = ""
    attached: list[str] = field(default_factory=list)


def read_winmail(data: bytes) -> Winmail:
    """Return what a winmail.dat holds; of a damaged one, what comes before the damage."""
    found = Winmail()
    names: list[str] = []
    try:
        for number, value in _attributes(data):
            if number == _BODY:
                found.text = found.text or decode(value.rstrip(b"\0"))
            elif number == _PROPERTIES:
                properties = dict(_properties(value))
                found.text = _as_text(properties.get(_PLAIN)) or found.text
                html = properties.get(_HTML)
                found.html = html if isinstance(html, str) else decode_markup(html or b"")
                packed = properties.get(_RTF)
                if isinstance(packed, bytes) and not (found.text or found.html):
                    found.text, found.html = text_of(unpacked(packed))
            elif number == _TITLE:
                names.append(squeeze(decode(value.rstrip(b"\0"))))
            elif number == _ATTACHMENT_PROPERTIES and names:
                long = _as_text(dict(_properties(value)).get(_LONG_NAME))
                names[-1] = squeeze(long) or names[-1]
    except (struct.error, IndexError, ValueError):
        pass
    found.attached = [name for name in names if name]
    return found


def _as_text(value: str | bytes | None) -> str:
    return decode(value) if isinstance(value, bytes) else value or ""


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return
    place = 6
    while place + _ATTRIBUTE.size <= len(data):
        _level, number, size = _ATTRIBUTE.unpack_from(data, place)
        place += _ATTRIBUTE.size
        yield number, data[place : place + size]
        place += size + 2  # and a checksum


def _properties(data: bytes) -> Iterator[tuple[int, str | bytes]]:
    """Yield those properties of a message that have text or bytes, by their numbers."""
    (count,) = struct.unpack_from("<I", data)
    place = 4
    for _property in range(min(count, _MAX_VALUES)):
        kind, number = struct.unpack_from("<HH", data, place)
        place += 4
        if number >= _NAMED:
            place = _after_name(data, place)
        size = _FIXED_SIZES.get(kind & ~_MULTIPLE)
        values = 1
        if size is None or kind & _MULTIPLE:
            (values,) = struct.unpack_from("<I", data, place)
            place += 4
        for _value in range(min(values, _MAX_VALUES)):
            if size is not None:
                place += size
                continue
            (length,) = struct.unpack_from("<I", data, place)
            value = data[place + 4 : place + 4 + length]
            place += 4 + length + -length % 4
            yield number, _typed(kind & ~_MULTIPLE, value)


def _after_name(data: bytes, place: int) -> int:
    """Return the place after a property's name: a number, or text."""
    (kind,) = struct.unpack_from("<I", data, place + 16)
    (size,) = struct.unpack_from("<I", data, place + 20)
    return place + 24 if kind == 0 else place + 24 + size + -size % 4


def _typed(kind: int, value: bytes) -> str | bytes:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return decode(value.rstrip(b"\0")) if kind == _TEXT else value

"""RTF as Outlook keeps it in messages: compressed ([MS-OXRTFCP]), and HTML wrapped up in it ([MS-OXRTFEX]).

Files in RTF are read by way of LibreOffice; this is enough for the text of a mail.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field, replace
from html import escape

from knowledge.importing.extraction import limits

_HEADER = struct.Struct("<IIII")  # length of what follows, length unpacked, kind, checksum
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096  # bytes that can be referred to
_TOKEN = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z'])"
    rb"|(?P<brace>[{}])|(?P<end>[\r\n]+)|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
_SKIPPED_NAMES = (
    "colortbl stylesheet info pict object nonshppict fldinst header headerl headerr headerf footer footerl footerr "
    "footerf footnote listtable listoverridetable revtbl rsidtbl themedata colorschememapping datastore latentstyles "
    "xmlnstbl"
)
_SKIPPED = frozenset(_SKIPPED_NAMES.split())
_LETTERS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "tab": "\t", "cell": "\t", "emdash": "—",
    "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
}  # fmt: skip
_SIGNS = {"~": "\u00a0", "_": "-", "\n": "\n", "\r": "\n"}
_CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_MAX_GROUPS = 1000  # one in the other


def unpacked(data: bytes) -> bytes:
    """Return RTF that Outlook has compressed.

    Raises:
        ValueError: If it is damaged or too long.
    """
    if len(data) < _HEADER.size:
        raise ValueError("shorter than its head")
    _size, raw_size, kind, _checksum = _HEADER.unpack_from(data)
    content = data[_HEADER.size :]
    if raw_size > limits.MAX_PART_BYTES or kind not in {_PACKED, _PLAIN}:
        raise ValueError("no compressed RTF")
    return content[:raw_size] if kind == _PLAIN else _inflated(content, raw_size)


def _inflated(content: bytes, raw_size: int) -> bytes:
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b"\0"))
    place, at = len(_DICTIONARY), 0
    out = bytearray()
    while at < len(content) and len(out) < raw_size:
        control, at = content[at], at + 1
        for bit in range(8):
            if at >= len(content) or len(out) >= raw_size:
                break
            if not control >> bit & 1:
                run = content[at : at + 1]
                at += 1
            else:
                reference = int.from_bytes(content[at : at + 2])
                at += 2
                start, length = reference >> 4, (reference & 15) + 2
                if start == place:  # the sign of the end
                    return bytes(out)
                run = b""
                for step in range(length):
                    letter = window[(start + step) % _WINDOW]
                    window[place] = letter
                    place = (place + 1) % _WINDOW
                    run += bytes((letter,))
                out += run
                continue
            window[place : place + 1] = run
            place = (place + 1) % _WINDOW
            out += run
    return bytes(out)


@dataclass(slots=True)
class _Group:
    """What holds inside a pair of braces."""

    is_skipped: bool = False
    is_hidden: bool = False
    is_tag: bool = False
    is_for_others: bool = False  # what programs without HTML show in the place of a tag
    is_font_table: bool = False
    letters_after: int = 1  # of a character by its number: for programs that don't know it
    font: int = -1


@dataclass(slots=True)
class _Reader:
    """Reads one document; `is_html` tells whether it wraps up HTML."""

    is_html: bool
    parts: list[str] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    fonts: dict[int, str] = field(default_factory=dict)
    usual: str = "cp1252"
    waiting: int = 0
    is_special: bool = False

    def read(self, data: bytes) -> str:
        at = 0
        while match := _TOKEN.match(data, at):
            at = match.end()
            if match["word"] == b"bin":
                at += max(0, int(match["number"] or 0))
            else:
                self._take(match)
        text = "".join(self.parts)
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _take(self, match: re.Match[bytes]) -> None:
        kind = match.lastgroup
        if match["word"]:
            self._word(match["word"].decode(), match["number"])
        elif kind == "byte":
            self._add(bytes.fromhex(match["byte"].decode()).decode(self._charset(), "replace"))
        elif kind == "sign":
            sign = match["sign"].decode("latin-1")
            self.is_special = sign == "*"
            if sign in "\\{}" or sign in _SIGNS:
                self._add(_SIGNS.get(sign, sign))
        elif kind == "brace":
            self._brace(match["brace"])
        elif kind == "text":
            self._add(match["text"].decode(self._charset(), "replace"))

    def _charset(self) -> str:
        return self.fonts.get(self.groups[-1].font, self.usual)

    def _brace(self, brace: bytes) -> None:
        self.waiting = 0
        if brace == b"{":
            if len(self.groups) > _MAX_GROUPS:
                raise ValueError("nested too deeply")
            self.groups.append(replace(self.groups[-1]))
        elif len(self.groups) > 1:
            self.groups.pop()

    def _word(self, word: str, written: bytes | None) -> None:
        group, number = self.groups[-1], int(written) if written else 1
        is_special, self.is_special = self.is_special, False
        if word == "htmltag":
            group.is_tag = self.is_html
            group.is_skipped |= not self.is_html
        elif is_special or word in _SKIPPED:
            group.is_skipped = True
        elif word == "fonttbl":
            group.is_font_table = True
        elif word == "f":
            group.font = number if written else 0
        elif word == "fcharset" and group.is_font_table:
            self.fonts[group.font] = _CHARSETS.get(number, self.usual)
        elif word == "ansicpg":
            self.usual = _known(f"cp{number}")
        elif word in {"v", "deleted"}:
            group.is_hidden = number != 0
        elif word == "htmlrtf":
            group.is_for_others = number != 0
        elif word == "uc":
            group.letters_after = number
        elif word == "u":
            self._add(chr(number & 0xFFFF))
            self.waiting = group.letters_after
        elif word in _LETTERS:
            self._add(_LETTERS[word])

    def _add(self, text: str) -> None:
        group = self.groups[-1]
        if self.waiting:
            text, self.waiting = text[self.waiting :], max(0, self.waiting - len(text))
        if group.is_skipped or group.is_hidden or group.is_font_table:
            return
        if not self.is_html or group.is_tag:
            self.parts.append(text)
        elif not group.is_for_others:
            self.parts.append(escape(text, quote=False))


def text_of(data: bytes) -> tuple[str, str]:
    """Return the plain text and the HTML of an RTF document, one of them empty.

    Raises:
        ValueError: If it is damaged.
    """
    if not data.startswith(b"{\\rtf"):
        raise ValueError("no RTF")
    is_html = b"\\fromhtml" in data[:4096]
    found = _Reader(is_html).read(data)
    return ("", found) if is_html else (found, "")


def _known(charset: str) -> str:
    try:
        "".encode(charset)
    except LookupError:
        return "cp1252"
    return charset

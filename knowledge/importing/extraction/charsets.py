"""Bytes to text: declared or marked encodings first, then what German text looks like."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In this order: on a draw Windows' encoding wins, of which Latin-1 text is a part.
_WESTERN = ("cp1252", "iso8859_15", "cp850", "mac_roman")
_EXPECTED = frozenset("äöüÄÖÜßéèêáàâóôúçñëïå§°„“”‚‘’–—…€«»©®²³µ×·•½¼\u00a0")
_DECLARED = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset\s*=\s*["']?|<\?xml[^>]{0,100}?encoding\s*=\s*["'])([A-Za-z0-9_.:-]{2,40})""",
    re.IGNORECASE,
)
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
# Control characters, soft hyphens (with the line end after them, if it parts a word), zero-width and direction marks.
_UNWANTED = re.compile(
    "\u00ad[ ]?\n[ ]*(?=\\w)"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufffe\uffff\ud800-\udfff]"
    # Joiners shape other scripts and signs; between Latin letters they only split the word.
    "|(?<=[A-Za-zÀ-ɏ])[\u200c\u200d]+(?=[A-Za-zÀ-ɏ])"
)


def clean(text: str) -> str:
    """Return `text` in NFC with plain line ends, without soft hyphens, control characters and lone surrogates.

    A database refuses some of these, and each of them splits a word for the search.
    """
    if text.isascii() and text.isprintable():  # most cells of most tables
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_LIGATURES)
    return unicodedata.normalize("NFC", _UNWANTED.sub("", text))


def decode(data: bytes) -> str:
    """Return `data` as text; never fails."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\x00" in data[:4096]:
        zeros_first = data[0:4096:2].count(0) > data[1:4096:2].count(0)
        return data.decode("utf-16-be" if zeros_first else "utf-16-le", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # A text that breaks in one place is damaged UTF-8, not Latin-1.
        if _is_mostly_utf8(data):
            return data.decode("utf-8", "replace")
    return _decode_western(data)


def decode_markup(data: bytes) -> str:
    """Return HTML or XML as text by its mark, its own declaration, or else like plain text.

    A wrong declaration is common: UTF-8 that decodes is believed more than what the page says.
    """
    if any(data.startswith(mark) for mark, _encoding in _MARKS):
        return decode(data)
    declared = _DECLARED.search(data[:4096])
    if declared and not _is_valid_utf8(data):
        encoding = declared.group(1).decode("ascii").lower()
        # Browsers read these as Windows-1252, whose quotation marks people mean.
        if encoding in {"iso-8859-1", "latin1", "latin-1", "us-ascii", "ascii"}:
            encoding = "cp1252"
        try:
            return data.decode(encoding, "replace")
        except LookupError:
            return decode(data)
    return decode(data)


def _is_valid_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    return text.count("\ufffd") * 20 < sum(character > "\x7f" for character in text)


def _decode_western(data: bytes) -> str:
    """Pick the encoding whose reading has the most letters that German text has.

    charset-normalizer alone takes short German notes for Turkish or Hebrew; it is asked when this is not clear.
    """
    best, best_share = "cp1252", -1.0
    foreign = bytes(byte for byte in data if byte > 0x7F)
    for encoding in _WESTERN:
        characters = foreign.decode(encoding, "replace")
        share = sum(character in _EXPECTED for character in characters) / max(1, len(characters))
        if share > best_share:
            best, best_share = encoding, share
    if best_share < 0.8:
        guess = from_bytes(data[:262144]).best()
        if guess is not None:
            return data.decode(guess.encoding, "replace")
    return data.decode(best, "replace")

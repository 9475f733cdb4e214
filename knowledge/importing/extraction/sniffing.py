"""What a file is, by its content; the ending is only compared with that."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePath

from knowledge.importing.extraction.results import Reason, UnusableFile

READABLE = frozenset(
    {"pdf", "docx", "odt", "pptx", "odp", "xlsx", "ods", "html", "md", "txt", "csv", "eml", "msg"}
)

# Endings that mean the same content; the first of each is our name for it.
_SYNONYMS = {
    "htm": "html",
    "xhtml": "html",
    "xht": "html",
    "markdown": "md",
    "text": "txt",
    "log": "txt",
    "docm": "docx",
    "dotx": "docx",
    "ott": "odt",
    "pptm": "pptx",
    "xlsm": "xlsx",
}
_PLAIN = frozenset({"md", "txt", "csv", "eml"})
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
_OFFICE_PARTS = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
}
_SIGNATURES = (
    (b"\x89PNG\r\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"\x1f\x8b", "gz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
)
_HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def ending_of(name: str) -> str:
    """Return the ending in our spelling, without dot: `Plan.HTM` gives `html`."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    return _SYNONYMS.get(ending, ending)


def recognise(data: bytes, *, name: str) -> str:
    """Return the format to read `data` as.

    Text formats cannot be told apart by content alone: there the ending decides.

    Raises:
        UnusableFile: If it is empty, no format that we read, or something else than its ending says.
    """
    if not data.strip(b"\x00 \t\r\n"):
        raise UnusableFile(Reason.EMPTY)
    ending = ending_of(name)
    found = _by_content(data)
    if not ending and found in {"text", "html"}:
        return "html" if found == "html" else "txt"
    if ending not in READABLE:
        raise UnusableFile(Reason.UNSUPPORTED)
    if found == ending or (found in {"text", "html"} and _is_plain_fit(found, ending)):
        return ending
    if found == "encrypted-office" and ending in {"docx", "xlsx", "pptx"}:
        raise UnusableFile(Reason.ENCRYPTED)
    if found == "doc" and ending == "msg":
        raise UnusableFile(Reason.BROKEN)
    if found == "zip" and ending in {"docx", "odt", "pptx", "odp", "xlsx", "ods"}:
        raise UnusableFile(Reason.BROKEN)
    if found == "data" and _is_damaged(data, ending=ending):
        raise UnusableFile(Reason.BROKEN)
    raise UnusableFile(Reason.WRONG_ENDING)


def _is_plain_fit(found: str, ending: str) -> bool:
    """Whether text content may carry this ending: a page in HTML may be called .md, not .txt."""
    if found == "html":
        return ending in {"html", "md"}
    return ending in _PLAIN or ending == "html"


def _is_damaged(data: bytes, *, ending: str) -> bool:
    """Whether these bytes can be a damaged file of that ending rather than another kind of file."""
    if ending in _PLAIN | {"html"}:
        return False
    start = data[:4096]
    return start.count(b"\x00") * 4 > len(start) or b"%PDF" in data[:65536]


def _by_content(data: bytes) -> str:
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # Office wraps an encrypted DOCX in the old compound format, with this stream name in UTF-16.
        if "EncryptedPackage".encode("utf-16-le") in data:
            return "encrypted-office"
        # Outlook keeps a message in the same format, its properties in a stream of this name.
        return "msg" if "__properties_version1.0".encode("utf-16-le") in data else "doc"
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if _HTML_START.match(data[:8192]):
        return "html"
    return "text" if _looks_like_text(data) else "data"


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _OPEN_DOCUMENT.get(archive.read("mimetype").strip(), "zip")
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return "zip"
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), "zip")


def _looks_like_text(data: bytes) -> bool:
    start = data[:65536]
    if start.startswith(_UTF16_MARKS):
        return True
    if b"\x00" in start:
        # UTF-16 without a mark: western text has its zeros in every second place.
        even, odd = start[0::2].count(0), start[1::2].count(0)
        return max(even, odd) > len(start) * 0.35 and min(even, odd) < len(start) * 0.02
    controls = sum(start.count(code) for code in range(32) if code not in (9, 10, 12, 13, 27))
    return controls * 100 <= len(start)

"""What a file is, by its content; the ending is only compared with that."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from pathlib import PurePath

import olefile

from knowledge.importing.extraction.results import Reason, UnusableFile

# Pictures, which may be scans: without a text of their own, read by recognition.
PICTURES = frozenset({"tif", "jpg", "png"})
READABLE = PICTURES | {
    "pdf", "docx", "odt", "pptx", "odp", "xlsx", "ods", "html", "md", "txt", "csv", "eml", "msg", "ics", "vcf", "p7m",
}  # fmt: skip
SCANNED_ENDINGS = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".jpe", ".png")
"""Of files that may hold pictures of text, in lower case."""
# Old formats, read by way of LibreOffice where it is installed (`conversion`), and what they become.
CONVERTIBLE = {
    "doc": "docx", "rtf": "docx", "wps": "docx", "wpd": "docx", "sxw": "docx",
    "xls": "xlsx", "xlsb": "xlsx", "sxc": "xlsx",
    "ppt": "pptx", "sxi": "pptx", "odg": "pdf",
}  # fmt: skip

# Endings that mean the same content; the first of each is our name for it.
_SYNONYMS = {
    "htm": "html",
    "xhtml": "html",
    "xht": "html",
    "markdown": "md",
    "text": "txt",
    "tiff": "tif",
    **dict.fromkeys(("jpeg", "jpe"), "jpg"),
    **dict.fromkeys(("tsv", "tab"), "csv"),
    **dict.fromkeys(("mht", "mhtml"), "eml"),  # a web page as a mail with its pictures
    "log": "txt",
    **dict.fromkeys(("docm", "dotx", "dotm"), "docx"),
    **dict.fromkeys(("pptm", "ppsx", "ppsm", "potx", "potm"), "pptx"),
    **dict.fromkeys(("xlsm", "xltx", "xltm"), "xlsx"),
    **dict.fromkeys(("ott", "odm", "oth", "fodt"), "odt"),
    **dict.fromkeys(("otp", "fodp"), "odp"),
    **dict.fromkeys(("ots", "fods"), "ods"),
    "otg": "odg",
    "dot": "doc",
    "xlt": "xls",
    **dict.fromkeys(("pps", "pot"), "ppt"),
    "stw": "sxw",
    "stc": "sxc",
    "sti": "sxi",
}
_PLAIN = frozenset({"md", "txt", "csv", "eml", "ics", "vcf"})
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.graphics": "odg",
    b"application/vnd.sun.xml.writer": "sxw",
    b"application/vnd.sun.xml.calc": "sxc",
    b"application/vnd.sun.xml.impress": "sxi",
}
_FLAT = re.compile(rb"<office:document\b[^>]{0,8000}?office:mimetype=[\"']([\w./-]+)", re.DOTALL)
# What the list of content types, which each office file has, calls its main part.
_OFFICE_TYPES = {
    b"wordprocessingml.": "docx", b"ms-word.": "docx", b"spreadsheetml.": "xlsx", b"ms-excel.sheet.macro": "xlsx",
    b"ms-excel.template.macro": "xlsx", b"ms-excel.sheet.binary": "xlsb", b"presentationml.": "pptx",
    b"ms-powerpoint.": "pptx",
}  # fmt: skip
_MAIN_TYPE = re.compile(
    rb"""ContentType=["']application/(?:vnd\.)?([\w.+-]+)\.main(?:\+xml)?["']"""
)
_OFFICE_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
# Office wraps an encrypted DOCX in the old compound format; Outlook keeps messages in it.
_COMPOUND = {
    "EncryptedPackage": "encrypted-office", "__properties_version1.0": "msg", "WordDocument": "doc",
    "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt",
}  # fmt: skip
# What old names are given to all the same: pages and tables that programs export »for Word« and »for Excel«.
_TOLERATED = {
    "doc": {"rtf": "rtf", "doc": "doc", "docx": "docx", "html": "html", "odt": "odt"},
    "rtf": {"rtf": "rtf", "doc": "doc", "docx": "docx"},
    "docx": {"rtf": "rtf", "doc": "doc"},
    "xls": {"xls": "xls", "xlsx": "xlsx", "html": "html", "text": "csv"},
    "xlsx": {"xls": "xls"},
    "ppt": {"ppt": "ppt", "pptx": "pptx"},
    "pptx": {"ppt": "ppt"},
    # Office 2003 wrote XML that says which program it is for.
    "xml": {"doc": "doc", "xls": "xls", "odt": "odt", "ods": "ods", "odp": "odp"},
    **{ending: {kind: kind for kind in PICTURES} for ending in PICTURES},
    "p7m": {"data": "p7m", "text": "p7m"},
    # Their bytes say little: LibreOffice judges.
    "wps": {"doc": "doc", "compound": "wps", "data": "wps"},
    "wpd": {"data": "wpd"},
}
_SIGNATURES = (
    (b"\x89PNG\r\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"II*\x00", "tif"),
    (b"MM\x00*", "tif"),
    (b"GIF8", "gif"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
    (b"\x1f\x8b", "gz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
)
_OFFICE = frozenset(
    {"docx", "odt", "pptx", "odp", "xlsx", "ods", "odg", "xlsb", "sxw", "sxc", "sxi"}
)
_HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_OFFICE_2003 = re.compile(rb"<\?mso-application\s+progid=[\"']{1,2}(Word|Excel)\.")
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
    if tolerated := _TOLERATED.get(ending, {}).get(found):
        return tolerated
    if ending not in READABLE and ending not in CONVERTIBLE:
        raise UnusableFile(Reason.UNSUPPORTED)
    if found == ending or (found in {"text", "html"} and _is_plain_fit(found, ending)):
        return ending
    raise UnusableFile(_reason(data, found, ending))


def _reason(data: bytes, found: str, ending: str) -> Reason:
    """Return why content of another kind than the ending says cannot be read."""
    if found == "encrypted-office" and ending in _OFFICE:
        return Reason.ENCRYPTED
    if found in {"compound", "doc"} and ending in {"msg", "doc", "xls", "ppt"}:
        return Reason.BROKEN
    if found == "zip" and ending in _OFFICE:
        return Reason.BROKEN
    if found == "data" and _is_damaged(data, ending=ending):
        return Reason.BROKEN
    return Reason.WRONG_ENDING


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
        return _compound_kind(data)
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if flat := _FLAT.search(data[:65536]):
        return _open_document(flat.group(1))
    if _HTML_START.match(data[:8192]):
        return "html"
    if program := _OFFICE_2003.search(data[:1024]):
        return "doc" if program.group(1) == b"Word" else "xls"
    return "text" if _looks_like_text(data) else "data"


def _compound_kind(data: bytes) -> str:
    """Return what a file in the old compound format is, by the names of its own streams, not of embedded files."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return next((kind for name, kind in _COMPOUND.items() if ole.exists(name)), "compound")
    except (OSError, ValueError, IndexError, KeyError, struct.error):
        names = (kind for name, kind in _COMPOUND.items() if name.encode("utf-16-le") in data)
        return next(names, "compound")


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lstrip("/") for name in archive.namelist()}
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _open_document(archive.read("mimetype").strip())
            types = "[Content_Types].xml"
            listed = archive.read(types) if types in archive.namelist() else b""
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return "zip"
    for main in _MAIN_TYPE.findall(listed):
        for start, kind in _OFFICE_TYPES.items():
            if start in main:
                return kind
    return next(
        (
            kind
            for folder, kind in _OFFICE_FOLDERS.items()
            if any(name.startswith(folder) for name in names)
        ),
        "zip",
    )


def _open_document(kind: bytes) -> str:
    """Return our name for a kind of OpenDocument; templates and master documents hold the same."""
    for ending in (b"-template", b"-master", b"-web", b".template"):
        kind = kind.removesuffix(ending)
    return _OPEN_DOCUMENT.get(kind, "zip")


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

"""MSG, as Outlook saves mails, appointments and contacts ([MS-OXMSG], [MS-OXPROPS])."""

from __future__ import annotations

import datetime as dt
import io
import struct
from collections.abc import Iterator

import olefile

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.charsets import decode, decode_markup
from knowledge.importing.extraction.collecting import squeeze
from knowledge.importing.extraction.mails.letters import (
    BEGIN,
    COPY,
    END,
    FROM,
    PLACE,
    TO,
    Letter,
    moment_in_words,
)
from knowledge.importing.extraction.mails.rich_text import text_of, unpacked
from knowledge.importing.extraction.results import Loss, Reason, UnusableFile

# Streams are named by property and type; numbers in hexadecimal.
_STREAM = "__substg1.0_%s%s"
_UNICODE, _EIGHT_BIT, _BINARY = "001F", "001E", "0102"
_CLASS, _SUBJECT, _BODY, _HTML, _RTF = "001A", "0037", "1000", "1013", "1009"
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = "0C1A", "0C1F", "5D01"
_TO, _CC = "0E04", "0E03"
_FILE_NAMES = ("3707", "3704", "3001")  # long, short, as displayed
_CONTACT = (
    ("Name", "3001"), ("Organisation", "3A16"), ("Abteilung", "3A18"), ("Funktion", "3A17"),
    ("Telefon", "3A08"), ("Mobil", "3A1C"), ("Privat", "3A09"), ("Fax", "3A24"), ("Anschrift", "3A15"),
)  # fmt: skip
_EMAIL, _LOCATION, _BEGIN, _END = 0x8083, 0x8208, 0x820D, 0x820E  # numbers of named properties
_PROPERTIES = "__properties_version1.0"
_NAMES = ("__nameid_version1.0", "__substg1.0_00030102")
_ATTACHMENT = "__attach_version1.0_#"
_MESSAGE_INSIDE = "__substg1.0_3701000D"
_HEADER_BYTES, _HEADER_BYTES_INSIDE = 32, 24  # before the properties of a message
_PROPERTY = struct.Struct("<HHIQ")  # type, number, flags, value
_NAME = struct.Struct("<IHH")  # number or place of the name, kind, index
_SENT_AT, _RECEIVED_AT, _TIME = 0x0039, 0x0E06, 0x0040
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the message, of the Internet
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)  # a FILETIME counts 100 ns from here
_MAX_ATTACHMENTS = 500


def read_message(data: bytes) -> Letter:
    """Return what a message says.

    Raises:
        UnusableFile: If it is damaged or has more parts than any message.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return _Message(ole, ()).read()
    except UnusableFile:
        raise
    except (OSError, ValueError, IndexError, KeyError, struct.error) as error:
        raise UnusableFile(Reason.BROKEN) from error


class _Message:
    """One message inside an opened file; those in its attachments have the same parts below a folder."""

    def __init__(self, ole: olefile.OleFileIO, folder: tuple[str, ...]) -> None:
        self._ole = ole
        self._folder = folder
        self._entries = ole.listdir(streams=True, storages=True)
        if len(self._entries) > limits.MAX_PARTS:
            raise UnusableFile(Reason.TOO_COMPLEX)
        if not ole.exists([*folder, _PROPERTIES]):
            raise UnusableFile(Reason.BROKEN)
        self._numbers = self._fixed_properties()
        self._named = self._named_properties()

    def read(self) -> Letter:
        """Return what it says."""
        kind = self._text(_CLASS).lower()
        letter = Letter(
            subject=squeeze(self._text(_SUBJECT)),
            text=self._text(_BODY),
            html=self._html(),
        )
        if kind.startswith("ipm.contact"):
            letter.heads = [*self._contact()]
            letter.subject = letter.subject or dict(letter.heads).get("Name", "")
        else:
            letter.heads = [(FROM, self._sender()), (TO, self._text(_TO)), (COPY, self._text(_CC))]
            letter.sent_at = self._time(_SENT_AT) or self._time(_RECEIVED_AT)
            letter.heads += self._appointment()
        self._add_attachments(letter)
        if not (letter.text.strip() or letter.html.strip()):
            self._read_rich_text(letter)
        return letter

    def _read_rich_text(self, letter: Letter) -> None:
        """Take the text from RTF, in which some programs keep it alone."""
        packed = self._bytes(_RTF, _BINARY)
        try:
            if packed:
                letter.text, letter.html = text_of(unpacked(packed))
        except ValueError:
            letter.lost[Loss.EMBEDDED] += 1

    def _sender(self) -> str:
        address = self._text(_SENDER_SMTP) or self._text(_SENDER_ADDRESS)
        sender = self._text(_SENDER)
        return f"{sender} <{address}>".strip() if "@" in address and address != sender else sender

    def _contact(self) -> Iterator[tuple[str, str]]:
        for name, number in _CONTACT:
            yield name, self._text(number)
        yield "E-Mail", self._text(self._named.get(_EMAIL, ""))

    def _appointment(self) -> Iterator[tuple[str, str]]:
        for name, number in ((BEGIN, _BEGIN), (END, _END)):
            moment = self._time(int(self._named.get(number, "0"), 16))
            yield name, moment_in_words(moment) if moment else ""
        yield PLACE, self._text(self._named.get(_LOCATION, ""))

    def _add_attachments(self, letter: Letter) -> None:
        depth = len(self._folder)
        folders = sorted(
            {
                entry[depth]
                for entry in self._entries
                if tuple(entry[:depth]) == self._folder
                and len(entry) > depth
                and entry[depth].startswith(_ATTACHMENT)
            }
        )
        for name in folders[:_MAX_ATTACHMENTS]:
            inside = (*self._folder, name, _MESSAGE_INSIDE)
            # Two levels of folders for each message inside another.
            if self._ole.exists([*inside, _PROPERTIES]) and depth < 2 * limits.MAX_MAILS_INSIDE:
                letter.inside.append(_Message(self._ole, inside).read())
                continue
            found = (self._text(number, name) for number in _FILE_NAMES)
            if title := next(filter(None, found), ""):
                letter.attached.append(title)

    def _html(self) -> str:
        return self._text(_HTML) or decode_markup(self._bytes(_HTML, _BINARY))

    def _text(self, number: str, *folders: str) -> str:
        if found := self._bytes(number, _UNICODE, *folders):
            return found.decode("utf-16-le", "replace").rstrip("\x00")
        found = self._bytes(number, _EIGHT_BIT, *folders).rstrip(b"\x00")
        for code_page in (self._numbers.get(one, (0, 0))[1] & 0xFFFFFFFF for one in _CODE_PAGES):
            try:
                return found.decode("utf-8" if code_page == 65001 else f"cp{code_page}")
            except (LookupError, UnicodeDecodeError):
                continue  # not said, not known to Python, or not true
        return decode(found)

    def _bytes(self, number: str, kind: str, *folders: str) -> bytes:
        path = [*self._folder, *folders, _STREAM % (number, kind)]
        if not number or not self._ole.exists(path):
            return b""
        if self._ole.get_size(path) > limits.MAX_PART_BYTES:
            raise UnusableFile(Reason.TOO_COMPLEX)
        return bytes(self._ole.openstream(path).read())

    def _time(self, number: int) -> dt.datetime | None:
        kind, ticks = self._numbers.get(number, (0, 0))
        if kind != _TIME or not ticks:
            return None
        try:
            return _EPOCH + dt.timedelta(microseconds=ticks // 10)
        except OverflowError:
            return None

    def _fixed_properties(self) -> dict[int, tuple[int, int]]:
        """Return the properties of fixed size, such as times and code pages: type and value by number."""
        header = _HEADER_BYTES_INSIDE if self._folder else _HEADER_BYTES
        table = self._ole.openstream([*self._folder, _PROPERTIES]).read()[header:]
        whole = len(table) - len(table) % _PROPERTY.size
        return {
            number: (kind, value)
            for kind, number, _flags, value in _PROPERTY.iter_unpack(table[:whole])
        }

    def _named_properties(self) -> dict[int, str]:
        """Return under which number, in hexadecimal, this file keeps properties with numbers of their own."""
        if not self._ole.exists([*_NAMES]):
            return {}
        table = self._ole.openstream([*_NAMES]).read()
        whole = len(table) - len(table) % _NAME.size
        return {
            number: f"{0x8000 + index:04X}"
            for number, kind, index in _NAME.iter_unpack(table[:whole])
            if not kind & 1
        }

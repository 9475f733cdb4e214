"""Mail: EML as the Internet sends it, MSG as Outlook saves it. Who, when, the text, the names of what is attached."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import io
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

import olefile

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.charsets import clean, decode, decode_markup
from knowledge.importing.extraction.collecting import BlockCollector, squeeze
from knowledge.importing.extraction.markup import read_markup
from knowledge.importing.extraction.plain import add_chunk
from knowledge.importing.extraction.results import Reason, UnusableFile

# Streams of a MSG are named by property and type ([MS-OXMSG] 2.1.3, [MS-OXPROPS]); numbers in hexadecimal.
_STREAM = "__substg1.0_%s%s"
_UNICODE, _EIGHT_BIT, _BINARY = "001F", "001E", "0102"
_SUBJECT, _BODY, _HTML = "0037", "1000", "1013"
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = "0C1A", "0C1F", "5D01"
_TO, _CC = "0E04", "0E03"
_LONG_FILE_NAME, _FILE_NAME, _DISPLAY_NAME = "3707", "3704", "3001"
_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = "__attach_version1.0_#"
_PROPERTIES_HEADER_BYTES = 32  # of the message itself ([MS-OXMSG] 2.4.1.1)
_PROPERTY = struct.Struct("<HHIQ")  # type, number, flags, value
_SENT_AT, _RECEIVED_AT, _TIME = 0x0039, 0x0E06, 0x0040
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the message, of the Internet
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)  # a FILETIME counts 100 ns from here
_MAX_ATTACHMENTS = 500


@dataclass(slots=True)
class _Mail:
    """What both formats say; `html` counts where there is no `text`."""

    subject: str = ""
    heads: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    html: str = ""
    attached: list[str] = field(default_factory=list)

    def collect(self) -> tuple[str, BlockCollector]:
        """Return subject and content."""
        collector = BlockCollector()
        heads = [[name, value] for name, value in self.heads if value]
        collector.table(heads, has_header=False)
        if self.text.strip():
            for chunk in re.split(r"\n\s*\n", clean(self.text)):
                lines = [line for line in chunk.split("\n") if line.strip()]
                if lines:
                    add_chunk(lines, collector)
        elif self.html.strip():
            _title, inner = read_markup(self.html)
            collector.extend(inner.finish())
        for name in self.attached:
            collector.text_paragraph(name)
        return squeeze(self.subject), collector


def read_eml(data: bytes) -> tuple[str, BlockCollector]:
    """Return subject and content of a mail: who, when, the text, the names of its attachments."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    if not isinstance(message, EmailMessage):  # the policy above makes nothing else
        raise UnusableFile(Reason.BROKEN)
    mail = _Mail(subject=str(message.get("Subject", "")))
    mail.heads = [
        (name, squeeze(str(message.get(name, "")))) for name in ("From", "To", "Cc", "Date")
    ]
    body = message.get_body(("plain", "html"))
    if body is not None:
        content = body.get_content()
        if body.get_content_type() == "text/html":
            mail.html = content
        else:
            mail.text = content
    mail.attached = [
        name for part in message.iter_attachments() if (name := _name_of(part)) is not None
    ]
    return mail.collect()


def _name_of(part: EmailMessage) -> str | None:
    """Return what an attachment is called; a mail attached to a mail is called by its subject."""
    if name := part.get_filename():
        return name
    if part.get_content_type() == "message/rfc822":
        inner = part.get_content()
        return str(inner.get("Subject", ""))
    return None


def read_msg(data: bytes) -> tuple[str, BlockCollector]:
    """Return subject and content of a message saved by Outlook, like those of an EML.

    A body kept as compressed RTF alone is not read: Outlook saves plain text or HTML beside it.

    Raises:
        UnusableFile: If it is damaged or has more parts than any message.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            return _Message(ole).read().collect()
    except UnusableFile:
        raise
    except (OSError, ValueError, IndexError, KeyError, struct.error) as error:
        raise UnusableFile(Reason.BROKEN) from error


class _Message:
    """One message inside an opened file."""

    def __init__(self, ole: olefile.OleFileIO) -> None:
        self._ole = ole
        self._entries = ole.listdir(streams=True, storages=True)
        if len(self._entries) > limits.MAX_PARTS:
            raise UnusableFile(Reason.TOO_COMPLEX)
        if not ole.exists(_PROPERTIES):
            raise UnusableFile(Reason.BROKEN)
        self._numbers = self._fixed_properties()

    def read(self) -> _Mail:
        """Return what it says."""
        address = self._text(_SENDER_SMTP) or self._text(_SENDER_ADDRESS)
        sender = self._text(_SENDER)
        if address and "@" in address and address != sender:
            sender = f"{sender} <{address}>".strip()
        return _Mail(
            subject=self._text(_SUBJECT),
            heads=[
                ("From", squeeze(sender)),
                ("To", squeeze(self._text(_TO))),
                ("Cc", squeeze(self._text(_CC))),
                ("Date", self._sent_at()),
            ],
            text=self._text(_BODY),
            html=self._html(),
            attached=list(self._attached()),
        )

    def _attached(self) -> Iterable[str]:
        folders = [
            entry[0]
            for entry in self._entries
            if len(entry) == 1 and entry[0].startswith(_ATTACHMENT)
        ]
        for folder in sorted(folders)[:_MAX_ATTACHMENTS]:
            for number in (_LONG_FILE_NAME, _FILE_NAME, _DISPLAY_NAME):
                if name := self._text(number, folder):
                    yield name
                    break

    def _html(self) -> str:
        if found := self._text(_HTML):
            return found
        return decode_markup(self._bytes(_HTML, _BINARY))

    def _text(self, number: str, *folders: str) -> str:
        if found := self._bytes(number, _UNICODE, *folders):
            return found.decode("utf-16-le", "replace").rstrip("\x00")
        found = self._bytes(number, _EIGHT_BIT, *folders).rstrip(b"\x00")
        for code_page in (self._numbers.get(one) for one in _CODE_PAGES):
            try:
                return found.decode("utf-8" if code_page == 65001 else f"cp{code_page}")
            except (LookupError, UnicodeDecodeError):
                continue  # not said, not known to Python, or not true
        return decode(found)

    def _bytes(self, number: str, kind: str, *folders: str) -> bytes:
        path = [*folders, _STREAM % (number, kind)]
        if not self._ole.exists(path):
            return b""
        if self._ole.get_size(path) > limits.MAX_PART_BYTES:
            raise UnusableFile(Reason.TOO_COMPLEX)
        return bytes(self._ole.openstream(path).read())

    def _sent_at(self) -> str:
        ticks = self._numbers.get(_SENT_AT) or self._numbers.get(_RECEIVED_AT)
        if not ticks:
            return ""
        try:
            return format_datetime(_EPOCH + dt.timedelta(microseconds=ticks // 10))
        except OverflowError:
            return ""

    def _fixed_properties(self) -> dict[int, int]:
        """Return the properties whose value is a number, by their number: times and code pages."""
        table = self._ole.openstream(_PROPERTIES).read()[_PROPERTIES_HEADER_BYTES:]
        whole = len(table) - len(table) % _PROPERTY.size
        found: dict[int, int] = {}
        for kind, number, _flags, value in _PROPERTY.iter_unpack(table[:whole]):
            if number in {_SENT_AT, _RECEIVED_AT} and kind == _TIME:
                found[number] = value
            elif number in _CODE_PAGES:
                found[number] = value & 0xFFFFFFFF
        return found

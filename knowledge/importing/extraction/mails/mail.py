"""EML, as mail goes through the Internet: who, when, the text, mails inside, the names of what is attached."""

from __future__ import annotations

import contextlib
import datetime as dt
import email
import email.policy
import re
import zoneinfo
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

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
from knowledge.importing.extraction.mails.outlook import read_message
from knowledge.importing.extraction.mails.sealed import signed_content
from knowledge.importing.extraction.mails.winmail import read_winmail
from knowledge.importing.extraction.results import Loss, UnusableFile

_HEADS = ((FROM, "From"), (TO, "To"), (COPY, "Cc"))
_FOLD = re.compile(r"\r?\n[ \t]+|\r?\n")
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_WINMAIL = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_CALENDAR_FIELD = re.compile(r"^(DTSTART|DTEND|LOCATION)((?:;[^:\n]*)?):(.*)$", re.MULTILINE)
_CALENDAR_NAMES = {"DTSTART": BEGIN, "DTEND": END, "LOCATION": PLACE}


def read_eml(data: bytes) -> Letter:
    """Return what a mail says."""
    return _read(_parsed(data), depth=0)


def _parsed(data: bytes) -> Message:
    # The old policy keeps heads as they came: they are decoded here, since many are not what they say.
    return email.message_from_bytes(data, policy=email.policy.compat32)


def _read(message: Message, *, depth: int) -> Letter:
    letter = Letter(subject=_head(message, "Subject"))
    letter.heads = [(ours, _head(message, theirs)) for ours, theirs in _HEADS]
    # Each server on the way wrote when it came, behind a semicolon; the first of them is the last in the mail.
    came = [value for key, value in message.raw_items() if key.lower() == "received"]
    stamps = [_head(message, "Date"), *(str(one).rpartition(";")[2] for one in reversed(came))]
    letter.sent_at = next(filter(None, map(_moment, stamps)), None)
    _Parts(letter, depth).take(message)
    return letter


def _moment(stamp: str) -> dt.datetime | None:
    """Return a time in the head of a mail, also as ISO 8601; None if it is none."""
    moment = None
    with contextlib.suppress(ValueError, TypeError, IndexError, OverflowError):
        moment = parsedate_to_datetime(stamp)
    if moment is None:
        with contextlib.suppress(ValueError):
            moment = dt.datetime.fromisoformat(stamp.strip())
    return moment.replace(tzinfo=dt.UTC) if moment and not moment.tzinfo else moment


def _head(message: Message, name: str) -> str:
    """Return a head as text: encoded as the standard says, or as bytes of any kind."""
    # As they came: `get` would replace bytes that nobody declared.
    found = (value for key, value in message.raw_items() if key.lower() == name.lower())
    raw = _FOLD.sub(" ", str(next(found, "")))
    with contextlib.suppress(UnicodeEncodeError):
        raw = decode(raw.encode("ascii", "surrogateescape"))
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return squeeze(raw)
    return squeeze("".join(_piece(*piece) for piece in pieces))


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    return piece.decode("raw-unicode-escape") if charset is None else _decoded(piece, charset)


def _decoded(data: bytes, charset: str | None) -> str:
    """Return bytes as text by what they are declared as, or else by what they look like."""
    if charset and charset.lower() not in {"us-ascii", "ascii"}:
        with contextlib.suppress(LookupError, UnicodeDecodeError, ValueError):
            return data.decode("cp1252" if charset.lower() in _LATIN else charset)
    return decode(data)


_LATIN = frozenset({"iso-8859-1", "latin1", "latin-1"})  # Windows' quotation marks are meant


class _Parts:
    """Takes the parts of one mail in their order."""

    def __init__(self, letter: Letter, depth: int) -> None:
        self._letter = letter
        self._depth = depth

    def take(self, part: Message) -> None:
        """Add one part, or all those in it."""
        kind = part.get_content_type()
        name = _file_name(part)
        if kind in _SIGNATURES:
            return
        if kind == "multipart/encrypted":
            self._letter.lost[Loss.SEALED] += 1
        elif kind == "multipart/alternative":
            self._take_best(part)
        elif part.is_multipart() and kind != "message/rfc822":
            for inner in _parts_of(part):
                self.take(inner)
        elif kind == "message/rfc822" or name.lower().endswith(".eml"):
            self._take_mail(part, name)
        elif kind in _SEALED or name.lower().endswith(".p7m"):
            self._take_sealed(part)
        elif kind in _WINMAIL or name.lower() == "winmail.dat":
            self._take_winmail(part)
        elif name.lower().endswith(".msg"):
            self._take_outlook(part, name)
        elif kind == "text/calendar":
            self._take_calendar(_text_of(part))
        elif kind in {"text/plain", "text/html"} and not _is_attached(part):
            self._take_text(part, kind)
        elif name:
            self._letter.attached.append(name)
        elif part.get_content_maintype() == "image":
            self._letter.lost[Loss.IMAGES] += 1

    def _take_best(self, part: Message) -> None:
        """Add one of several forms of the same text, and the appointment among them."""
        inner = _parts_of(part)
        plain = [
            one for one in inner if one.get_content_type() == "text/plain" and _text_of(one).strip()
        ]
        for one in inner:
            is_text = one.get_content_type() != "text/calendar"
            if (one is plain[-1]) if plain and is_text else True:
                self.take(one)

    def _take_text(self, part: Message, kind: str) -> None:
        letter = self._letter
        if kind == "text/plain":
            letter.text = f"{letter.text}\n\n{_text_of(part)}".strip("\n")
            return
        data = _bytes_of(part)
        charset = part.get_content_charset()
        html = _decoded(data, charset) if charset else decode_markup(data)
        if letter.text:  # a mail in pieces of both kinds: a page shows one
            return
        letter.html += html

    def _take_mail(self, part: Message, name: str) -> None:
        if self._depth >= limits.MAX_MAILS_INSIDE:
            self._letter.attached.append(name or INSIDE_TOO_DEEP)
            self._letter.lost[Loss.EMBEDDED] += 1
            return
        inner = part.get_payload(0) if part.is_multipart() else _parsed(_bytes_of(part))
        if isinstance(inner, Message):
            self._letter.inside.append(_read(inner, depth=self._depth + 1))

    def _take_sealed(self, part: Message) -> None:
        """Add what a signed mail wraps up, which needs no key; name what is encrypted."""
        content = signed_content(_bytes_of(part))
        if content is None or self._depth >= limits.MAX_MAILS_INSIDE:
            self._letter.lost[Loss.SEALED] += 1
        else:
            _Parts(self._letter, self._depth + 1).take(_parsed(content))

    def _take_winmail(self, part: Message) -> None:
        found = read_winmail(_bytes_of(part))
        self._letter.attached += found.attached
        self._letter.text = self._letter.text or found.text
        self._letter.html = self._letter.html or found.html

    def _take_outlook(self, part: Message, name: str) -> None:
        try:
            self._letter.inside.append(read_message(_bytes_of(part)))
        except UnusableFile:
            self._letter.attached.append(name)

    def _take_calendar(self, calendar: str) -> None:
        """Add when and where an appointment is."""
        event = re.sub(r"\r?\n[ \t]", "", calendar).replace("\r", "").partition("BEGIN:VEVENT")[2]
        known = {name for name, _value in self._letter.heads}
        for kind, parameters, value in _CALENDAR_FIELD.findall(event.partition("END:VEVENT")[0]):
            name = _CALENDAR_NAMES[kind]
            shown = value.replace("\\,", ",").replace("\\n", ", ")
            if name not in known:
                known.add(name)
                self._letter.heads.append(
                    (name, shown if kind == "LOCATION" else _calendar_time(value, parameters))
                )


INSIDE_TOO_DEEP = "Nachricht.eml"


def _calendar_time(value: str, parameters: str) -> str:
    """Return a time of an appointment in words; a day if it has no time."""
    value = value.strip()
    try:
        moment = dt.datetime.strptime(value[:15], "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d")  # noqa: DTZ007 - its zone follows
    except ValueError:
        return value
    if "T" not in value:
        return moment_in_words(moment).partition(",")[0]
    if value.endswith("Z"):
        return moment_in_words(moment.replace(tzinfo=dt.UTC))
    zone = re.search(r"TZID=\"?([^;\":]+)", parameters)
    with contextlib.suppress(zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        moment = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone.group(1))) if zone else moment
    return moment_in_words(moment)


def _parts_of(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text_of(part: Message) -> str:
    return _decoded(_bytes_of(part), part.get_content_charset())


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _file_name(part: Message) -> str:
    """Return what an attachment is called."""
    try:
        name = part.get_filename() or ""
        pieces = decode_header(_FOLD.sub(" ", name))
    except (HeaderParseError, ValueError, LookupError, UnicodeError):
        return ""
    return squeeze("".join(_piece(*piece) for piece in pieces))

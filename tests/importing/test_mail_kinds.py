"""What mails show is what is read, however they are made: kind by kind."""

from __future__ import annotations

import base64
import datetime as dt
import email
import struct
from email.message import EmailMessage

import pytest

from knowledge.importing.extraction import Extraction, extract_bytes
from knowledge.importing.extraction.results import Loss
from tests.importing import builders


def read(data: bytes, name: str = "a.eml") -> Extraction:
    extraction = extract_bytes(data, name=name)
    assert extraction.reason is None, extraction.reason
    return extraction


def text_of(extraction: Extraction) -> str:
    return "\n".join(extraction.pages)


@pytest.mark.parametrize(
    "charset", ["", "unknown-8bit", "x-user-defined", "us-ascii", "iso-8859-1"]
)
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_charsets_that_are_missing_unknown_or_wrong(charset: str, encoding: str) -> None:
    if (charset, encoding) == ("iso-8859-1", "utf-8"):
        pytest.skip("declared and readable: nobody can tell")
    declared = f"; charset={charset}" if charset else ""
    mail = (
        f"Subject: Größe\nContent-Type: text/plain{declared}\nContent-Transfer-Encoding: 8bit\n\n"
        "Die Straßenprüfung läuft."
    ).encode(encoding)
    found = read(mail)
    assert found.title == "Größe"
    assert "Die Straßenprüfung läuft." in text_of(found)


def test_heads_in_an_unknown_encoding() -> None:
    mail = b"Subject: =?x-unknown?Q?Gr=F6=DFe?= des Platzes\nFrom: =?utf-8?Q?J=C3=BCrgen?= <j@example.org>\n\nText."
    found = read(mail)
    assert found.title == "Größe des Platzes"
    assert "Von | Jürgen <j@example.org>" in text_of(found)


def test_mails_inside_mails_are_read() -> None:
    mail = EmailMessage()
    mail["Subject"] = "Innerste Meldung 60"
    mail.set_content("Der Kern: Wegwarte.")
    for number in range(59, -1, -1):
        outer = EmailMessage()
        outer["Subject"] = f"Weiterleitung {number}"
        outer.set_content(f"Siehe Anhang {number}.")
        outer.add_attachment(mail)
        mail = outer
    found = read(mail.as_bytes())
    assert found.title == "Weiterleitung 0"
    assert "Der Kern: Wegwarte." in text_of(found)
    assert "Nachricht im Anhang: Innerste Meldung 60" in found.headings


def test_mails_nested_without_end_are_given_up_in_time() -> None:
    mail = b"Subject: x\nContent-Type: message/rfc822\n\n" * 5000 + b"Subject: Ende\n\nText."
    extract_bytes(mail, name="a.eml")


def test_encrypted_mails_are_named() -> None:
    mail = (
        b"Subject: Geheim\nFrom: a@example.org\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n"
        b"Content-Transfer-Encoding: base64\n\nMIAGCSqGSIb3DQEHA6CAMIACAQAxggFn\n"
    )
    found = read(mail)
    assert found.title == "Geheim"
    assert found.lost == {Loss.SEALED: 1}


def test_invitations_say_when_and_where() -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20260312T090000\r\n"
        "DTEND:20260312T093000Z\r\nLOCATION:Rathaus\\, Saal\r\n  Ost\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail = EmailMessage()
    mail["Subject"] = "Einladung"
    mail.set_content("Bitte kommen.")
    mail.add_alternative(calendar, subtype="calendar")
    text = text_of(read(mail.as_bytes()))
    assert "Beginn | 12. März 2026, 09:00 Uhr" in text
    assert "Ende | 12. März 2026, 10:30 Uhr" in text
    assert "Ort | Rathaus, Saal Ost" in text


def test_texts_around_attachments_and_signatures_are_joined() -> None:
    mail = (
        b'Subject: x\nContent-Type: multipart/mixed; boundary="B"\n\n--B\nContent-Type: text/plain\n\nErstens.\n'
        b'--B\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="Plan.pdf"\n\nx\n'
        b"--B\nContent-Type: text/plain\n\nZweitens.\n--B--\n"
    )
    text = text_of(read(mail))
    assert text.split("\n") == ["Erstens.", "Zweitens.", "Plan.pdf"]


def attribute(number: int, value: bytes) -> bytes:
    return struct.pack("<BII", 1, number, len(value)) + value + b"\0\0"


def test_winmail_gives_its_text_and_the_names_of_its_files() -> None:
    long_name = "Lageplan Größe.pdf\0".encode("utf-16-le")
    padded = long_name + b"\0" * (-len(long_name) % 4)
    properties = struct.pack("<IHHII", 1, 0x001F, 0x3707, 1, len(long_name)) + padded
    data = (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(0x0002800C, "Die Begehung fällt aus.\0".encode("cp1252"))
        + attribute(0x00018010, b"LAGEPL~1.PDF\0")
        + attribute(0x00069005, properties)
    )
    mail = EmailMessage()
    mail["Subject"] = "Aus Outlook"
    mail.add_attachment(data, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    text = text_of(read(mail.as_bytes()))
    assert text == "Die Begehung fällt aus.\nLageplan Größe.pdf"
    assert read(mail.as_bytes()[:-30] + b"\n").title == "Aus Outlook"


def filetime(moment: dt.datetime) -> int:
    return int((moment - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)).total_seconds()) * 10_000_000


def test_appointments_and_contacts_of_outlook() -> None:
    begin = dt.datetime(2026, 3, 12, 8, tzinfo=dt.UTC)
    appointment = builders.outlook_message(
        {"001A001F": "IPM.Appointment", "0037001F": "Begehung", "8005001F": "Nordmarkt"},
        numbers={0x8003: (0x0040, filetime(begin))},
        named={0x820D: 0x8003, 0x8208: 0x8005},
    )
    text = text_of(read(appointment, "a.msg"))
    assert "Beginn | 12. März 2026, 09:00 Uhr\nOrt | Nordmarkt" in text
    contact = builders.outlook_message(
        {
            "001A001F": "IPM.Contact", "3001001F": "Ayşe Yıldız", "3A16001F": "EDG", "3A08001F": "0231 9111",
            "8001001F": "a.yildiz@example.org",
        },
        named={0x8083: 0x8001},
    )  # fmt: skip
    found = read(contact, "k.msg")
    assert found.title == "Ayşe Yıldız"
    assert "Organisation | EDG\nTelefon | 0231 9111\nE-Mail | a.yildiz@example.org" in text_of(
        found
    )


def test_messages_inside_messages_of_outlook() -> None:
    data = builders.outlook_message(
        {"0037001F": "Außen", "1000001F": "Siehe unten."},
        inside="Innen: Wegwarte.".encode("utf-16-le"),
    )
    assert "Innen: Wegwarte." in text_of(read(data, "a.msg"))


@pytest.mark.parametrize(
    "heads",
    [
        "Date: 2019-10-09 08:00:00",
        "Received: from a by b;\n Thu, 10 Oct 2019 01:00:00 +0000\n"
        "Received: from c by a; Wed, 9 Oct 2019 10:00:00 +0200",
    ],
)
def test_mail_without_a_usual_date_is_dated_all_the_same(heads: str) -> None:
    found = read(f"Subject: Meldung\n{heads}\n\nText.".encode())
    assert found.dated
    assert found.dated.day == dt.date(2019, 10, 9)


# From the specification ([MS-OXRTFCP] 3.1.1) and, with nothing but letters, made here.
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
RICH_TEXT = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset238 Arial;}}Die Pr\'fcfung\par \uc1 L\u252?cke "
    rb"\f1 \'9alechta{\v geheim}{\*\generator x}}"
)
WRAPPED = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Die Pr\'fcfung {\*\htmltag84 <b>}"
    rb"\htmlrtf {\b\htmlrtf0 l\'e4uft{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 }\htmlrtf0 {\*\htmltag72 </p>}}"
)


def unpacked(text: bytes) -> bytes:
    return struct.pack("<IIII", len(text) + 12, len(text), 0x414C454D, 0) + text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (PACKED, "hello world"),
        (unpacked(RICH_TEXT), "Die Prüfung\nLücke šlechta"),
        (unpacked(WRAPPED), "Die Prüfung läuft"),
    ],
)
def test_text_that_outlook_keeps_as_rtf_alone(body: bytes, expected: str) -> None:
    found = read(builders.outlook_message({"0037001F": "Meldung", "10090102": body}), "a.msg")
    assert text_of(found) == expected


def test_damaged_rtf_is_named() -> None:
    message = builders.outlook_message(
        {"0037001F": "Meldung", "0E04001F": "Amt", "10090102": b"kaputt" * 9}
    )
    assert read(message, "a.msg").lost[Loss.EMBEDDED] == 1


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.ics",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Sitzung\nDTSTART:20260312T230000Z\nLOCATION:Rathaus\nEND:VEVENT\n"
            "END:VCALENDAR\n",
            "Beginn | 13. März 2026, 00:00 Uhr\nOrt | Rathaus",
        ),
        (
            "a.vcf",
            "BEGIN:VCARD\nVERSION:3.0\nFN:Erika Beispiel\nORG:Stadt;Amt 32\nTEL:0231 501\nEND:VCARD\n",
            "Name | Erika Beispiel\nOrganisation | Stadt, Amt 32\nTelefon | 0231 501",
        ),
        (
            "a.mht",
            'Subject: Seite\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html\n\n'
            "<p>Vom Netz</p>\n--b--\n",
            "Vom Netz",
        ),
    ],
)
def test_appointments_contacts_and_pages_as_files(name: str, content: str, expected: str) -> None:
    assert text_of(read(content.encode(), name)) == expected


def test_opaque_signature_in_letters_and_as_a_file() -> None:
    from tests.importing.test_cases import CASES

    mail = email.message_from_bytes((CASES / "signiert.eml").read_bytes())
    signed = mail.get_payload(decode=True)
    assert isinstance(signed, bytes)
    assert "Pfaffenhütchen" in text_of(read(signed, "meldung.eml.p7m"))
    mail.set_payload(
        b"-----BEGIN PKCS7-----\n" + base64.encodebytes(signed) + b"-----END PKCS7-----\n"
    )
    del mail["Content-Transfer-Encoding"]
    assert "Pfaffenhütchen" in text_of(read(mail.as_bytes()))

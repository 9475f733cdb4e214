"""Files of a frozen report: right in form, the same content in each, and nothing that was left out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.handling import Classification
from knowledge.annual_reports import making, services
from knowledge.annual_reports.content import content_of
from knowledge.annual_reports.models import Making, Report, ReportFile
from knowledge.annual_reports.outputs import Form, forms, report_sheet
from knowledge.annual_reports.selectors import choices_for
from knowledge.annual_reports.verifying import problems_of
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.measures import services as measures
from knowledge.measures.models import Need
from tests.annual_reports.conftest import (
    INTERNAL,
    NARROWED,
    PUBLIC,
    Year,
    begin,
    choose,
    freeze,
    write,
)
from tests.conftest import signed_in
from tests.export.conftest import (
    Judged,
    attach,
    judged,
    needs_libreoffice,
    printed_by_libreoffice,
)
from tests.factories import make_measure
from tests.properties import examples

__all__ = ["judged"]
FORMULA = '=HYPERLINK("http://example.org")'


def bytes_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def text_of_pdf(written: bytes) -> str:
    with pypdfium2.PdfDocument(written) as document:
        return "\n".join(sheet.get_textpage().get_text_bounded() for sheet in document)


def all_of(written: bytes) -> str:
    """Return everything in a file that a program can find: a ZIP's parts unpacked."""
    if written.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            parts = [
                *(archive.read(name) for name in archive.namelist()),
                *map(str.encode, archive.namelist()),
            ]
        return b"\n".join(parts).decode("utf-8", "replace")
    return written.decode("utf-8", "replace")


def files_of(report: Report) -> dict[str, ReportFile]:
    return {one.name.rpartition(".")[2]: one for one in report.files.filter(is_copied=False)}


@pytest.fixture
def frozen(year: Year) -> Report:
    """Return a frozen report with its files made, one entry released and one file copied."""
    attach(year.lamps, "Lageplan", b"Plan")
    attach(year.watch, "Nur intern", b"Streng geheim")
    need = Need(measure=year.lamps, kind="money_once", amount=1234, purpose=FORMULA)
    measures.keep_need(need, actor=None)
    report = begin(year.cast, year.lamps, year.watch)
    shown = [one.choice for one in choices_for(year.cast.publisher_a, report)]
    plan = next(one.pk for one in shown if one.document and one.document.title == "Lageplan")
    inside = {one.pk for one in shown if one.is_in} | {plan}
    services.choose(report, shown, inside, actor=year.cast.publisher_a, for_all="Ist öffentlich.")
    report = freeze(report, year.cast)
    making.make_files_of(report, actor=year.cast.publisher_a)
    making.write_files.call(report.pk)
    return Report.objects.get(pk=report.pk)


def test_every_form_says_what_was_frozen_and_nothing_else(
    year: Year, frozen: Report, judged: Judged
) -> None:
    assert frozen.making.state == Making.State.READY
    files, content = files_of(frozen), content_of(frozen)
    assert set(files) == {"json", "csv", "html", "docx", "pdf"}
    written = {ending: file.file.open("rb").read() for ending, file in files.items()}
    assert hashlib.sha256(written["json"]).hexdigest() == frozen.digest
    word = docx.Document(io.BytesIO(written["docx"]))
    said = {
        "json": all_of(written["json"]), "html": all_of(written["html"]), "pdf": text_of_pdf(written["pdf"]),
        "docx": "\n".join(one.text for one in word.paragraphs),
    }  # fmt: skip
    for ending, text in said.items():
        flat = " ".join(text.split())
        assert PUBLIC in flat.replace("- ", "").replace("\u2010 ", "") or ending == "pdf", ending
        assert "Lampen" in flat
    for ending in written:
        everything = said.get(ending, "") + all_of(written[ending]) + str(files[ending].file.name)
        for hidden in (INTERNAL, NARROWED, "Kiosk", "Streifen", "Nur intern", "Streng geheim"):
            assert hidden not in everything, (ending, hidden)
    headings = [one.text for one in word.paragraphs if one.style.name.startswith("Heading")]
    assert headings[0].startswith("Vorlage:")
    assert headings[1:3] == ["Beschlussvorschlag", "Finanzielle und personelle Auswirkungen"]
    rows = list(csv.reader(io.StringIO(written["csv"].decode("utf-8-sig")), delimiter=";"))
    assert ["in Umsetzung", "1"] in rows
    (need,) = [row for row in rows if "1.234" in row]
    assert f"'{FORMULA}" in need
    with pikepdf.open(io.BytesIO(written["pdf"])) as pdf:
        assert set(pdf.attachments) == {"bericht.json", "zahlen.csv"}
        assert pdf.attachments["bericht.json"].get_file().read_bytes() == written["json"]
    (kept,) = content["files"]
    assert kept["digest"] == hashlib.sha256(b"Plan").hexdigest()
    assert list(problems_of(frozen)) == []
    assert judged("ua1", {"report": written["pdf"]}) == {"report": []}
    assert judged("3a", {"report": written["pdf"]}) == {"report": []}


@needs_libreoffice
def test_word_is_opened_by_libreoffice(frozen: Report, tmp_path: Path) -> None:
    word = files_of(frozen)["docx"].file.open("rb").read()
    whole = " ".join(text_of_pdf(printed_by_libreoffice(word, tmp_path)).split())
    for words in (
        "Vorlage:",
        "Beschlussvorschlag",
        "Drei Lampen",
        "1.234",
        "anlage-01-lageplan.txt",
    ):
        assert words in whole
    assert frozen.digest in whole.replace(" ", "")


def test_files_are_for_readers_of_the_space(year: Year, frozen: Report) -> None:
    name = files_of(frozen)["csv"].name
    url = f"/berichte/{frozen.pk}/datei/{name}"
    assert bytes_of(signed_in(year.cast.reader_a).get(url)).startswith(b"\xef\xbb\xbf")
    assert signed_in(year.cast.reader_b).get(url).status_code == 404
    assert (
        signed_in(year.cast.reader_a)
        .get(f"/berichte/{frozen.pk}/datei/gibt-es-nicht.csv")
        .status_code
        == 404
    )
    (copied,) = frozen.files.filter(is_copied=True)
    PageAttachment.objects.all().delete()
    KnowledgeDocument.objects.all().delete()
    page = signed_in(year.cast.reader_a).get(f"/berichte/{frozen.pk}/datei/{copied.name}")
    assert bytes_of(page) == b"Plan"


def test_a_changed_file_is_found(frozen: Report) -> None:
    (copied,) = frozen.files.filter(is_copied=True)
    with copied.file.storage.open(copied.file.name, "wb") as stored:
        stored.write(b"Anderer Plan")
    (problem,) = problems_of(frozen)
    assert copied.name in problem


def test_cancelling_stops_before_the_next_file(year: Year, monkeypatch: Any) -> None:
    report = freeze(begin(year.cast, year.lamps), year.cast)

    def stop(of: Report, content: Any) -> bytes:
        making.cancel(of, actor=year.cast.publisher_a)
        return b"x"

    def fail(of: Report, content: Any) -> bytes:
        raise AssertionError

    two = (Form("json", "a", "a/b", stop), Form("csv", "b", "a/b", fail))
    monkeypatch.setattr(making, "forms", lambda: two)
    making.make_files_of(report, actor=year.cast.publisher_a)
    making.write_files.call(report.pk)
    report = Report.objects.get(pk=report.pk)
    assert report.making.state == Making.State.CANCELLED
    assert not report.files.exists()
    monkeypatch.setattr(making, "forms", lambda: two[1:])
    making.make_files_of(report, actor=year.cast.publisher_a)
    making.write_files.call(report.pk)
    assert Making.objects.get(report=report).state == Making.State.FAILED


# --- what was left out, by chance ---------------------------------------------------------------------
_ENTRY = st.tuples(
    st.sampled_from([Classification.PUBLIC, Classification.INTERNAL]),
    st.sampled_from(["", "own", "other"]),  # for whom alone
    st.booleans(),  # whether somebody ticks it, with a reason
)


@examples(6)
@given(entries=st.lists(_ENTRY, min_size=1, max_size=4), is_secret=st.booleans())
def test_nothing_unreleased_goes_out_whatever_is_chosen(
    year: Year, entries: list[tuple[Classification, str, bool]], is_secret: bool
) -> None:
    cast, canaries = year.cast, {}
    handling = Classification.CONFIDENTIAL if is_secret else Classification.INTERNAL
    number = 100 + Report.objects.count() + Making.objects.count()
    measure = make_measure(cast.space_a, number, f"Probe {number}", classification=handling)
    for place, (classification, narrowing, is_ticked) in enumerate(entries):
        only_for = {"": [], "own": [cast.organisation_a], "other": [cast.organisation_b]}[narrowing]
        entry = write(measure, f"kanarie{place}x", classification=classification, only_for=only_for)
        entry.next_step = f"kanarie{place}y"
        entry.save()
        canaries[place] = (entry, classification, narrowing, is_ticked)
    report = begin(cast, measure, year.lamps, year=2025)
    choose(report, cast.publisher_a, *[one[0] for one in canaries.values() if one[3]])
    report = freeze(report, cast)
    out = [json.dumps(content_of(report)), str(report_sheet(report, content_of(report)))]
    out += [
        all_of(one.write(report, content_of(report)))
        for one in forms()
        if one.ending in ("csv", "html")
    ]
    for person in (cast.reader_a, cast.publisher_a, cast.curator, year.officer):
        page = signed_in(person).get(report.url).content.decode()
        out.append(page.partition('id="left-out-heading"')[0])
    for place, (_entry, classification, narrowing, is_ticked) in canaries.items():
        is_free = classification is Classification.PUBLIC and not narrowing
        may_go = not is_secret and (is_free or (is_ticked and narrowing != "other"))
        for one in out:
            assert (f"kanarie{place}x" in one) <= may_go, (
                place,
                classification,
                narrowing,
                is_ticked,
            )
            assert (f"kanarie{place}y" in one) <= may_go
    Report.objects.filter(pk=report.pk).delete()

"""Tables as offices write them: umlauts, separators, German numbers and days, formulas, what is no table."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from knowledge.tables.reading import NotRead, day_of, decimal_of, sheet_of, year_of
from knowledge.tables.writing import file_of


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_umlauts_and_separators_are_understood(encoding: str, separator: str) -> None:
    text = separator.join(["Größe", "Straße"]) + "\r\n" + separator.join(['"a;b,c"', "ä\u00f6"])
    sheet = sheet_of(text.encode(encoding))
    assert sheet.columns == ["Größe", "Straße"]
    assert sheet.rows == [(2, ["a;b,c", "äö"])]


def test_numbers_and_days_of_a_spreadsheet_are_written_the_german_way() -> None:
    book, out = Workbook(), BytesIO()
    book.active.append(["a", "b", "c", "d"])
    book.active.append([12.5, 3, dt.date(2026, 3, 5), None])
    book.save(out)
    assert sheet_of(out.getvalue()).rows == [(2, ["12,5", "3", "05.03.2026", ""])]


@pytest.mark.parametrize(
    ("text", "number"),
    [("12,5", "12.5"), ("1.234,5", "1234.5"), ("1.234", "1234"), ("-3", "-3"), ("1 000", "1000"), ("", None)],
)  # fmt: skip
def test_german_numbers(text: str, number: str | None) -> None:
    assert decimal_of(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize("text", ["12.5", "1,234.5", "zwölf", "1e5", "=1", "12,", "--1"])
def test_what_may_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(NotRead, match="mit Komma"):
        decimal_of(text)


def test_days_and_years_that_nobody_can_mean() -> None:
    assert day_of("5.3.2026") == day_of("2026-03-05") == dt.date(2026, 3, 5)
    assert year_of("2026") == 2026
    for wrong in ("20255", "1026"):
        with pytest.raises(NotRead, match="kann nicht gemeint sein"):
            year_of(wrong)
    with pytest.raises(NotRead, match="kein Tag"):
        day_of("31.02.2026")


@pytest.mark.parametrize("data", [b"", b"nur ein Kopf;b\n", b"PK\x03\x04kaputt", b"\x00\x01\x02"])
def test_what_is_no_table_is_answered_with_a_sentence(data: bytes) -> None:
    with pytest.raises(NotRead, match=r"gelesen|Kopf"):
        sheet_of(data)


cells = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
    .map(str.strip)
    .filter(lambda one: not one.startswith("'"))
)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@given(rows=st.lists(st.tuples(st.just("x"), cells), min_size=1, max_size=5))
def test_what_is_written_is_read_again(ending: str, rows: list[tuple[str, str]]) -> None:
    sheet = sheet_of(file_of(ending, "Titel", ["a", "b"], rows))
    assert [tuple(row) for _number, row in sheet.rows] == rows

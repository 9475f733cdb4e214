"""Editor → stored → editor and stored → editor → stored are equal; what the editor doesn't know is kept whole."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given

from knowledge.editing.conversion import (
    body_of_lines,
    field_of_lines,
    lines_of_body,
    lines_of_field,
)
from knowledge.editing.lines import Line, Unreadable, from_json, to_json
from knowledge.editing.rich_text import UnknownMarkup, is_safe
from knowledge.editing.targets import shown_to
from tests.editing.texts import texts

KNOWN_RICH_TEXT = (
    '<p data-block-key="a1">Siehe <a linktype="page" id="7">Plan <b>B</b></a> &amp; <i>mehr</i><br/>neue Zeile</p>'
    "<ul><li>eins<ul><li>tief</li></ul><ol><li>erstens</li></ol></li><li>zwei</li></ul><hr/>"
    '<blockquote data-block-key="q">Zitat &lt;b&gt;</blockquote><h3>Kapitel</h3>'
)
STORED: list[dict[str, Any]] = [
    {"type": "heading", "value": "Anfang", "id": "11111111-0000"},
    {"type": "paragraph", "value": KNOWN_RICH_TEXT, "id": "22222222-0000"},
    {"type": "paragraph", "value": "<p>zweiter Block</p>", "id": "22222222-1111"},
    {
        "type": "markdown",
        "id": "33333333-0000",
        "value": {"source": "# x", "html": "<h1>x</h1>", "left_out": []},
    },
    {"type": "paragraph", "value": "<p>a<sup>2</sup></p>", "id": "44444444-0000"},
    {"type": "document", "value": 5, "id": "55555555-0000"},
    {
        "type": "image",
        "value": {"image": 3, "alternative_text": "Brücke", "caption": ""},
        "id": "66666666-0000",
    },
    {
        "type": "table",
        "id": "77777777-0000",
        "value": {
            "data": [["Ort", "Mangel", None], ["Nord\r\nTreppe", "", "EDG"], ["zusammen", None, "x"]],
            "cell": [{"row": 0, "col": 1, "className": "htRight"}],
            "mergeCells": [{"row": 2, "col": 0, "rowspan": 1, "colspan": 2}],
            "first_row_is_table_header": True,
            "first_col_is_header": False,
            "table_caption": "Mängel",
            "table_header_choice": "row",
        },
    },
    {
        "type": "tasks",
        "id": "88888888-0000",
        "value": [{"type": "item", "value": {"text": "<p>tun</p>", "done": True}, "id": "99999999-0000"}],
    },
    {"type": "something_new", "value": {"x": 1}, "id": "00000000-9999"},
]  # fmt: skip


@given(texts())
def test_editor_stored_editor_is_equal(lines: list[Line]) -> None:
    assert from_json(to_json(lines)) == lines
    stored = body_of_lines(lines, [])
    again = lines_of_body(stored)
    assert [line.says for line in again] == [line.says for line in lines]
    # Written once, everything has its key: nothing changes from then on.
    assert body_of_lines(again, stored) == stored
    assert len({block["id"] for block in stored}) == len(stored)


@given(texts(rich=True))
def test_a_field_comes_back_equal(lines: list[Line]) -> None:
    again = lines_of_field(field_of_lines(lines, ""))
    assert [line.says for line in again] == [line.says for line in lines]


def test_opening_and_saving_changes_nothing() -> None:
    before = copy.deepcopy(STORED)
    assert body_of_lines(lines_of_body(STORED), STORED) == before == STORED


@pytest.mark.django_db
def test_a_card_says_how_its_markdown_begins() -> None:
    cards = shown_to(AnonymousUser(), lines_of_body(STORED), STORED)["cards"]
    assert cards["33333333-0000"].endswith(": # x")


def test_a_change_in_one_block_leaves_the_others_and_all_ids() -> None:
    lines = [
        Line(line.key, line.kind, (*line.runs, *line.runs), line.depth, line.data)
        if line.text == "zwei"
        else line
        for line in lines_of_body(STORED)
    ]
    changed = body_of_lines(lines, STORED)
    assert [block["id"] for block in changed] == [block["id"] for block in STORED]
    assert [n for n, block in enumerate(changed) if block != STORED[n]] == [1]
    assert "<li>" not in changed[1]["value"]
    assert "zweizwei" in changed[1]["value"]
    assert 'linktype="page" id="7"' in changed[1]["value"]


def test_a_table_keeps_what_the_editor_does_not_show() -> None:
    lines = lines_of_body(STORED)
    (table,) = [line for line in lines if line.kind == "table"]
    assert table.data["rows"][1:] == [["Nord\nTreppe", "", "EDG"], [["zusammen", 2, 1], "x"]]
    rows = [*table.data["rows"][:2], [["alles", 2, 1], "x"]]
    changed = [
        Line(table.key, "table", data={**table.data, "rows": rows}) if line is table else line
        for line in lines
    ]
    (value,) = [
        block["value"] for block in body_of_lines(changed, STORED) if block["type"] == "table"
    ]
    assert value["data"][2] == ["alles", "", "x"]
    assert value["cell"] == [
        {"row": 0, "col": 1, "className": "htRight"},
        {"row": 2, "col": 1, "hidden": True},
    ]
    assert value["mergeCells"] == [{"row": 2, "col": 0, "rowspan": 1, "colspan": 2}]
    assert value["table_caption"] == "Mängel"


def test_a_heading_in_the_middle_parts_a_block() -> None:
    stored = [{"type": "paragraph", "value": "<p>eins</p><p>zwei</p>", "id": "22222222-0000"}]
    one, two = lines_of_body(stored)
    blocks = body_of_lines([one, Line("neu", "h2", (*one.runs,)), two], stored)
    assert [block["type"] for block in blocks] == ["paragraph", "heading", "paragraph"]
    assert blocks[0]["id"] == "22222222-0000"
    assert len({block["id"] for block in blocks}) == 3


@pytest.mark.parametrize(
    "source",
    ["<p>a<sup>2</sup></p>", "<p>x</p>frei", '<p><a linktype="user" id="1">x</a></p>', "<ul><p>x</p></ul>"],
)  # fmt: skip
def test_unknown_markup_is_refused_not_lost(source: str) -> None:
    with pytest.raises(UnknownMarkup):
        lines_of_field(source)


@pytest.mark.parametrize(
    "rows",
    [None, {}, [1], [["a", "script", []]], [["a", "p", [["x", "", "javascript", "1"]]]], [["a", "table", [], 0, {}]],
     [["a", "p", [3]]], [["a", "figure", [], 0, {"image": "x"}]], [["a", "table", [], 0, {"rows": [["x"] * 4001]}]]],
)  # fmt: skip
def test_what_is_no_text_of_ours_is_refused_with_a_sentence(rows: Any) -> None:
    with pytest.raises(Unreadable, match=r"\w+"):
        from_json(rows)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("https://a.de/x", True), ("/wissen/", True), ("mailto:a@b.de", True), ("tel:110", True), ("#ziel", True),
     ("javascript:alert(1)", False), ("JaVaScRiPt:x", False), ("java\tscript:x", False), ("data:text/html,x", False),
     ("//fremd.de", False), ("/\\fremd.de", False), ("/\t/fremd.de", False), (" javascript:x", False),
     ("http://[", False)],
)  # fmt: skip
def test_links_lead_to_addresses_and_to_no_program(address: str, expected: bool) -> None:
    assert is_safe(address) is expected

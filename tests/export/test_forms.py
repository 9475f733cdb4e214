"""From HTML to blocks, from blocks to each form: nothing breaks, and nothing dangerous goes out."""

from __future__ import annotations

import string
from io import BytesIO
from typing import Any

import docx
import pytest
from django.conf import settings
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from knowledge.export.as_html import html_of
from knowledge.export.as_markdown import markdown_of
from knowledge.export.as_word import word_of
from knowledge.export.drawings import drawing, words_of
from knowledge.export.files import fonts
from knowledge.export.letters import USUAL
from knowledge.export.names import file_name
from knowledge.export.outputs import Download, response_of
from knowledge.export.rasterising import png_of
from knowledge.export.reading import NOT_PRINTED, blocks_of, set_aside
from knowledge.export.sheets import (
    Block,
    Heading,
    Letterhead,
    Run,
    Sheet,
    Table,
    plain,
    sound_headings,
)
from tests.properties import examples

HEAD = Letterhead("Stadt", "Handhabung: intern", "Abgerufen heute")


def read(source: str) -> list[Block]:
    without, drawings = set_aside(source)
    return blocks_of(
        without,
        base_url="https://example.org/seite/",
        keep_picture=lambda address: "",
        keep_drawing=lambda svg: "",
        drawings=drawings,
    )


def sheet(source: str) -> Sheet:
    return Sheet("Titel", HEAD, read(source), {"title": "Titel"})


_TAGS = ["p", "div", "ul", "ol", "li", "table", "tr", "td", "th", "thead", "dl", "dt", "dd", "b", "span", "h2", "h5",
         "figure", "figcaption", "pre", "blockquote", "details", "summary", "a", "form", "nav"]  # fmt: skip
_TREES = st.recursive(
    st.text(string.printable + "äß漢\x00\x0b", max_size=12),
    lambda inner: st.builds(
        lambda tag, children: f'<{tag} colspan="9" rowspan="3">{"".join(children)}</{tag}>',
        st.sampled_from(_TAGS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@examples(30)
@given(st.lists(_TREES, max_size=3))
def test_any_html_becomes_every_form(parts: list[str]) -> None:
    one = sheet("".join(parts))
    assert html_of(one, "").count("<script") == 0
    assert markdown_of(one).startswith('---\ntitle: "Titel"\n---\n')
    docx.Document(BytesIO(word_of(one)))
    for table in (block for block in one.blocks if isinstance(block, Table)):
        for number, row in enumerate(table.rows):
            assert all(number + cell.rows <= len(table.rows) for cell in row)
    levels = [block.level for block in sound_headings(one.blocks) if isinstance(block, Heading)]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))


def test_what_is_nested_without_end_is_read_as_text() -> None:
    for tag in ("div", "b", "ul><li", "table><tr><td", "blockquote"):
        deep = f"<{tag}>" * 600 + "Grund"
        assert "Grund" in markdown_of(sheet(deep)), tag


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "http://[x"]
)  # fmt: skip
def test_dangerous_links_are_text(address: str) -> None:
    (paragraph,) = read(f'<p>Hier <a href="{address}">klicken</a></p>')
    assert plain(paragraph.runs) == "Hier klicken"
    assert not any(run.href for run in paragraph.runs)


def test_own_links_are_whole_addresses() -> None:
    (paragraph,) = read('<p><a href="/a/?b=1&amp;c=2">a</a><a href="#teil">b</a></p>')
    assert [run.href for run in paragraph.runs] == [
        "https://example.org/a/?b=1&c=2",
        "https://example.org/seite/#teil",
    ]


def test_text_cannot_write_html_style_or_front_matter() -> None:
    nasty = '"}</style><script>x</script>\n---\nhandling: "öffentlich"'
    one = Sheet(
        nasty, Letterhead(nasty, nasty, nasty), [Heading(1, [Run(nasty)])], {"title": nasty}
    )
    written = html_of(one, "body { color: red }")
    assert "<script" not in written
    assert written.count("</style>") == 1
    head = markdown_of(one).split("\n")
    assert head[2] == "---", "the front matter has one line"


def test_what_is_not_printed_is_in_no_file() -> None:
    style = (settings.BASE_DIR / "static/css/stadtwissen.css").read_text("utf-8")
    printed = style[style.rindex("@media print") :]
    hidden = printed[printed.index(".sw-header,") : printed.index("display: none")]
    assert {one.strip(" .,{\n") for one in hidden.split(",")} == NOT_PRINTED
    parts = "".join(f'<p class="{name}">weg</p>' for name in NOT_PRINTED)
    assert read(f'{parts}<form><p>weg</p></form><span aria-hidden="true">weg</span>') == []


def test_drawings_keep_their_names_and_become_pictures() -> None:
    source = '<p>a</p><svg viewBox="0 0 300 100"><title>Balken</title><rect class="b" width="300" height="100"/></svg>'
    kept: list[str] = []
    without, drawings = set_aside(source)
    blocks_of(
        without,
        base_url="https://example.org/",
        keep_picture=lambda address: "",
        keep_drawing=lambda svg: kept.append(svg) or "d",  # type: ignore[func-returns-value]
        drawings=drawings,
    )
    assert 'viewBox="0 0 300 100"' in kept[0]
    assert words_of(kept[0]) == "Balken"
    made = drawing(kept[0], ".b { fill: #003b7a }")
    with Image.open(BytesIO(png_of(made.content))) as image:
        assert image.size == (600, 200)
        assert image.convert("RGB").getpixel((300, 100)) == (0, 0x3B, 0x7A)


def test_a_drawing_reads_no_file_and_no_entity() -> None:
    evil = (
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]><svg xmlns="http://www.w3.org/2000/svg" '
        'viewBox="0 0 10 10"><text>&x;</text><image href="file:///etc/passwd" width="9" height="9"/></svg>'
    )
    assert png_of(drawing(evil).content).startswith(b"\x89PNG")
    assert b"root:" not in drawing(evil).content


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Übergabe an Straße", "uebergabe-an-strasse.pdf"), ("../../etc/passwd", "etcpasswd.pdf"),
        ("CON", "seite-con.pdf"),
        ("", "seite.pdf"), ("漢字", "seite.pdf"), ("a" * 300, f"{'a' * 80}.pdf"), ('a"b\r\nX: y', "ab-x-y.pdf"),
    ],
)  # fmt: skip
def test_names_of_files_harm_nobody(title: str, name: str) -> None:
    assert file_name(title, "pdf") == name


@pytest.mark.parametrize("style", ["Regular", "Italic", "SemiBold"])
def test_our_typeface_has_the_usual_letters(style: str) -> None:
    with TTFont(fonts()[style]) as font:
        assert {ord(letter) for letter in USUAL} <= set(font.getBestCmap())


@pytest.mark.parametrize("content", [b"%PDF", BytesIO(b"%PDF")])
def test_a_file_is_kept_by_nobody_on_the_way_and_not_guessed_at(content: Any) -> None:
    answer = response_of(Download("bericht.pdf", content, "application/pdf"))
    assert b"".join(answer) == b"%PDF"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="bericht.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"

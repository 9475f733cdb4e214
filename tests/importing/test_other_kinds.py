"""OpenDocument, PDF, HTML and CSV: what they show is what is read, kind by kind."""

from __future__ import annotations

import io

import pikepdf
import pytest
from fpdf import FPDF

from knowledge.importing.extraction import BlockKind, Extraction, extract_bytes
from knowledge.importing.extraction.pdf.document import joined_words
from knowledge.importing.extraction.pdf.fonts import hides_letters, with_letters
from knowledge.importing.extraction.results import Loss
from knowledge.importing.extraction.sniffing import recognise
from knowledge.text import PlainText
from tests.importing import builders


def read(data: bytes, name: str) -> Extraction:
    extraction = extract_bytes(data, name=name)
    assert extraction.reason is None, extraction.reason
    return extraction


def text_of(extraction: Extraction) -> str:
    return "\n".join(extraction.pages)


def rows_of(extraction: Extraction) -> tuple[tuple[str, ...], ...]:
    return next(block.rows for block in extraction.blocks if block.kind is BlockKind.TABLE)


# --- OpenDocument -----------------------------------------------------------------------------------

_NAMES = "office text table draw presentation style form"
_URN = "urn:oasis:names:tc:opendocument:xmlns"
_URNS = {"draw": "drawing"}


def flat(body: str, *, kind: str = "text", styles: str = "") -> bytes:
    """Return a flat OpenDocument file."""
    spaces = " ".join(
        f'xmlns:{name}="{_URN}:{_URNS.get(name, name)}:1.0"' for name in _NAMES.split()
    )
    spaces += ' xmlns:math="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return (
        f'<office:document {spaces} office:mimetype="application/vnd.oasis.opendocument.{kind}">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    ).encode()


def style(name: str, properties: str) -> str:
    return f'<style:style style:name="{name}">{properties}</style:style>'


def test_hidden_text_of_an_odt_is_left_out() -> None:
    hidden = style("G", '<style:text-properties text:display="none"/>')
    body = (
        '<text:p>Offen<text:span text:style-name="G"> geheim</text:span>.</text:p>'
        '<text:p text:style-name="G">geheim</text:p>'
        '<text:section text:display="none"><text:p>geheim</text:p></text:section>'
        '<text:p><text:hidden-paragraph text:is-hidden="true"/>geheim</text:p>'
    )
    found = read(flat(body, styles=hidden), "a.fodt")
    assert text_of(found) == "Offen."
    assert found.lost == {Loss.HIDDEN_TEXT: 4}


def test_lists_of_an_odt_keep_their_numbers() -> None:
    numbers = (
        '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="a" '
        'style:num-suffix=")"/></text:list-style>'
    )
    body = (
        '<text:list text:style-name="L"><text:list-item><text:p>eins</text:p></text:list-item></text:list>'
        '<text:p>Dazwischen.</text:p><text:list text:style-name="L" text:continue-numbering="true">'
        "<text:list-item><text:p>zwei</text:p></text:list-item></text:list>"
    )
    assert text_of(read(flat(body, styles=numbers), "a.fodt")) == "a) eins\nDazwischen.\nb) zwei"


def test_tables_of_an_odt_with_lists_and_tables_in_cells() -> None:
    def cells(*inner: str) -> str:
        return "".join(f"<table:table-cell>{one}</table:table-cell>" for one in inner)

    def table(*rows: str) -> str:
        return (
            "<table:table>"
            + "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
            + "</table:table>"
        )

    point = "<text:list-item><text:p>{}</text:p></text:list-item>"
    points = f"<text:list>{point.format('Lampe')}{point.format('Mast')}</text:list>"
    inner = table(cells("<text:p>Wer</text:p>", "<text:p>Bis</text:p>"))
    found = read(
        flat(table(cells("<text:p>TOP</text:p>", "<text:p>Was</text:p>"), cells(points, inner))),
        "a.fodt",
    )
    assert rows_of(found) == (("TOP", "Was"), ("Lampe\nMast", "Wer | Bis"))


def test_text_boxes_formulas_and_controls_of_an_odt() -> None:
    box = '<form:checkbox form:id="c" form:label="erledigt" form:current-state="checked"/>'
    forms = f"<office:forms><form:form>{box}</form:form></office:forms>"
    box = "<draw:frame><draw:text-box><text:p>Im Kasten</text:p></draw:text-box></draw:frame>"
    fraction = "<math:mfrac><math:mi>a</math:mi><math:mn>2</math:mn></math:mfrac>"
    formula = (
        f"<draw:frame><draw:object><math:math>{fraction}</math:math></draw:object></draw:frame>"
    )
    body = f'{forms}<text:p>Es gilt {formula}{box}.</text:p><text:p><draw:control draw:control="c"/></text:p>'
    assert text_of(read(flat(body), "a.fodt")) == "Es gilt a/2 .\nIm Kasten\n☒ erledigt"


def test_hidden_slides_and_sheets_of_opendocument() -> None:
    hidden = style("H", '<style:drawing-page-properties presentation:visibility="hidden"/>')
    page = "<draw:page{}><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></draw:page>"
    slides = (
        page.format("", "Erste")
        + page.format(' draw:style-name="H"', "geheim")
        + page.format("", "Dritte")
    )
    found = read(flat(slides, kind="presentation", styles=hidden), "a.fodp")
    assert found.pages == ("Erste", "", "Dritte")
    sheet = (
        '<table:table table:name="Liste"><table:table-column/><table:table-column table:visibility="collapse"/>'
        "<table:table-row><table:table-cell><text:p>Ort</text:p></table:table-cell><table:table-cell><text:p>geheim"
        '</text:p></table:table-cell></table:table-row><table:table-row table:visibility="filter"><table:table-cell>'
        "<text:p>geheim</text:p></table:table-cell></table:table-row></table:table>"
        '<table:table table:name="geheim" table:style-name="T"><table:table-row/></table:table>'
    )
    closed = style("T", '<style:table-properties table:display="false"/>')
    found = read(flat(sheet, kind="spreadsheet", styles=closed), "a.fods")
    assert "geheim" not in text_of(found)
    assert found.lost == {Loss.HIDDEN_ROWS: 1, Loss.HIDDEN_SHEETS: 1}


# --- PDF --------------------------------------------------------------------------------------------


def annotated(*annotations: dict[str, object], text: str) -> bytes:
    """Return a PDF of one page with annotations, each a dictionary of its own entries."""
    document = pikepdf.open(io.BytesIO(builders.pdf(text)))
    page = document.pages[0]
    made = [
        document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                **{
                    key: pikepdf.Name(value)
                    if isinstance(value, str) and value[:1] == "/"
                    else value
                    for key, value in one.items()
                },
            )
        )
        for one in annotations
    ]
    page.Annots = pikepdf.Array(made)
    fields = [one for one in made if one.Subtype == "/Widget"]
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(fields))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_stamps_and_remarks_in_sight_are_read_and_sticky_notes_counted() -> None:
    data = annotated(
        {"Subtype": "/FreeText", "Rect": [300, 300, 400, 320], "Contents": "Genehmigt Salbei", "DA": "/Helv 9 Tf"},
        {"Subtype": "/FreeText", "Rect": [300, 200, 400, 220], "Contents": "geheim", "F": 2, "DA": "/Helv 9 Tf"},
        {"Subtype": "/Text", "Rect": [10, 10, 20, 20], "Contents": "Bitte prüfen"},
        text="Antrag auf eine Ausnahme vom Halteverbot",
    )  # fmt: skip
    found = read(data, "a.pdf")
    assert "Genehmigt Salbei" in text_of(found)
    assert "geheim" not in text_of(found)
    assert "Bitte prüfen" not in text_of(found)
    assert found.lost == {Loss.COMMENTS: 1}


def test_values_of_fields_stand_after_their_labels() -> None:
    area = [250, 790, 400, 812]  # beside the first line, 18 points high below a margin of 28
    data = annotated(
        {"Subtype": "/Widget", "FT": "/Tx", "T": "ort", "V": "Nordmarkt", "Rect": area},
        text="Ort der Begehung:",
    )
    assert "Ort der Begehung: Nordmarkt" in text_of(read(data, "a.pdf"))


@pytest.mark.parametrize("stroke", ["-", "\u2010", "\u00ad"])
def test_strokes_at_line_ends_of_a_text(stroke: str) -> None:
    assert joined_words(f"Die Beleuch{stroke}\ntung und Haupt{stroke}\nund Nebenwege").startswith(
        "Die Beleuchtung und"
    )


def test_ligatures_in_the_program_of_a_font() -> None:
    program = b"%!PS-AdobeFont-1.0\n/Encoding 256 array\ndup 85 /f_f put\ndup 86 /f_f_i put\ndup 97 /a put\n"
    document = pikepdf.open(io.BytesIO(builders.pdf("Begriffe")))
    descriptor = pikepdf.Dictionary(FontFile=document.make_stream(program))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, FontDescriptor=descriptor
    )
    document.Root.Probe = document.make_indirect(font)
    buffer = io.BytesIO()
    document.save(buffer)
    mended = with_letters(buffer.getvalue())
    assert mended is not None
    again = pikepdf.open(io.BytesIO(mended))
    table = again.Root.Probe.ToUnicode.read_bytes()
    assert b"<55> <00660066>\n<56> <006600660069>" in table
    assert hides_letters("BegriUe sind deVniert")
    assert with_letters(builders.pdf("Begriffe")) is None
    assert with_letters(b"%PDF-1.7 kaputt") is None


LEFT = (
    "Die Stadt erneuert im Herbst die Beleuch-", "tung am Platz. Der Bezirk hat dem Plan im",
    "Mai zugestimmt, das Geld ist im Haus-", "halt eingestellt und freigegeben worden.",
    "Die Arbeiten beginnen im September und", "dauern etwa acht Wochen, wenn das Wet-", "ter mitspielt.",
)  # fmt: skip
RIGHT = (
    "Das Ordnungsamt kontrolliert wöchent-", "lich den Markt. Die Polizei begleitet die",
    "Streifen und berichtet im Beirat über ge-", "meldete Vorfälle und ihre Entwicklung im",
    "Verlauf des Jahres. Die EDG leert die Be-", "hälter täglich und reinigt die Wege, auch", "am Wochenende.",
)  # fmt: skip


def by_rows(left: tuple[str, ...], right: tuple[str, ...]) -> bytes:
    """Return a PDF whose two columns were written row by row, below a heading."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=18)
    document.cell(0, 12, "Bericht zur Lage", new_x="LMARGIN", new_y="NEXT")
    document.set_font("Helvetica", size=11)
    for one, other in zip(left, right, strict=True):
        document.cell(90, 6, one)
        document.cell(90, 6, other, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def test_columns_written_row_by_row_are_read_one_after_the_other() -> None:
    text = " ".join(read(by_rows(LEFT, RIGHT), "a.pdf").pages[0].split())
    assert text.startswith(
        "Bericht zur Lage Die Stadt erneuert im Herbst die Beleuchtung am Platz."
    )
    assert "wenn das Wetter mitspielt. Das Ordnungsamt kontrolliert wöchentlich den Markt." in text
    assert "leert die Behälter täglich" in text


def test_rows_of_a_table_in_a_pdf_stay_rows() -> None:
    names = ("Ort", "Nordmarkt", "Westpark", "Hafen", "Eving", "Hörde", "Mengede")
    text = read(by_rows(names, tuple(f"{number} Fälle" for number in range(7))), "a.pdf").pages[0]
    assert "Nordmarkt 1 Fälle" in text


def test_words_with_space_between_their_letters_are_whole() -> None:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=11)
    document.set_char_spacing(2)
    place = 20.0
    for word in (
        "Nordmarkt",
        "Streife",
    ):  # as text recognition writes them: the last letter by itself
        for letters, after in ((word[:-1], 0), (word[-1], 4)):
            document.text(place, 30, letters)
            place += document.get_string_width(letters) + after
    document.set_char_spacing(0)
    document.text(20, 40, "Ein Text ohne Sperrung.")
    text = read(bytes(document.output()), "a.pdf").pages[0]
    assert text == "Nordmarkt Streife\nEin Text ohne Sperrung."


# --- HTML, CSV, text --------------------------------------------------------------------------------


def test_lists_in_cells_of_a_web_page_keep_the_table_and_hidden_parts_are_left_out() -> None:
    body = (
        "<table><tr><th>TOP</th><th>Wer</th></tr><tr><td>Licht<ul><li>Lampe</li><li>Mast</li></ul></td><td><p>Amt</p>"
        '<p>EDG</p></td></tr></table><p style="display: none">geheim</p><p hidden>geheim</p>'
    )
    found = read(builders.html(body), "a.html")
    assert rows_of(found) == (("TOP", "Wer"), ("Licht\nLampe\nMast", "Amt\nEDG"))
    assert "geheim" not in text_of(found)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separator_that_excel_names(separator: str) -> None:
    data = f"sep={separator}\nOrt{separator}Zahl\nEving{separator}3\n".encode("cp1252")
    assert rows_of(read(data, "a.csv")) == (("Ort", "Zahl"), ("Eving", "3"))


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202b", "\u2068", "\u200b", "\u00ad"])
def test_invisible_marks_inside_words_are_left_out(mark: str) -> None:
    assert "Wachschutzdienstplan" in text_of(
        read(f"Der Wach{mark}schutzdienstplan.".encode(), "a.txt")
    )


def test_nested_lists_of_the_editor_are_lines_for_the_search() -> None:
    text = PlainText()
    text.add_html("<ul><li>Beleuchtung<ul><li>Wallring</li></ul></li><li>Graffiti</li></ul>")
    assert text.body == "Beleuchtung\nWallring\nGraffiti"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Name, Vorname, Titel;Ort\nA, B, C;D\n", ("Name, Vorname, Titel", "Ort")),
        ('"Ort\nTeil";Lage\nA;B\n', ("Ort\nTeil", "Lage")),
        ("Ort;Lage\rA;B\r", ("Ort", "Lage")),
        ("Ort\tLage\nA\tB, C\n", ("Ort", "Lage")),
    ],
)
def test_columns_are_told_by_several_rows(text: str, first: tuple[str, ...]) -> None:
    assert rows_of(read(text.encode(), "a.tsv"))[0] == first


def test_what_the_styles_of_a_page_hide_is_left_out() -> None:
    styles = "<style>p.weg, #fort { display : none } @media print { .da { display: none } }</style>"
    page = builders.html(
        f"{styles}<p class=weg>geheim</p><div id=fort>geheim</div><p class=da>offen</p>"
    )
    assert text_of(read(page, "a.html")) == "offen"


def test_running_title_from_the_second_of_three_pages_on() -> None:
    pages = (
        "Lage\nim Quartier und weiter",
        "Kopf Wache 2\nBeleuchtung fehlt",
        "Kopf Wache 3\nam Wallring",
    )
    assert "Kopf" not in text_of(read(builders.pdf(*pages), "a.pdf"))


@pytest.mark.parametrize("name", ["a.doc", "a.xml"])
def test_office_2003_in_xml_is_known_by_its_program(name: str) -> None:
    document = b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>'
    assert recognise(document, name=name) == "doc"

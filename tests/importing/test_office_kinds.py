"""What Word, Excel and PowerPoint show is what is read: kind by kind, in files with nothing else in them."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from knowledge.importing.extraction import BlockKind, Extraction, extract_bytes
from knowledge.importing.extraction.office.number_formats import shown
from knowledge.importing.extraction.results import Loss
from knowledge.importing.sources import title_and_blocks
from tests.importing import builders
from tests.importing import office_parts as office
from tests.importing.office_parts import item, paragraph, run


def read(data: bytes, name: str = "a.docx") -> Extraction:
    extraction = extract_bytes(data, name=name)
    assert extraction.reason is None, extraction.reason
    return extraction


def text_of(extraction: Extraction) -> str:
    return "\n".join(extraction.pages)


def html_of(extraction: Extraction) -> str:
    return "".join(block.text for block in extraction.blocks if block.kind is BlockKind.TEXT)


def rows_of(extraction: Extraction) -> tuple[tuple[str, ...], ...]:
    return next(block.rows for block in extraction.blocks if block.kind is BlockKind.TABLE)


# --- lists ------------------------------------------------------------------------------------------


def test_numbers_go_on_after_a_paragraph() -> None:
    body = item("eins") + item("zwei") + paragraph("Dazwischen.") + item("drei")
    found = read(office.word(body, numbering=office.numbering(("decimal", "%1."))))
    assert html_of(found) == "<ol><li>eins</li><li>zwei</li></ol><p>Dazwischen.</p><p>3. drei</p>"


def test_letters_and_roman_numbers_are_said() -> None:
    numbering = office.numbering(("lowerLetter", "%1)"), ("lowerRoman", "%2."))
    body = item("Anlass") + item("Ort", 1) + item("Zeit", 1) + item("Ergebnis")
    found = read(office.word(body, numbering=numbering))
    assert text_of(found).split("\n") == ["a) Anlass", "i. Ort", "ii. Zeit", "b) Ergebnis"]


def test_numbers_below_an_ordinary_list_stand_in_its_items() -> None:
    numbering = office.numbering(("decimal", "%1."), ("lowerLetter", "%2)"))
    body = item("Eins") + item("Ort", 1) + item("Zeit", 1) + item("Zwei")
    found = read(office.word(body, numbering=numbering))
    assert html_of(found) == "<ol><li>Eins<br/>a) Ort<br/>b) Zeit</li><li>Zwei</li></ol>"


def test_numbers_of_several_levels_and_restarts() -> None:
    numbering = office.numbering(("decimal", "%1"), ("decimal", "%1.%2"))
    body = item("A") + item("B", 1) + item("C", 1) + item("D") + item("E", 1)
    found = read(office.word(body, numbering=numbering))
    assert "1.2 C" in text_of(found)
    assert "2.1 E" in text_of(found)


# --- fields and forms -------------------------------------------------------------------------------


def test_fields_of_old_forms_show_what_was_filled_in() -> None:
    ticked = "<w:ffData><w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox></w:ffData>"
    empty = "<w:ffData><w:checkBox><w:default w:val='0'/></w:checkBox></w:ffData>"
    chosen = (
        "<w:ffData><w:ddList><w:result w:val='1'/><w:listEntry w:val='Nord'/>"
        "<w:listEntry w:val='Süd'/></w:ddList></w:ffData>"
    )
    body = (
        "<w:p>"
        + office.field("FORMCHECKBOX", "", ticked) + run(" ja ")
        + office.field("FORMCHECKBOX", "", empty) + run(" nein, Bezirk ")
        + office.field("FORMDROPDOWN", "", chosen) + run(", Name ")
        + office.field("FORMTEXT", run("Frau Yıldız"))
        + "</w:p>"
    )  # fmt: skip
    assert text_of(read(office.word(body))) == "☒ ja ☐ nein, Bezirk Süd, Name Frau Yıldız"


def test_boxes_of_wingdings() -> None:
    signs = "".join(
        f'<w:r><w:sym w:font="Wingdings" w:char="{code}"/></w:r>' for code in ("F0FE", "F0A8")
    )
    assert text_of(read(office.word(f"<w:p>{signs}{run('erledigt')}</w:p>"))) == "☑☐erledigt"


@pytest.mark.parametrize("signs", ["\uf0fe\uf06f", "þo"])
def test_boxes_written_in_wingdings(signs: str) -> None:
    letters = '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'
    body = "".join(
        run(sign, letters) + run(word) for sign, word in zip(signs, (" ja ", " nein"), strict=True)
    )
    assert text_of(read(office.word(f"<w:p>{body}</w:p>"))) == "☑ ja ☐ nein"


def test_link_in_a_field_is_a_link_and_contents_are_left_out() -> None:
    link = office.field('HYPERLINK "https://example.org/x"', run("Stadtplan"))
    contents = f"<w:p>{office.field('TOC', run('Anlass 3'))}</w:p>"
    found = read(office.word(f"{contents}<w:p>{link}</w:p>"))
    assert html_of(found) == '<p><a href="https://example.org/x">Stadtplan</a></p>'


def test_placeholder_of_an_empty_content_control_is_left_out() -> None:
    def control(state: str, text: str) -> str:
        return f"<w:sdt><w:sdtPr>{state}</w:sdtPr><w:sdtContent>{run(text)}</w:sdtContent></w:sdt>"

    body = f"<w:p>{run('Leitung: ')}{control('', 'Müller')} {control('<w:showingPlcHdr/>', 'Klicken')}</w:p>"
    assert text_of(read(office.word(body))) == "Leitung: Müller"


# --- parts of the page ------------------------------------------------------------------------------


def test_headers_and_footers_come_once_without_page_numbers() -> None:
    header = paragraph("Az. 32/5-2 Flieder")
    page, pages = office.field("PAGE", run("1")), office.field("NUMPAGES", run("9"))
    footer = f"<w:p>{run('Seite ')}{page}{run(' von ')}{pages}</w:p>"
    found = read(office.word(paragraph("Text."), header_1=header, header_2=header, footer_1=footer))
    assert text_of(found) == "Text.\nAz. 32/5-2 Flieder"


def test_notes_stand_at_the_end() -> None:
    foot, end = (f"<w:r><w:{kind}Reference w:id='2'/></w:r>" for kind in ("footnote", "endnote"))
    body = f"<w:p>{run('Siehe')}{foot}{run(' dort')}{end}</w:p>"
    notes = {
        "footnotes": f'<w:footnote w:id="2">{paragraph("Erlass vom Mai")}</w:footnote>',
        "endnotes": f'<w:endnote w:id="2">{paragraph("Anlage")}</w:endnote>',
    }
    assert text_of(read(office.word(body, **notes))) == (
        "Siehe [1] dort [2]\n[1] Erlass vom Mai\n[2] Anlage"
    )


def test_text_box_with_a_fallback_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('Im Kasten')}</w:txbxContent>"
    body = (
        f"<w:p>{run('Davor')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}"
        f"</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert text_of(read(office.word(body))) == "Davor\nIm Kasten"


def test_text_box_with_nothing_but_a_fallback_is_read() -> None:
    box = f"<w:txbxContent>{paragraph('Alter Kasten')}</w:txbxContent>"
    body = f"<w:p>{run('Davor')}<w:r><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r></w:p>"
    assert text_of(read(office.word(body))) == "Davor\nAlter Kasten"


def test_formulas_are_text() -> None:
    def letters(text: str) -> str:
        return f"<m:r><m:t>{text}</m:t></m:r>"

    fraction = f"<m:f><m:num>{letters('a+b')}</m:num><m:den>{letters('2')}</m:den></m:f>"
    body = f"<w:p>{run('Es gilt')}<m:oMath>{letters('x=')}{fraction}</m:oMath>{run('.')}</w:p>"
    assert text_of(read(office.word(body))) == "Es gilt x=(a+b)/2 ."


def test_diagram_of_smart_art_is_text() -> None:
    drawing = '<w:drawing><a:graphic><dgm:relIds r:dm="diagram_1"/></a:graphic></w:drawing>'
    diagram = "<a:p><a:r><a:t>Leitstelle</a:t></a:r></a:p><a:p><a:r><a:t>Wache</a:t></a:r></a:p>"
    found = read(office.word(f"<w:p><w:r>{drawing}</w:r></w:p>", diagram_1=diagram))
    assert text_of(found) == "Leitstelle\nWache"


# --- hidden and open --------------------------------------------------------------------------------

STYLES = (
    '<w:style w:styleId="Geheim"><w:name w:val="Geheim"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="Auch"><w:name w:val="Auch"/><w:basedOn w:val="Geheim"/></w:style>'
)


@pytest.mark.parametrize(
    "hidden",
    [
        paragraph("verborgen", '<w:pStyle w:val="Auch"/>'),
        "<w:p>" + run("verborgen", '<w:rStyle w:val="Geheim"/>') + "</w:p>",
        f"<w:p>{run('verborgen', '<w:vanish/>')}</w:p>",
        "<w:p><w:del><w:r><w:delText>verborgen</w:delText></w:r></w:del></w:p>",
        f"<w:p><w:moveFrom>{run('verborgen')}</w:moveFrom></w:p>",
    ],
)
def test_hidden_and_removed_text_is_left_out(hidden: str) -> None:
    visible = "<w:p>" + run("sichtbar", '<w:vanish w:val="0"/>') + "</w:p>"
    found = read(office.word(hidden + visible, styles=STYLES))
    assert text_of(found) == "sichtbar"
    assert sum(found.lost.values()) == 1


def test_hidden_text_box_is_left_out() -> None:
    box = f"<w:txbxContent>{paragraph('verborgen')}</w:txbxContent>"
    drawing = f"<w:drawing><wps:docPr hidden='1'/><wps:txbx>{box}</wps:txbx></w:drawing>"
    found = read(office.word(f"<w:p>{run('sichtbar')}<w:r>{drawing}</w:r></w:p>"))
    assert text_of(found) == "sichtbar"
    assert found.lost[Loss.HIDDEN_TEXT] == 1


@pytest.mark.parametrize(
    "mark", list("\u200e\u200f\u202a\u2066\u061c\u180e\u034f\u2063\u200c\u200d")
)
def test_invisible_marks_inside_words_of_a_document(mark: str) -> None:
    assert (
        text_of(read(office.word(paragraph(f"Wachschutz{mark}dienstplan"))))
        == "Wachschutzdienstplan"
    )


def test_comments_and_changes_are_counted() -> None:
    body = f"<w:p>{run('Alt')}<w:ins w:id='1'>{run(' und neu')}</w:ins></w:p>"
    comments = '<w:comment w:id="0"/><w:comment w:id="1"/>'
    found = read(office.word(body, comments=comments))
    assert text_of(found) == "Alt und neu"
    assert found.lost == {Loss.COMMENTS: 2, Loss.CHANGES: 1}


def test_hidden_rows_of_a_table_are_left_out() -> None:
    row = f"<w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{paragraph('geheim')}</w:tc><w:tc>{paragraph('x')}</w:tc></w:tr>"
    table = office.table(["Ort", "Zeit"], ["Eving", "9 Uhr"]).replace("</w:tbl>", f"{row}</w:tbl>")
    assert "geheim" not in text_of(read(office.word(table)))


# --- tables -----------------------------------------------------------------------------------------


def test_tables_and_paragraphs_in_cells_keep_the_table() -> None:
    inner = office.table(["Wer", "Bis"], ["EDG", "Mai"])
    many = paragraph("Erstens.") + paragraph("Zweitens.")
    found = read(
        office.word(
            office.table(
                ["TOP", "Was", "Wer"], ["1", many, inner + "<w:p/>"], ["2", "Graffiti", "Amt"]
            )
        )
    )
    assert rows_of(found)[1] == ("1", "Erstens.\nZweitens.", "Wer | Bis\nEDG | Mai")
    assert "1 | Erstens. Zweitens. | Wer | Bis EDG | Mai" in text_of(found)


def test_merged_cells_are_said_in_each_row() -> None:
    def cell(text: str, properties: str) -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    wide = cell("Beide", '<w:gridSpan w:val="2"/>')
    first = cell("Tiefbauamt", '<w:vMerge w:val="restart"/>')
    rest = cell("", "<w:vMerge/>")
    one, two = cell("Lampen", ""), cell("Masten", "")
    rows = f"<w:tr>{wide}</w:tr><w:tr>{first}{one}</w:tr><w:tr>{rest}{two}</w:tr>"
    found = read(office.word(f"<w:tbl>{rows}</w:tbl>"))
    assert rows_of(found) == (("Beide", ""), ("Tiefbauamt", "Lampen"), ("Tiefbauamt", "Masten"))


@pytest.mark.parametrize(
    ("rows", "has_head"),
    [
        ((["TOP", "Thema", "Wer"], ["1", "Licht", "Amt"], ["2", "Müll", "EDG"]), True),
        ((["Ort", "Rathaus"], ["Leitung", "Frau Weiß"], ["Beginn", "9 Uhr"]), False),
        ((["1", "Licht", "Amt"], ["2", "Müll", "EDG"], ["3", "Lärm", "Amt"]), False),
    ],
)
def test_first_row_is_a_head_if_it_reads_like_one(
    rows: tuple[list[str], ...], has_head: bool
) -> None:
    table = next(
        block
        for block in read(office.word(office.table(*rows))).blocks
        if block.kind is BlockKind.TABLE
    )
    assert table.has_header is has_head


# --- Excel ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (46093, "DD.MM.YYYY", "12.03.2026"),
        (46320.375, "DD.MM.YYYY HH:MM", "25.10.2026 09:00"),
        (46093, "dddd, d. mmmm yyyy", "Donnerstag, 12. März 2026"),
        (46093, "[$-407]d. mmm yy;@", "12. Mär 26"),
        (0.5, "h:mm", "12:00"),
        (0.9999999, "hh:mm:ss", "00:00:00"),
        (1.5, "[h]:mm", "36:00"),
        (0.756, "0.0%", "75,6%"),
        (0.19, "0%", "19%"),
        (1234.5, '#,##0.00 "€"', "1.234,50 €"),
        (-1234.5, "#,##0.00 [$€-407];[Red]-#,##0.00 [$€-407]", "-1.234,50 €"),
        (1234567, "#,##0", "1.234.567"),
        (7, "000", "007"),
        (0.1 + 0.2, "", "0,3"),
        (231502345678, "", "231502345678"),
        (3, "General", "3"),
        (12, '0 "Fälle"', "12 Fälle"),
        (0, '0;-0;"keine"', "keine"),
        (44136, "mmm yyyy", "Nov 2020"),
        (1.5, "#,##0.##", "1,5"),
        (1200, "0.00E+00", "1,20E+03"),
    ],
)
def test_numbers_as_excel_shows_them(value: float, code: str, expected: str) -> None:
    assert shown(value, code) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (46093, "m/d/yyyy", "12.03.2026"),  # days before months, whoever made the file
        (46093, "TT.MM.JJJJ", "12.03.2026"),
        (1.5, "# ?/?", "1 1/2"),
    ],
)
def test_formats_of_other_countries(value: float, code: str, expected: str) -> None:
    assert shown(value, code) == expected


def test_what_nobody_sees_of_a_sheet_is_left_out() -> None:
    def cell(place: str, text: str, style: int = 0) -> str:
        return f'<s:c r="{place}" t="inlineStr" s="{style}"><s:is><s:t>{text}</s:t></s:is></s:c>'

    rows = (
        f'<s:row ht="0" customHeight="1">{cell("A1", "geheim")}</s:row>'
        f"<s:row>{cell('A2', 'Ort')}{cell('B2', 'geheim')}{cell('C2', 'geheim', 1)}</s:row>"
    )
    found = read(
        office.sheet(
            rows,
            before='<s:cols><s:col min="2" max="2" width="0"/></s:cols>',
            styles='<s:numFmts><s:numFmt numFmtId="164" formatCode=";;;"/></s:numFmts>'
            '<s:cellXfs><s:xf numFmtId="0"/><s:xf numFmtId="164"/></s:cellXfs>',
        ),
        "a.xlsx",
    )
    assert text_of(found) == "Liste\nOrt"


def test_days_count_from_1904_where_the_file_says_so() -> None:
    assert shown(46093 - 1462, "dd.mm.yyyy", is_1904=True) == "12.03.2026"


def test_booleans_shared_strings_and_columns_without_references() -> None:
    rows = (
        '<s:row><s:c t="s"><s:v>0</s:v></s:c><s:c t="b"><s:v>1</s:v></s:c><s:c><s:v>2.5</s:v></s:c></s:row>'
        '<s:row><s:c r="A2" t="inlineStr"><s:is><s:r><s:t>Zeile\nzwei</s:t></s:r></s:is></s:c>'
        '<s:c r="C2" t="e"><s:v>#N/A</s:v></s:c></s:row>'
    )
    strings = (
        "<s:si><s:r><s:t>Stra</s:t></s:r><s:r><s:t>ße</s:t></s:r><s:rPh><s:t>x</s:t></s:rPh></s:si>"
    )
    found = read(office.sheet(rows, strings=strings), "a.xlsx")
    assert rows_of(found) == (("Straße", "WAHR", "2,5"), ("Zeile\nzwei", "", "#N/A"))


def test_hidden_sheets_rows_and_columns_are_left_out() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Name", "Wohnung", "Ort"], ["A", "geheim1", "Eving"], ["geheim2", "x", "y"]):
        sheet.append(row)
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    hidden = book.create_sheet("geheim3")
    hidden["A1"] = "geheim4"
    hidden.sheet_state = "veryHidden"
    buffer = io.BytesIO()
    book.save(buffer)
    found = read(buffer.getvalue(), "a.xlsx")
    assert "geheim" not in text_of(found)
    assert rows_of(found) == (("Name", "Ort"), ("A", "Eving"))
    assert found.lost == {Loss.HIDDEN_ROWS: 1, Loss.HIDDEN_SHEETS: 1}
    assert len(found.pages) == 2


# --- PowerPoint -------------------------------------------------------------------------------------


def test_slides_keep_breaks_lists_notes_and_numbers() -> None:
    lines = "<a:p><a:r><a:t>Lampe</a:t></a:r><a:br/><a:r><a:t>Mast</a:t></a:r></a:p>"
    numbered = "".join(
        f'<a:p><a:pPr><a:buAutoNum type="alphaLcParenR"/></a:pPr><a:r><a:t>{text}</a:t></a:r></a:p>'
        for text in ("Anlass", "Verlauf")
    )
    found = read(
        office.presentation(
            office.shape("Text vor dem Titel")
            + office.shape("Lage", kind="title")
            + office.shape(lines),
            office.shape("geheim"),
            office.shape(numbered, kind="body") + office.shape("3", kind="sldNum"),
            hidden=(2,),
            notes={1: "Bitte langsam sprechen"},
        ),
        "a.pptx",
    )
    assert found.pages == (
        "Lage\nText vor dem Titel\nLampe\nMast\nNotizen\nBitte langsam sprechen",
        "",
        "a) Anlass\nb) Verlauf",
    )
    assert found.lost == {Loss.HIDDEN_SLIDES: 1}


def test_groups_and_hidden_shapes() -> None:
    hidden = office.shape("geheim").replace("<p:cNvPr/>", '<p:cNvPr hidden="1"/>')
    found = read(
        office.presentation(
            f"<p:grpSp><p:grpSp>{office.shape('innen')}</p:grpSp>{hidden}</p:grpSp>"
        ),
        "a.pptx",
    )
    assert found.pages == ("innen",)


def test_text_of_the_master_is_read_once_without_what_it_keeps_place_for() -> None:
    found = read(
        office.presentation(
            office.shape("Lage"),
            office.shape("Folgen"),
            master=office.shape("Stadt Dortmund") + office.shape("Titel einfügen", kind="title"),
            layout=office.shape("Nur für den Dienstgebrauch"),
        ),
        "a.pptx",
    )
    assert found.pages == ("Lage\nNur für den Dienstgebrauch\nStadt Dortmund", "Folgen")


# --- sound files ------------------------------------------------------------------------------------


def test_styles_without_type_and_main_parts_of_other_names() -> None:
    styles = '<w:style w:styleId="x"><w:name w:val="heading 2"/></w:style>'
    body = paragraph("Unterpunkt", '<w:pStyle w:val="x"/>') + paragraph("Text.")
    found = read(office.word(body, main="word/neu/document9.xml", styles=styles))
    assert found.headings == ("Unterpunkt",)


@pytest.mark.parametrize("name", ["a.docx", "vorlage.dotx", "makro.docm", "makro.dotm"])
def test_templates_and_files_with_macros_are_read(name: str) -> None:
    assert text_of(read(office.word(paragraph("Text.")), name)) == "Text."


# --- dates and titles -------------------------------------------------------------------------------


def core(title: str = "", modified: str = "") -> bytes:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{title}</dc:title><dcterms:modified>{modified}</dcterms:modified></cp:coreProperties>"
    ).encode()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Lagebild Nordmarkt", "Lagebild Nordmarkt"),
        ("Vorlage Niederschrift 2019.dotx", ""),
        ("Dokument1", ""),
        ("Kopfbogen Amt 32", ""),
    ],
)
def test_title_of_the_properties_counts_if_the_document_says_it(title: str, expected: str) -> None:
    data = builders.replaced(builders.word(), "docProps/core.xml", core(title))
    assert read(data).title == expected


def test_bold_line_or_subject_is_the_title_of_a_document_without_headings() -> None:
    head = paragraph("Stadt Dortmund") + paragraph("Ordnungsamt, Olpe 1, 44122 Dortmund")
    bold = f"<w:p>{run('Stadt Dortmund', '<w:b/>')}</w:p><w:p>{run('Einsatzplan Sommer', '<w:b/>')}</w:p>"
    assert read(office.word(head + bold + paragraph("Text."))).title == "Einsatzplan Sommer"
    subject = paragraph("Betreff: Nutzung der Grünanlage")
    assert read(office.word(head + subject + bold)).title == "Nutzung der Grünanlage"


def test_document_is_dated_by_its_last_change_in_local_time() -> None:
    data = builders.replaced(builders.word(), "docProps/core.xml", core("", "2019-03-12T23:30:00Z"))
    dated = read(data).dated
    assert dated is not None
    assert (dated.day, dated.source) == (dt.date(2019, 3, 13), "properties")


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("Dortmund, den 12. März 2024", dt.date(2024, 3, 12)),
        ("Stand: 3.4.2023, Az. 32/5-2", dt.date(2023, 4, 3)),
        ("Sitzung vom 03.04.23", dt.date(2023, 4, 3)),
        ("Version 1.2.3 ohne Datum", None),
        ("Telefon 0231 12.34.56", None),
    ],
)
def test_text_is_dated_by_its_head(head: str, day: dt.date | None) -> None:
    dated = read(f"{head}\n\n{builders.SENTENCE}\n".encode(), "a.txt").dated
    assert (dated.day if dated else None) == day


def test_letterhead_with_the_look_of_a_heading_is_no_title() -> None:
    styles = '<w:style w:styleId="H"><w:name w:val="heading 1"/></w:style>'
    lines = ("Stadt Dortmund", "Sperrung Wallring im Mai")
    body = "".join(paragraph(line, '<w:pStyle w:val="H"/>') for line in lines) + paragraph("Text.")
    found = read(office.word(body, styles=styles))
    assert title_and_blocks(found, source_path="v.docx")[0] == "Sperrung Wallring im Mai"

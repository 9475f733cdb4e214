"""Word, Excel and PowerPoint files with nothing but what a test is about."""

from __future__ import annotations

from tests.importing.builders import zipped

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:s="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    f'xmlns:r="{_OFFICE}/relationships"'
)
Related = tuple[str, str]  # kind of relationship, content


def part(tag: str, content: str, attributes: str = "") -> bytes:
    """Return one XML part."""
    return f"<{tag} {_NAMESPACES} {attributes}>{content}</{tag}>".encode()


def word(body: str, *, main: str = "word/document.xml", **related: str) -> bytes:
    """Return a DOCX.

    Args:
        body: XML inside `w:body`.
        main: Name of the part that holds it.
        related: Inside of further parts by their kinds, such as `styles`; an underscore parts a number from the kind.
    """
    tags = {
        "footnotes": "w:footnotes",
        "endnotes": "w:endnotes",
        "header": "w:hdr",
        "footer": "w:ftr",
    }
    parts = {
        f"word/{name}.xml": part(tags.get(_kind(name), f"w:{_kind(name)}"), content)
        for name, content in related.items()
    }
    parts |= {main: part("w:document", f"<w:body>{body}</w:body>")}
    relations = [(name, _kind(name), f"/word/{name}.xml") for name in related]
    return package(main, "wordprocessingml.document", parts, relations)


def _kind(name: str) -> str:
    return "diagramData" if name.startswith("diagram") else name.partition("_")[0]


def package(
    main: str, kind: str, parts: dict[str, bytes], relations: list[tuple[str, str, str]]
) -> bytes:
    """Return an office file whose main part leads to others by id, kind and name."""
    own = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = f'<Types><Override PartName="/{main}" ContentType="{own}"/></Types>'
    folder, name = main.rsplit("/", 1)
    return zipped(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": _relations([("r1", "officeDocument", main)]),
            f"{folder}/_rels/{name}.rels": _relations(relations),
            **parts,
        }
    )


def _relations(relations: list[tuple[str, str, str]]) -> bytes:
    listed = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/>'
        for key, kind, target in relations
    )
    return f"<Relationships>{listed}</Relationships>".encode()


def paragraph(text: str, properties: str = "") -> str:
    """Return a paragraph of one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"


def run(text: str, properties: str = "") -> str:
    """Return a run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(instruction: str, result: str, data: str = "") -> str:
    """Return a complex field in runs of its own."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
        f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def table(*rows: list[str], properties: str = "") -> str:
    """Return a table of cells that are XML already, or plain text."""
    lines = "".join(
        "<w:tr>"
        + "".join(f"<w:tc>{cell if cell[:1] == '<' else paragraph(cell)}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{lines}</w:tbl>"


def numbering(*levels: tuple[str, str], start: int = 1) -> str:
    """Return the inside of a numbering part with one list, number 1, of (format, text) by level."""
    defined = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for index, (kind, text) in enumerate(levels)
    )
    return (
        f'<w:abstractNum w:abstractNumId="7">{defined}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    )


def item(text: str, level: int = 0) -> str:
    """Return a paragraph in list number 1."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def sheet(
    rows: str, *, styles: str = "", strings: str = "", sheets: str = "", before: str = ""
) -> bytes:
    """Return an XLSX with one visible sheet of these rows and its styles."""
    parts = {
        "xl/workbook.xml": part(
            "s:workbook",
            f'<s:sheets><s:sheet name="Liste" sheetId="1" r:id="a"/>{sheets}</s:sheets>',
        ),
        "xl/worksheets/one.xml": part("s:worksheet", f"{before}<s:sheetData>{rows}</s:sheetData>"),
        "xl/styles.xml": part("s:styleSheet", styles),
        "xl/sharedStrings.xml": part("s:sst", strings),
    }
    relations = [
        ("a", "worksheet", "worksheets/one.xml"),
        ("b", "styles", "styles.xml"),
        ("c", "sharedStrings", "sharedStrings.xml"),
        ("hidden", "worksheet", "worksheets/one.xml"),
    ]
    return package("xl/workbook.xml", "spreadsheetml.sheet", parts, relations)


def presentation(
    *slides: str,
    hidden: tuple[int, ...] = (),
    notes: dict[int, str] | None = None,
    master: str = "",
    layout: str = "",
) -> bytes:
    """Return a PPTX of slides, each the inside of its tree of shapes, above one layout and one master."""
    parts: dict[str, bytes] = {}
    for number, shapes in enumerate(slides, start=1):
        show = 'show="0"' if number in hidden else ""
        parts[f"ppt/slides/s{number}.xml"] = part("p:sld", _tree(shapes), show)
        leads = [("l", "slideLayout", "../layout.xml")]
        if note := (notes or {}).get(number):
            parts[f"ppt/notes/n{number}.xml"] = part("p:notes", shape(note, kind="body"))
            leads.append(("n", "notesSlide", f"../notes/n{number}.xml"))
        parts[f"ppt/slides/_rels/s{number}.xml.rels"] = _relations(leads)
    parts["ppt/layout.xml"] = part("p:sldLayout", _tree(layout))
    parts["ppt/_rels/layout.xml.rels"] = _relations([("m", "slideMaster", "master.xml")])
    parts["ppt/master.xml"] = part("p:sldMaster", _tree(master))
    listed = "".join(f'<p:sldId id="{n}" r:id="i{n}"/>' for n in range(1, len(slides) + 1))
    parts["ppt/presentation.xml"] = part("p:presentation", f"<p:sldIdLst>{listed}</p:sldIdLst>")
    relations = [(f"i{n}", "slide", f"slides/s{n}.xml") for n in range(1, len(slides) + 1)]
    return package("ppt/presentation.xml", "presentationml.presentation", parts, relations)


def _tree(shapes: str) -> str:
    return f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld>"


def shape(*paragraphs: str, kind: str = "") -> str:
    """Return a shape with text; `kind` is that of a placeholder."""
    place = f'<p:ph type="{kind}"/>' if kind else ""
    texts = "".join(
        one if one.startswith("<") else f"<a:p><a:r><a:t>{one}</a:t></a:r></a:p>"
        for one in paragraphs
    )
    return (
        f"<p:sp><p:nvSpPr><p:cNvPr/><p:nvPr>{place}</p:nvPr></p:nvSpPr>"
        f"<p:txBody>{texts}</p:txBody></p:sp>"
    )

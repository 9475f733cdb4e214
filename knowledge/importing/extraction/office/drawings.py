"""Text in drawings of office files: SmartArt, charts, shapes."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.importing.extraction.collecting import squeeze
from knowledge.importing.extraction.office.archives import Element
from knowledge.importing.extraction.office.packages import ID, OfficePackage
from knowledge.importing.extraction.results import UnusableFile

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DATA = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"


def paragraph_text(paragraph: Element) -> str:
    """Return the text of a paragraph of DrawingML; line breaks as such."""
    parts = []
    for node in paragraph.iter(f"{A}t", f"{A}br", f"{A}tab"):
        parts.append(node.text or "" if node.tag == f"{A}t" else "\n")
    return "\n".join(line for part in "".join(parts).split("\n") if (line := squeeze(part)))


def drawing_texts(element: Element, package: OfficePackage, part: str) -> Iterator[str]:
    """Yield what a diagram or chart says, a paragraph at a time.

    Args:
        element: `relIds` of SmartArt or `chart`: both name the part that holds the words.
        package: The file.
        part: Where the element stands.
    """
    relation = package.relations(part).get(element.get(_DATA) or element.get(ID) or "")
    if relation is None or relation.target not in package.names:
        return
    try:
        root = package.xml(relation.target)
    except UnusableFile:  # a damaged drawing is not worth the text
        return
    for paragraph in root.iter(f"{A}p"):
        if text := paragraph_text(paragraph):
            yield text
    names = dict.fromkeys(squeeze(one.text or "") for one in root.iter("{*}v"))
    if relation.kind == "chart" and any(names):
        yield ", ".join(name for name in names if name)

"""What lies in an OpenDocument file beside its text: formulas, charts, fields of forms."""

from __future__ import annotations

from lxml import etree

from knowledge.importing.extraction.collecting import squeeze
from knowledge.importing.extraction.formulas import formula_text
from knowledge.importing.extraction.office.archives import Element, OfficeArchive
from knowledge.importing.extraction.office.open_styles import NAMESPACES, name
from knowledge.importing.extraction.results import UnusableFile
from knowledge.importing.extraction.symbols import box


class OpenObjects:
    """Objects and controls of one file; `archive` is None for a flat one."""

    def __init__(self, root: Element, archive: OfficeArchive | None) -> None:
        self._archive = archive
        self._controls = {
            control.get(name("form:id")) or control.get(name("xml:id")) or "": control
            for control in root.iterfind(".//office:forms//*", NAMESPACES)
        }

    def text_of(self, element: Element) -> str:
        """Return a formula as text, of other objects what they say."""
        root = next(element.iterchildren(etree.Element), None)
        part = (element.get(name("xlink:href")) or "").removeprefix("./") + "/content.xml"
        if root is None and self._archive is not None and part in self._archive.names:
            try:
                root = self._archive.xml(part)
            except UnusableFile:  # a damaged drawing is not worth the text
                return ""
        if root is None:
            return ""
        if etree.QName(root).localname == "math":
            return formula_text(root)
        said = (squeeze("".join(one.itertext())) for one in root.iter(name("text:p")))
        return ", ".join(dict.fromkeys(text for text in said if text))

    def control_text(self, element: Element) -> str:
        """Return what a field of a form shows."""
        control = self._controls.get(element.get(name("draw:control")) or "")
        if control is None:
            return ""
        if control.tag in {name("form:checkbox"), name("form:radio")}:
            chosen = control.get(name("form:current-state")) or control.get(
                name("form:current-selected")
            )
            label = control.get(name("form:label")) or ""
            return f"{box(is_ticked=chosen in {'checked', 'true'})} {label}".strip()
        return control.get(name("form:current-value")) or control.get(name("form:value")) or ""

"""What Word, Excel and PowerPoint files share: parts that lead to each other, and properties."""

from __future__ import annotations

import datetime as dt
import posixpath
from dataclasses import dataclass
from urllib.parse import unquote

from knowledge.importing.extraction.collecting import squeeze
from knowledge.importing.extraction.dates import day_of_stamp
from knowledge.importing.extraction.office.archives import Element, OfficeArchive
from knowledge.importing.extraction.results import UnusableFile

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TERMS = "{http://purl.org/dc/terms/}"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"
ID, LINK, EMBED = (f"{{{_OFFICE}}}{name}" for name in ("id", "link", "embed"))
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"


@dataclass(frozen=True, slots=True)
class Relation:
    """Where one part leads: another part's name, or an address outside the file."""

    kind: str
    target: str
    is_external: bool


class OfficePackage(OfficeArchive):
    """One DOCX, XLSX or PPTX."""

    def main_part(self, usual: str) -> str:
        """Return the name of the part that holds the content: what the package says, else the usual one."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target in self.names:
                return relation.target
        return usual

    def relations(self, part: str) -> dict[str, Relation]:
        """Return what a part leads to by the ids that it uses; the empty name is the package itself."""
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed not in self.names:
            return {}
        found = {}
        for one in self.xml(listed).iterchildren("{*}Relationship"):
            target, is_external = one.get("Target") or "", one.get("TargetMode") == "External"
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target)))[1:]
            kind = (one.get("Type") or "").rsplit("/", 1)[-1]
            found[one.get("Id") or ""] = Relation(kind, target, is_external)
        return found

    def related(self, part: str, kind: str) -> list[Element]:
        """Return the roots of the parts of one kind that a part leads to; missing and damaged ones are left out."""
        roots = []
        for relation in self.relations(part).values():
            if relation.kind == kind and relation.target in self.names:
                try:
                    roots.append(self.xml(relation.target))
                except UnusableFile:  # styles or notes are not worth the text
                    continue
        return roots

    def title(self) -> str:
        """Return the title in the file's properties, or nothing."""
        core = self._core()
        return "" if core is None else squeeze(core.findtext(_TITLE) or "")

    def changed_on(self) -> dt.date | None:
        """Return the day of the last change in the file's properties."""
        core = self._core()
        if core is None:
            return None
        for name in ("modified", "created"):
            if day := day_of_stamp(core.findtext(f"{_TERMS}{name}") or ""):
                return day
        return None

    def _core(self) -> Element | None:
        return next(iter(self.related("", "core-properties")), None)


def chosen(alternatives: Element) -> Element | None:
    """Return the version of a drawing that is to be read: the newest with text, else the one for older programs."""
    versions = list(alternatives)
    with_text = (one for one in versions if any(text.strip() for text in one.itertext()))
    return next(with_text, versions[0] if versions else None)

"""Office files are ZIP archives of XML: opened with limits, parsed without entities."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from lxml import etree

from knowledge.importing.extraction import limits
from knowledge.importing.extraction.results import Reason, UnusableFile

_IS_ENCRYPTED = 0x1  # flag bit of an entry
_DECLARES_TYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)|<\x00!\x00D\x00O\x00C|\x00<\x00!\x00D\x00O")

# »Strict Open XML« has other names for the same namespaces and relationships.
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"

# Any: lxml ships no types; an Element is walked by its documented attributes.
Element = Any


class OfficeArchive:
    """The parts of one office file, each read at most to its limit."""

    def __init__(self, data: bytes) -> None:
        """Open it and judge it by its table of contents.

        Raises:
            UnusableFile: If it is damaged, encrypted, or would unpack to too much.
        """
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise UnusableFile(Reason.BROKEN) from error
        parts = self._archive.infolist()
        if len(parts) > limits.MAX_PARTS:
            raise UnusableFile(Reason.TOO_COMPLEX)
        if any(part.flag_bits & _IS_ENCRYPTED for part in parts):
            raise UnusableFile(Reason.ENCRYPTED)
        # zipfile never yields more than an entry declares, so declared sizes can be relied on.
        if sum(part.file_size for part in parts) > limits.MAX_UNPACKED_BYTES:
            raise UnusableFile(Reason.TOO_COMPLEX)
        # Some programs write the separators of Windows.
        self._parts = {part.filename.replace("\\", "/").lstrip("/"): part for part in parts}
        self.names = frozenset(self._parts)

    def read(self, name: str) -> bytes:
        """Return one part.

        Raises:
            UnusableFile: If it is missing, damaged or too large.
        """
        try:
            if self._parts[name].file_size > limits.MAX_PART_BYTES:
                raise UnusableFile(Reason.TOO_COMPLEX)
            return self._archive.read(self._parts[name])
        except (KeyError, zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
            raise UnusableFile(Reason.BROKEN) from error
        except Exception as error:
            # zlib.error, lzma.LZMAError and RuntimeError have no common parent.
            if isinstance(error, (UnusableFile, MemoryError)):
                raise
            raise UnusableFile(Reason.BROKEN) from error

    def xml(self, name: str) -> Element:
        """Return the root element of one part.

        Raises:
            UnusableFile: If it is missing, no XML, or declares entities.
        """
        return parse_xml(self.read(name))

    def plain_part(self, name: str) -> bytes:
        """Return one XML part as it is to be parsed, for readers that take it piece by piece.

        Raises:
            UnusableFile: If it is missing or declares entities.
        """
        return _checked(self.read(name))


def parse_xml(data: bytes) -> Element:
    """Return the root element.

    Raises:
        UnusableFile: If it is no XML or declares a document type (entity bombs, references to files).
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        return etree.fromstring(_checked(data), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnusableFile(Reason.BROKEN) from error


def _checked(data: bytes) -> bytes:
    """Return XML with the usual names of its namespaces; refuse what declares a document type."""
    if _DECLARES_TYPE.search(data[:65536]):
        raise UnusableFile(Reason.BROKEN)
    return _STRICT.sub(_TRANSITIONAL, data)

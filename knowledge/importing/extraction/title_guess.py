"""Which line of a document without headings a person would call its title."""

from __future__ import annotations

import re

_MAX_LINES = 12  # from the beginning
_MIN_CHARS, _MAX_CHARS = 4, 150
_SUBJECT = re.compile(r"^(?:Betreff|Betr\.?|Thema)\s*:\s*(\S.{3,140})$", re.IGNORECASE)
# Who writes, from where, to whom, when: the head of a letter.
_LETTERHEAD = re.compile(
    r"^(?:Stadt|Gemeinde|Kreis|Landkreis|Bezirksregierung|Polizeipräsidium|Land|Ministerium|Amt|Fachbereich|Dezernat"
    r"|Fachdienst|Abteilung|Sachgebiet|Dienststelle|Behörde)\s+(?:für\s+)?[A-ZÄÖÜ][\w.-]*"
    r"(?:\s+(?:am|an|der|im|in)\s+[A-ZÄÖÜ][\w.-]*)?"
    r"(?:\s*[,·|–-]\s*.*)?$"
    r"|^(?:D(?:er|ie)\s+(?:Oberbürgermeister|Bürgermeister|Landr|Polizeipräsident|Direktor|Präsident|Minister))"
    r"|\b\d{5}\s+[A-ZÄÖÜ]|\b(?:Tel(?:efon)?|Fax|Telefax|Mail|E-Mail|Az|Aktenzeichen|Datum|Postfach|Zimmer"
    r"|Auskunft erteilt|Bearbeiter(?:in)?|Mein Zeichen|Ihr Zeichen)\b\.?\s*[:.]|@|\bwww\."
    r"|^(?:An|Herrn?|Frau|Firma|Von|Sehr geehrte|Liebe|Guten Tag)\b|^Seite\s+\d|(?:straße|str\.|platz|weg)\s+\d+",
    re.IGNORECASE,
)
_ONLY_DATE = re.compile(
    r"^(?:[A-ZÄÖÜ]\w+,?\s+)?(?:den\s+|am\s+)?\d{1,2}\.\s?(?:\d{1,2}\.|\w+)\s?\d{2,4}$"
)


class TitleGuess:
    """Looks at the first lines: a subject counts most, then the largest letters, then bold ones."""

    def __init__(self) -> None:
        self.title = ""
        self._weight = 0
        self._lines = 0

    @property
    def is_settled(self) -> bool:
        """Tell whether the beginning of the document is over."""
        return self._lines >= _MAX_LINES

    def look(self, text: str, *, size: float = 0, usual: float = 0, is_bold: bool = False) -> None:
        """Take the next line into account.

        Args:
            text: On one line.
            size: Of its letters.
            usual: Of the text's letters, in the same unit; 0 if it isn't known.
            is_bold: Whether all of it is bold.
        """
        self._lines += 1
        if self._lines > _MAX_LINES or not len(text) >= _MIN_CHARS:
            return
        if subject := _SUBJECT.match(text):
            self._take(subject.group(1), 1_000_000)
        elif len(text) <= _MAX_CHARS and not is_letterhead(text) and not text.endswith((".", ",")):
            is_large = usual and size > usual * 1.1
            if is_large or is_bold:
                self._take(text, round(size * 10) * bool(is_large) + is_bold)

    def _take(self, text: str, weight: int) -> None:
        if weight > self._weight:
            self.title, self._weight = text, weight


def is_letterhead(line: str) -> bool:
    """Tell whether a line belongs to the head of a letter or is nothing but a date."""
    return bool(_LETTERHEAD.search(line) or _ONLY_DATE.match(line))

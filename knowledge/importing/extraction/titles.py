"""Which of the names that a document has a person would call it by."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_CHARS = 255  # of a page's title
# What programs write where nobody has chosen a title, and names of templates.
_DEFAULTS = re.compile(
    r"(?:PowerPoint[- ]?(?:Präsentation|Presentation)|Pr[äée]sentation PowerPoint|Pr[äe]sentation ?\d*|"
    r"(?:Folie|Slide|Diapositive|Tabelle|Sheet|Feuil|Blatt|Chart|Diagramm|Mappe|Book|Classeur|Workbook|Dokument|Document)"
    r" ?\d{1,3}|(?:Microsoft )?(?:Word|Excel|PowerPoint)[- ]?(?:Dokument|Document|Tabelle|Worksheet)?|Kein Folientitel|"
    r"(?:No|Untitled) ?(?:Slide )?Title|(?:Titel|Title|Überschrift|Heading|Betreff|Dokument|Document|Untitled"
    r"|Unbenannt|Unknown|Unbekannt|Neues? Dokument|Vorlage|Template|Briefkopf|Kopfbogen|Normal|Memo|Fax)(?: ?\d{1,3})?|"
    r"(?:Titel|Überschrift) (?:des|der) \w+)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"^\S+\.(?:doc|dot|odt|ott|pdf|tex|dvi|indd|qxd|rtf|xls|xlt|ppt|pot|pps|pub|html?|txt)[xm]?$"
    r"|^(?:untitled|unbenannt)|\.(?:dot|ott|pot|xlt)[xm]?$",
    re.IGNORECASE,
)
_MAKER = re.compile(r"^(?:Microsoft (?:Word|PowerPoint|Excel) - )", re.IGNORECASE)
_WORD = re.compile(r"\w{4,}")
_LOOKED_AT_CHARS = 4000


def best_title(properties: str, *, guess: str, pages: Sequence[str]) -> str:
    """Return the title in a file's properties if it is this document's, else what its first page suggests.

    Files made from a template, or saved under another name, keep a title that nobody sees: it counts only if the
    document says most of its words.
    """
    named = usable_title(properties)
    text = "\n".join(pages[:3])[:_LOOKED_AT_CHARS].casefold()
    words = [word.casefold() for word in _WORD.findall(named)]
    if words and sum(word in text for word in words) * 2 > len(words):
        return named
    return usable_title(guess)


def usable_title(title: str) -> str:
    """Return a title without what programs put before it; nothing if it is a program's or a file's name."""
    title = _MAKER.sub("", title).strip()
    if len(title) < 4 or _DEFAULTS.fullmatch(title) or _FILE_NAME.search(title):
        return ""
    return title


def cut_at_word(title: str) -> str:
    """Return a title short enough for a page, cut between two words."""
    if len(title) <= MAX_CHARS:
        return title
    short = title[: MAX_CHARS - 1]
    return (short.rsplit(" ", 1)[0] if " " in short[100:] else short).rstrip(" ,;:–-") + "…"

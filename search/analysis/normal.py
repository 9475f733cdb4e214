"""Spelling variants made equal: case, umlauts, ß, composed and decomposed letters, invisible characters."""

from __future__ import annotations

import functools
import re
import unicodedata

# Longer words are cut before folding: no German word needs more, and a term must stay far below the engines' limits.
MAX_WORD_CHARS = 64

# Written inside words by typesetting, never part of the spelling.
INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])

# ae, oe, ue stand for an umlaut unless the e belongs to a neighbour: neue, Quelle, Bauer, zweifach keep theirs.
_TRANSCRIBED = re.compile(r"(?<![aeiouqy])([aou])e(?!u)")
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


@functools.lru_cache(maxsize=30_000)
def fold(word: str) -> str:
    """Reduce a word to the form in which spelling variants are equal.

    Müll, Muell, MÜLL and the decomposed spelling all become `mull`; Straße and Strasse become `strasse`. Words that
    differ only in dots (schon, schön) become equal as well, which also finds words typed without their dots.

    Returns:
        Lower case without accents, at most `MAX_WORD_CHARS` long; applying it again changes nothing.
    """
    folded = _fold_once(word)
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def _fold_once(word: str) -> str:
    text = unicodedata.normalize("NFKD", word.translate(INVISIBLE).casefold())
    text = "".join(char for char in text if not unicodedata.combining(char)).translate(_LETTERS)
    return _TRANSCRIBED.sub(r"\1", text)[:MAX_WORD_CHARS]


def surface(word: str) -> str:
    """Give the word as it is shown to people: composed, without invisible characters, case kept."""
    return unicodedata.normalize("NFC", word.translate(INVISIBLE))[:MAX_WORD_CHARS]

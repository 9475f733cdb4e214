"""Letters that our typefaces have; a PDF/UA must not show the sign for a missing one."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

# What Fira Sans lacks comes from here, if it is installed (Dockerfile, .ci/run): boxes, arrows, many scripts.
_SECOND = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
_UNSEEN = frozenset(
    {"Cf", "Mn", "Cc"}
)  # controls and variation selectors show nothing by themselves
_MISSING = "?"
# What German texts are made of, so that most files needn't look into the typefaces: ours has it all (a test looks).
USUAL = frozenset(map(chr, [*range(0xA0, 0x17F), *map(ord, "–—‘’‚“”„…•‹›€")])) - {"\xad"}
_LAST_ASCII = 127


def writable(text: str, typeface: Path) -> str:
    """Return text in which letters that no typeface has are question marks, and signs without a shape are gone.

    Args:
        text: Any text, HTML too.
        typeface: The file of ours.
    """
    letters = {letter for letter in set(text) - USUAL if ord(letter) > _LAST_ASCII}
    if not letters:
        return text
    missing = {letter for letter in letters if ord(letter) not in _covered(typeface)}
    if not missing:
        return text
    instead = {
        ord(letter): "" if unicodedata.category(letter) in _UNSEEN else _MISSING
        for letter in missing
    }
    return text.translate(instead)


@cache
def _covered(typeface: Path) -> frozenset[int]:
    files = [typeface, *([_SECOND] if _SECOND.is_file() else [])]
    found: set[int] = set()
    for file in files:
        with TTFont(file, lazy=True) as font:
            found |= set(font.getBestCmap())
    return frozenset(found)

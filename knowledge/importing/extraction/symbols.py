"""Signs that a font draws in the place of letters, and boxes to tick."""

from __future__ import annotations

TICKED, EMPTY = "☒", "☐"
_WINGDINGS = {
    0x6F: EMPTY, 0x71: EMPTY, 0x72: EMPTY, 0xA8: EMPTY, 0xFB: "✗", 0xFC: "✓", 0xFD: TICKED, 0xFE: "☑",
    0x78: TICKED, 0x54: TICKED, 0x52: "☑", 0x51: TICKED, 0x53: "☑", 0xE0: "→", 0xDF: "←", 0xF0: "⇨", 0xE8: "➔",
    0x28: "☎", 0x2A: "✉", 0x4A: "☺",
}  # fmt: skip
_WINGDINGS_2 = {0xA3: EMPTY, 0x52: "☑", 0x53: TICKED, 0x50: "✓", 0x4F: "✗", 0x54: TICKED}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}


def symbol(font: str, code: int) -> str:
    """Return the character that a sign of a font stands for; nothing if it is a bullet or unknown."""
    low = code & 0xFF if 0xF000 <= code <= 0xF0FF else code
    signs = _FONTS.get(font.lower())
    if signs is not None:
        return signs.get(low, "")
    if 0xF000 <= code <= 0xF0FF or code < 0x20 or code > 0x10FFFF:
        return ""
    return chr(code)


def text_in_font(font: str, text: str) -> str:
    """Return the letters of a font of signs as what they look like; those of other fonts as they are."""
    if font.lower() not in _FONTS:
        return text
    return "".join(symbol(font, ord(letter)) or " " for letter in text)


def box(*, is_ticked: bool) -> str:
    """Return the sign of a box."""
    return TICKED if is_ticked else EMPTY

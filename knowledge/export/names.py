"""Names of files that harm no computer."""

from __future__ import annotations

from django.utils.text import slugify

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST = 80  # characters before the ending
# Windows opens devices under these names, whatever the ending.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)  # fmt: skip
_WITHOUT_LETTERS = "seite"


def file_name(title: str, ending: str) -> str:
    """Return a name of ASCII letters, digits and hyphens for a file about `title`.

    Args:
        title: Any text.
        ending: Without the dot.
    """
    name = slugify(title.casefold().translate(_UMLAUTS))[:_LONGEST].strip("-_")
    if not name or name in _DEVICES:
        name = f"{_WITHOUT_LETTERS}-{name}".strip("-")
    return f"{name}.{ending}"

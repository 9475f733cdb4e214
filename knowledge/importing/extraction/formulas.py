"""Formulas of Word (OMML) and of OpenDocument (MathML) on one line, as one would type them."""

from __future__ import annotations

from lxml import etree

from knowledge.importing.extraction.office.archives import Element

# Local name: what stands between the children that carry content, and around the whole.
_JOINED = {
    "f": "/", "mfrac": "/", "sSup": "^", "msup": "^", "sSub": "_", "msub": "_",
}  # fmt: skip
_SKIPPED = frozenset(
    ("rPr", "ctrlPr", "fPr", "sSupPr", "sSubPr", "radPr", "dPr", "naryPr", "oMathParaPr", "annotation",
     "annotation-xml")
)  # fmt: skip


def formula_text(element: Element) -> str:
    """Return a formula as text, such as `(a+b)/2`."""
    name = etree.QName(element).localname
    children = [
        child
        for child in element.iterchildren(etree.Element)
        if etree.QName(child).localname not in _SKIPPED
    ]
    if not children:
        return (element.text or "").strip() if name in {"t", "mi", "mn", "mo", "mtext"} else ""
    parts = [part for child in children if (part := formula_text(child))]
    if name in _JOINED:
        return _JOINED[name].join(_grouped(part) for part in parts)
    if name in {"rad", "msqrt", "mroot"}:
        return f"√{_grouped(parts[-1])}" if parts else ""
    if name == "d":
        return f"({', '.join(parts)})"
    return "".join(parts)


def _grouped(part: str) -> str:
    return part if len(part) == 1 or part.isalnum() or part.startswith("(") else f"({part})"

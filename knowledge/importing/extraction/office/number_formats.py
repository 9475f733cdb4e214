"""Numbers as a spreadsheet shows them on a German screen: dates, times, percent, currencies."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from knowledge.importing.extraction.dates import MONTH_NAMES

# Formats that files name by number alone ([ECMA-376] 18.8.30), as a German Excel shows them.
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    14: "dd.mm.yyyy", 15: "dd. mmm yy", 16: "dd. mmm", 17: "mmm yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "hh:mm", 21: "hh:mm:ss", 22: "dd.mm.yyyy hh:mm",
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: '#,##0 "€"',
    43: "#,##0.00", 44: '#,##0.00 "€"', 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "0.0E+0",
    5: '#,##0 "€"', 6: '#,##0 "€"', 7: '#,##0.00 "€"', 8: '#,##0.00 "€"',
}  # fmt: skip
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)(?:-[^\]]*)?\]|\[(?P<elapsed>h+|m+|s+)\]|\[[^\]]*\]'
    r"|_.|\*.|(?P<half>AM/PM|A/P)|(?P<date>y+|m+|d+|h+|s+)|(?P<fraction>\.0+(?=[^#0?]|$))|(?P<digits>[0#?][0#?.,]*)"
    r"|(?P<exponent>E[+-]0+)|(?P<percent>%)|(?P<general>General|Standard)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - cells know no time zone
_MAX_SERIAL = 2_958_466  # the last day of 9999


_GERMAN = str.maketrans("TJ", "DY")  # of programs that write the codes of a German screen
_FRACTION = re.compile(r"[#0?]\s*/\s*[#0?\d]")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def built_in(number: int) -> str:
    """Return the code of a format that is known by its number alone; empty for the general one."""
    return _BUILT_IN.get(number, "")


def shown(value: float, code: str, *, is_1904: bool = False) -> str:
    """Return a number as a cell with this format shows it.

    Args:
        value: Of the cell; days since the epoch where the format is one of dates.
        code: As in the file, such as `DD.MM.YYYY` or `#,##0.00 [$€-407]`; empty for the general format.
        is_1904: Days count from 1904, as old Excel for the Mac did.
    """
    sections = _sections(code.translate(_GERMAN) if "JJ" in code else code)
    section = sections[0]
    if len(sections) > 1 and value < 0:
        section, value = sections[1], -value
    elif len(sections) > 2 and value == 0:
        section = sections[2]
    tokens = _tokens(section)
    kinds = {token.kind for token in tokens}
    if _FRACTION.search(section) and value != int(value):
        return _fraction(value)
    if "date" in kinds or "elapsed" in kinds:
        return _date(value, tokens, is_1904=is_1904)
    if "digits" not in kinds:
        literal = "".join(token.text for token in tokens if token.kind == "literal")
        if literal.strip() and "general" not in kinds and "@" not in literal:
            return literal.strip()
        return general(value)
    return _number(value, tokens)


def is_date(code: str) -> bool:
    """Tell whether a format shows days or times."""
    return any(token.kind in {"date", "elapsed"} for token in _tokens(_sections(code)[0]))


def general(value: float) -> str:
    """Return a number without a format, with a comma."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}".replace(".", ",").replace("e+", "E+").replace("e-", "E-")


@lru_cache(maxsize=512)
def _sections(code: str) -> list[str]:
    """Part a code at its semicolons: for positive and negative numbers, zero, text."""
    return re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code)


@lru_cache(maxsize=512)
def _tokens(section: str) -> list[_Token]:
    tokens = []
    for found in _TOKEN.finditer(section):
        kind = found.lastgroup
        text = found.group(kind) if kind else ""
        if kind in {"quoted", "escaped", "currency", "other"}:
            tokens.append(_Token("literal", text))
        elif kind:
            tokens.append(_Token(kind, text))
    return _days_first(tokens)


def _days_first(tokens: list[_Token]) -> list[_Token]:
    """Put the day before a month in figures, however the format was written: 3/12/2026 is another day here."""
    places = [index for index, token in enumerate(tokens) if token.kind == "date"]
    letters = [tokens[index].text.lower() for index in places]
    is_american = len(letters) > 1 and letters[0] in {"m", "mm"} and letters[1] in {"d", "dd"}
    if (
        not is_american
        or places[1] - places[0] != 2
        or tokens[places[0] + 1].text not in {"/", "-", "."}
    ):
        return tokens
    month, day = places[:2]
    tokens[month], tokens[day] = _Token("date", "dd"), _Token("date", "mm")
    for index in range(month, min(places[-1], day + 2)):
        if tokens[index].kind == "literal" and tokens[index].text in {"/", "-"}:
            tokens[index] = _Token("literal", ".")
    return tokens


def _fraction(value: float) -> str:
    near = Fraction(abs(value)).limit_denominator(99)
    whole, rest = divmod(near.numerator, near.denominator)
    parts = [str(whole)] * bool(whole) + [f"{rest}/{near.denominator}"] * bool(rest)
    return ("-" if value < 0 else "") + (" ".join(parts) or "0")


def _date(value: float, tokens: list[_Token], *, is_1904: bool) -> str:
    is_span = any(token.kind == "elapsed" for token in tokens)
    if not is_span and not 0 <= value < _MAX_SERIAL:
        return general(value)
    # Rounded to what a cell can show: 09:00 is stored as 0.375, seldom exactly.
    shows_fraction = any(token.kind == "fraction" for token in tokens)
    seconds = round(value * 86400, 3 if shows_fraction else 0)
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + dt.timedelta(seconds=0 if is_span else seconds)
    if not is_1904 and value < 60:
        moment += dt.timedelta(days=1)  # Excel's 1900 has a 29 February
    has_half = any(token.kind == "half" for token in tokens)
    parts = []
    for index, token in enumerate(tokens):
        if token.kind == "date":
            is_minute = token.text[0] in "mM" and _is_minute(tokens, index)
            parts.append(_part(token.text.lower(), moment, seconds, is_minute, has_half, is_span))
        elif token.kind == "elapsed":
            parts.append(_elapsed(token.text.lower(), seconds))
        elif token.kind == "half":
            parts.append("AM" if moment.hour < 12 else "PM")
        elif token.kind == "fraction":
            parts.append("," + f"{moment.microsecond:06}"[: len(token.text) - 1])
        elif token.kind == "literal" and token.text != "@":
            parts.append(token.text)
    return " ".join("".join(parts).split())


def _is_minute(tokens: list[_Token], index: int) -> bool:
    """Tell whether an m after hours or before seconds means minutes."""
    times = [
        (place, token.text[0].lower())
        for place, token in enumerate(tokens)
        if token.kind in {"date", "elapsed"}
    ]
    here = [place for place, _letter in times].index(index)
    before = times[here - 1][1] if here else ""
    after = times[here + 1][1] if here + 1 < len(times) else ""
    return before == "h" or after == "s"


def _part(
    token: str, moment: dt.datetime, seconds: float, is_minute: bool, has_half: bool, is_span: bool
) -> str:
    letter, length = token[0], len(token)
    if is_span and (letter == "s" or is_minute):
        count = int(abs(seconds)) // (1 if letter == "s" else 60) % 60
        return f"{count:0{min(length, 2)}}"
    if is_minute:
        return f"{moment.minute:0{min(length, 2)}}"
    if letter == "y":
        return f"{moment.year:04}" if length > 2 else f"{moment.year % 100:02}"
    if letter in "md" and length > 2:
        name = MONTH_NAMES[moment.month - 1] if letter == "m" else _WEEKDAYS[moment.weekday()]
        return name if length == 4 else name[: 1 if length == 5 else 3 if letter == "m" else 2]
    hour = (moment.hour - 1) % 12 + 1 if has_half else moment.hour
    number = {"m": moment.month, "d": moment.day, "h": hour, "s": moment.second}[letter]
    return f"{number:0{min(length, 2)}}"


def _elapsed(token: str, seconds: float) -> str:
    unit = {"h": 3600, "m": 60, "s": 1}[token[0]]
    sign = "-" if seconds < 0 else ""
    return f"{sign}{int(abs(seconds)) // unit:0{len(token)}}"


def _number(value: float, tokens: list[_Token]) -> str:
    digits = "".join(token.text for token in tokens if token.kind == "digits")
    whole, _, decimals = digits.partition(".")
    scaled = value * 100 ** sum(token.kind == "percent" for token in tokens)
    thousands = len(whole) - len(whole.rstrip(","))
    scaled /= 1000**thousands
    exponent = next((token for token in tokens if token.kind == "exponent"), None)
    places = len(decimals.strip(","))
    if exponent is not None:
        body = f"{scaled:.{places}E}".replace(".", ",")
    else:
        body = _grouped(scaled, whole, decimals, places)
    parts, is_done = [], False
    for token in tokens:
        if token.kind in {"digits", "exponent"} and not is_done:
            parts.append(body)
            is_done = True
        elif token.kind == "percent":
            parts.append("%")
        elif token.kind == "literal":
            parts.append(token.text)
    return " ".join("".join(parts).split())


def _grouped(scaled: float, whole: str, decimals: str, places: int) -> str:
    """Return a number with German separators, as many digits as asked for."""
    text = f"{abs(scaled):,.{places}f}" if "," in whole.rstrip(",") else f"{abs(scaled):.{places}f}"
    head, _, tail = text.partition(".")
    optional = len(decimals) - len(decimals.rstrip("#?"))
    for _place in range(optional):
        if tail.endswith("0"):
            tail = tail[:-1]
    head = head.rjust(whole.count("0"), "0").replace(",", ".")
    sign = "-" if scaled < 0 and text.strip("0.,") else ""
    return f"{sign}{head},{tail}" if tail else f"{sign}{head}"

"""Dates, phone and file numbers, plates, addresses of mail and web, statutes: one thing each, in whatever spelling.

A thing is indexed and asked for under one term with an underscore, beside the words that it is made of: 12.3.26,
12. März 2026 and 2026-03-12 are all `d_2026-03-12`. Days come before months, always.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from search.analysis.normal import fold

_MONTHS = (
    "januar|jan|jänner", "februar|feb", "m(?:ä|a\u0308|ae)rz|mrz", "april|apr", "mai", "juni|jun", "juli|jul",
    "august|aug", "september|sept|sep", "oktober|okt", "november|nov", "dezember|dez",
)  # fmt: skip
_MONTH_OF = {
    fold(name): number
    for number, names in enumerate(_MONTHS, 1)
    for name in names.replace("m(?:ä|a\u0308|ae)rz", "märz").split("|")
}
_MONTH = rf"(?:{'|'.join(_MONTHS)})(?![^\W\d_])\.?"
# Patterns begin with a set of characters wherever they can: the scan then skips to the next of these.
_DATE = re.compile(
    rf"""
    (?P<first>[0-9])(?<!\d\d)(?:
        (?P<iso>\d{{3}}-\d\d-\d\d)(?![\d-])
        | (?P<day>\d?)\.\s?(?P<month>0?[1-9]|1[0-2])\.(?:\s?(?P<year>\d{{4}}|\d\d)(?!\d|\.\d))?(?!\d)
        | (?P<named_day>\d?)\.?\s{{0,2}}(?P<named>{_MONTH})(?:\s+(?P<named_year>\d{{4}})(?!\d))?
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEAR = re.compile(r"\s(\d{4})(?!\d)")
_MONTH_BEFORE = re.compile(rf"(?<![^\W_])(?P<month>{_MONTH})\Z", re.IGNORECASE)
_MONTH_CHARS = 12
_DATE_TERM = re.compile(r"d_(?P<year>\d{4})?-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?")
# Days that share the month of what follows: "12. und 13. März", "12.-14.3.2026".
_DAY_BEFORE = re.compile(
    r"(?<![\d.,])(?<!\w[-/])(?P<day>\d{1,2})(?:\.\s?(?:,|/|-|–|u\.|und|bis(?:\s+zum)?)|\s(?:und|bis))\s?\Z",
    re.IGNORECASE,
)
_SHARES_YEAR = re.compile(r"\s?(?:-|–|/|und|bis)\s?(?:zum\s)?", re.IGNORECASE)
_MAX_GAP_CHARS = 14  # "12. bis zum " and the like

_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?P<domain>(?:(?:[^\W_]|-){1,63}\.){1,6}[a-z]{2,12})(?![^\W_]|-)",
    re.IGNORECASE,
)
_TOP_DOMAIN = re.compile(
    r"\.(?:de|com|org|net|eu|info|nrw|gov|io|ch|at|berlin|koeln|ruhr)(?![\w-])", re.IGNORECASE
)
_DOMAIN_BEFORE = re.compile(r"(?<![\w.@-])(?:[\w-]{1,63}\.){0,4}[\w-]{1,63}\Z")
_DOMAIN_CHARS = 200
_PHONE = re.compile(
    r"(?<![\w.,/-])\(?(?P<lead>\+49|0049|0)\)?[\s/-]{0,2}(?:\(0\)\s?)?\(?(?P<area>\d{2,5})\)?"
    r"(?P<rest>(?:[\s/–-]{1,3}\d{1,10}){1,5})(?!\d)"
)
_DIGITS = re.compile(r"\d(?<![\w.,/-]\d)\d{5,14}(?![\w/-])")
_PLATE = re.compile(r"[A-ZÄÖÜ](?<![\w-].)[A-ZÄÖÜ]{0,2}[- ][A-Z]{1,2}[ -]?\d{1,4}[EH]?(?![\w-])")
_PLATE_TYPED = re.compile(r"[a-zäöü](?<![\w-].)[a-zäöü]{0,2}-[a-z]{1,2}[ -]?\d{1,4}[eh]?(?![\w-])")
# Pieces joined without a blank: 32/5-2, VI/2-14.03.02, 12345-26.
_JOINT = re.compile(r"[/.-](?=[^\W_])")
_SIGN = re.compile(r"[^\W_]{1,20}(?:[/.-][^\W_]{1,20}){1,8}(?![\w@])")
_PIECE = re.compile(r"[^\W_]+")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_STATUTE = re.compile(
    r"(?P<section>§§?\s?|Art(?:ikel|\.)\s?)(?P<number>\d{1,4}\s?[a-z]?)(?![^\W_])"
    r"(?P<deeper>(?:[\s,]{0,2}(?:(?:Abs(?:atz|\.)?|S(?:atz|\.)|N(?:umme)?r\.?|Nummer|lit\.|Buchst(?:abe|\.))\s?"
    r"\w{1,3}|\(\d{1,2}[a-z]?\))){1,5})",
    re.IGNORECASE,
)
_DEEPER = re.compile(r"\((\d{1,2}[a-z]?)\)|([a-z]+)\.?\s?(\w{1,3})", re.IGNORECASE)
_DEEPER_NAMES = {"abs": "abs", "absatz": "abs", "s": "satz", "satz": "satz", "nr": "nr", "nummer": "nr",
                 "lit": "lit", "buchst": "lit", "buchstabe": "lit"}  # fmt: skip


_MAY_HOLD_ONE = re.compile(r"[0-9@]|\.[a-z]")


@dataclass(frozen=True, slots=True)
class Thing:
    """A stretch of a text that is one thing.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last.
        term: What it is asked for as.
        wider: What it is found as besides: a day's month, a phone number without its area code, a section of a statute.
        weaker: What is also looked for, with less weight, when it is asked for.
        is_scattered: Whether its words, standing one behind the other, say the same in another spelling.
    """

    start: int
    end: int
    term: str
    wider: tuple[str, ...] = ()
    weaker: tuple[str, ...] = ()
    is_scattered: bool = False


def things(text: str) -> list[Thing]:
    """Find the things in a text, in order; of two that overlap the earlier kind counts (a date is no file number)."""
    if not _MAY_HOLD_ONE.search(text):
        return []
    found: list[Thing] = []
    # Names of files have strokes where texts have blanks.
    spaced = text.replace("_", " ")
    for find in (_dates, _mails, _webs, _statutes, _plates, _phones, _signs, _numbers):
        for thing in find(text if find is _mails else spaced):
            place = bisect_left(found, thing.start, key=attrgetter("start"))
            is_behind = place == 0 or found[place - 1].end <= thing.start
            if is_behind and (place == len(found) or thing.end <= found[place].start):
                found.insert(place, thing)
    return found


def day_terms(day: dt.date) -> tuple[str, ...]:
    """Return the terms of a day: itself, the day of any year, its month."""
    return (f"d_{day.isoformat()}", f"d_-{day:%m-%d}", f"d_{day:%Y-%m}")


def literals_of(term: str) -> tuple[str, ...]:
    """Return strings of which a text holds at least one where the thing stands; none if the term is no thing."""
    if date := _DATE_TERM.fullmatch(term):
        return _literals_of_date(**date.groupdict())
    kind, _, rest = term.partition("_")
    match kind:
        case "tel":
            return (rest[1:4] if rest.startswith("0") else rest[:2],)
        case "kfz":
            return (rest.lstrip("abcdefghijklmnopqrstuvwxyz"),)
        case "az" | "mail" | "web":
            return (rest,)
    return ()


def _literals_of_date(year: str | None, month: str, day: str | None) -> tuple[str, ...]:
    if day:
        return (f"{int(day)}.", f"{int(day)} ", f"-{day}")
    name = next(name for name, number in _MONTH_OF.items() if number == int(month))
    numbers = (f"{int(month)}.{year}", f"{int(month)}.{year[2:]}") if year else ()
    return (name[:3], *numbers, f"{year}-{month}")


def _dates(text: str) -> Iterator[Thing]:
    matches = [match for match in _DATE.finditer(text) if _begins_a_date(text, match)]
    for index, match in enumerate(matches):
        year, month, day = _read_date(match)
        if not year and index + 1 < len(matches):
            year = _shared_year(text, match, matches[index + 1])
        thing = _day(match.start(), match.end(), year, month, day)
        if thing is None:
            continue
        yield from _days_before(text, match.start(), year, month)
        yield thing
    for match in _YEAR.finditer(text):
        before = _MONTH_BEFORE.search(text, max(0, match.start() - _MONTH_CHARS), match.start())
        if before:
            term = f"d_{match[1]}-{_month(before['month']):02d}"
            yield Thing(before.start(), match.end(), term)


def _begins_a_date(text: str, match: re.Match[str]) -> bool:
    """Tell a date from the end of another number: 1.12.3.2026, VI/2-14.03.02."""
    before = text[max(0, match.start() - 2) : match.start()]
    if match["iso"]:
        return not before.endswith("-")
    return not before.endswith((".", ",")) and not (
        before[-1:] in ("-", "/") and before[:1].isalnum()
    )


def _read_date(match: re.Match[str]) -> tuple[int, int, int]:
    """Return year, month and day; 0 for what isn't said."""
    first = match["first"]
    if match["iso"]:
        year, month, day = match["iso"].split("-")
        return int(first + year), int(month), int(day)
    if match["month"]:
        return _year(match["year"]), int(match["month"]), int(first + match["day"])
    return _year(match["named_year"]), _month(match["named"]), int(first + match["named_day"])


def _month(name: str) -> int:
    return _MONTH_OF[fold(name.rstrip("."))]


def _year(written: str | None) -> int:
    if not written:
        return 0
    year = int(written)
    return year if len(written) == 4 else year + (2000 if year < 70 else 1900)


def _shared_year(text: str, match: re.Match[str], follower: re.Match[str]) -> int:
    """Return the year of the second day of a stretch: 12.3. bis 14.3.2026."""
    gap = text[match.end() : follower.start()]
    return _read_date(follower)[0] if _SHARES_YEAR.fullmatch(gap) else 0


def _day(start: int, end: int, year: int, month: int, day: int) -> Thing | None:
    try:
        known = dt.date(year or 2000, month, day)  # a leap year
    except ValueError:
        return None
    of_any_year, of_month = day_terms(known)[1:]
    if not year:
        return Thing(start, end, of_any_year)
    return Thing(start, end, f"d_{known.isoformat()}", (of_any_year, of_month))


def _days_before(text: str, start: int, year: int, month: int) -> Iterator[Thing]:
    while match := _DAY_BEFORE.search(text, max(0, start - _MAX_GAP_CHARS), start):
        thing = _day(match.start("day"), match.end("day"), year, month, int(match["day"]))
        if thing is None:
            return
        yield thing
        start = match.start()


def _mails(text: str) -> Iterator[Thing]:
    for match in _MAIL.finditer(text) if "@" in text else ():
        domains = tuple(f"web_{domain}" for domain in _domains(match["domain"]))
        yield Thing(match.start(), match.end(), f"mail_{match.group().lower()}", domains)


def _webs(text: str) -> Iterator[Thing]:
    for end in _TOP_DOMAIN.finditer(text):
        before = _DOMAIN_BEFORE.search(text, max(0, end.start() - _DOMAIN_CHARS), end.start())
        if before:
            first, *above = _domains(text[before.start() : end.end()])
            wider = tuple(f"web_{one}" for one in above)
            yield Thing(before.start(), end.end(), f"web_{first}", wider, is_scattered=True)


def _domains(written: str) -> list[str]:
    """Return a domain and those above it, without `www`, down to two names."""
    names = written.lower().removeprefix("www.").split(".")
    return [".".join(names[first:]) for first in range(max(1, len(names) - 1))]


def _statutes(text: str) -> Iterator[Thing]:
    for match in _STATUTE.finditer(text):
        sign = "§" if match["section"].startswith("§") else "art"
        terms = [f"{sign}_{fold(match['number']).replace(' ', '')}"]
        for in_brackets, name, number in _DEEPER.findall(match["deeper"]):
            known = "abs" if in_brackets else _DEEPER_NAMES.get(name.lower(), "")
            if known:
                terms.append(f"{terms[-1]}_{known}_{fold(in_brackets or number)}")
        if len(terms) > 1:
            yield Thing(match.start(), match.end(), terms[-1], tuple(terms[:-1]), tuple(terms[:-1]))


def _plates(text: str) -> Iterator[Thing]:
    for match in (*_PLATE.finditer(text), *_PLATE_TYPED.finditer(text)):
        letters = "".join(_PIECE.findall(match.group()))
        yield Thing(match.start(), match.end(), f"kfz_{fold(letters)}", is_scattered=True)


def _phones(text: str) -> Iterator[Thing]:
    for match in _PHONE.finditer(text):
        groups = re.findall(r"\d+", match["rest"])
        local = "".join(groups)
        whole = f"0{match['area'].removeprefix('0')}{local}"
        if not 7 <= len(whole) <= 16:
            continue
        # What stands behind it may be another number: each shorter reading is one, too.
        readings = ["".join(groups[:count]) for count in range(len(groups), 0, -1)]
        shorter = [
            f"{whole[: len(whole) - len(local)]}{one}" for one in readings[1:] if len(one) > 4
        ]
        wider = (
            *(f"tel_{one}" for one in shorter),
            *(f"tel_{one}" for one in readings if len(one) > 4),
        )
        yield Thing(match.start(), match.end(), f"tel_{whole}", wider)


def _signs(text: str) -> Iterator[Thing]:
    text = text.translate(_DASHES) if not text.isascii() else text
    done = 0
    for joint in _JOINT.finditer(text):
        start = joint.start()
        if start < done:
            continue
        while start > done and text[start - 1].isalnum():
            start -= 1
        match = _SIGN.match(text, start)
        done = match.end() if match else joint.end()
        if (
            match
            and text[start - 1 : start] not in ("/", ".", "@", "-")
            and _numbers_things(match.group())
        ):
            yield _sign(match)


def _numbers_things(written: str) -> bool:
    """Tell a file number from hyphenated words and decimals."""
    pieces = _PIECE.findall(written)
    numbers = sum(any(char.isdigit() for char in piece) for piece in pieces)
    is_decimal = len(pieces) == 2 and "." in written
    return not is_decimal and (numbers > 1 or (numbers == 1 and len(pieces) > 2))


def _sign(match: re.Match[str]) -> Thing:
    written = match.group().lower()
    ends = [piece.end() for piece in _PIECE.finditer(written)][1:-1]
    beginnings = tuple(f"az_{written[:end]}" for end in ends)
    return Thing(match.start(), match.end(), f"az_{written}", beginnings, is_scattered=True)


def _numbers(text: str) -> Iterator[Thing]:
    for match in _DIGITS.finditer(text):
        yield Thing(match.start(), match.end(), f"tel_{match.group()}")

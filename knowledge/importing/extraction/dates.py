"""A document's own day: out of time stamps, and out of the head of its text."""

from __future__ import annotations

import contextlib
import datetime as dt
import re

_MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober",
    "november", "dezember",
)  # fmt: skip
MONTH_NAMES = tuple(month.capitalize() for month in _MONTHS)
_ABBREVIATED = {month[:3]: number for number, month in enumerate(_MONTHS, start=1)}
_IN_TEXT = re.compile(
    r"(?<![\d.,/-])(\d{1,2})\.[ ]?(?:(\d{1,2})\.[ ]?|([A-Za-zä]{3,9})\.?[ ])(\d{4}|\d{2})(?![\d.,]*\d)"
    r"|(?<![\d.,/-])(\d{4})-(\d{2})-(\d{2})(?![\d-])"
)
_STAMP = re.compile(r"^\s*(?:D:)?(\d{4})-?(\d{2})-?(\d{2})")
_FIRST_YEAR = 1900
_HEAD_LINES = 15  # of a text: place and date of a letter, the head of minutes
_HEAD_CHARS = 1500
# What programs put into every file of theirs when nobody says otherwise.
_NO_DATES = frozenset(
    {dt.date(2013, 12, 23), dt.date(2013, 1, 27), dt.date(1970, 1, 1), dt.date(1980, 1, 1)}
)


def day_of_stamp(stamp: str) -> dt.date | None:
    """Return the day of a time in a file's properties, ISO 8601 or as PDF writes it; None if it says nothing."""
    with contextlib.suppress(ValueError):
        moment = dt.datetime.fromisoformat(stamp.strip())
        if moment.tzinfo is not None:
            moment = moment.astimezone()
        return plausible(moment.year, moment.month, moment.day)
    found = _STAMP.match(stamp)
    return plausible(*map(int, found.groups())) if found else None


def day_in_head(text: str) -> dt.date | None:
    """Return the first date in the head of a text, day before month."""
    head = "\n".join(text.strip().split("\n")[:_HEAD_LINES])[:_HEAD_CHARS]
    for found in _IN_TEXT.finditer(head):
        day, month, name, year, iso_year, iso_month, iso_day = found.groups()
        if iso_year:
            chosen = plausible(int(iso_year), int(iso_month), int(iso_day))
        else:
            number = _ABBREVIATED.get((name or "").lower()[:3], 0) if name else int(month)
            chosen = plausible(_full_year(year), number, int(day))
        if chosen:
            return chosen
    return None


def plausible(year: int, month: int, day: int) -> dt.date | None:
    """Return the day, or None if there is no such day or it can't be a document's."""
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return None
    latest = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=366)
    is_likely = found.year >= _FIRST_YEAR and found <= latest and found not in _NO_DATES
    return found if is_likely else None


def _full_year(year: str) -> int:
    short = int(year)
    if len(year) == 4:
        return short
    return short + (2000 if short < 70 else 1900)

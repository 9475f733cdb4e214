"""Days as people write them in minutes, and days on which nobody works."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import cache

import holidays
from django.conf import settings

_WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
    "dezember",
)  # fmt: skip
_NUMBERS = {"einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "sechs": 6, "acht": 8}
_DATE = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.?(?:\s*(\d{4}|\d{2}))?")
_NAMED = re.compile(rf"(\d{{1,2}})\.\s*({'|'.join(_MONTHS)})(?:\s*(\d{{4}}))?")
_END_OF = re.compile(rf"ende\s+({'|'.join(_MONTHS)})(?:\s*(\d{{4}}))?")
_IN = re.compile(r"in\s+(\d{1,3}|[a-z]+)\s+(tag|woche|monat)(?:en|e|n)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def understood(typed: str, today: dt.date) -> dt.date | None:
    """Return the day that is meant, the next one that fits; None if it isn't understood.

    Understood are 15.3., 15.03.2027, 15. März, Ende März, Freitag, in 2 Wochen, heute, morgen, with or without "bis".
    """
    text = " ".join(typed.casefold().split()).removeprefix("bis ").removeprefix("zum ").rstrip(",;")
    if text in ("heute", "morgen"):
        return today + dt.timedelta(days=int(text == "morgen"))
    if text.rstrip(".") in _WEEKDAYS:
        ahead = (_WEEKDAYS.index(text.rstrip(".")) - today.weekday() - 1) % 7 + 1
        return today + dt.timedelta(days=ahead)
    try:
        return _by_numbers(text, today) or _by_words(text, today)
    except (ValueError, OverflowError):  # the 31.2., or in 999 months
        return None


def _by_numbers(text: str, today: dt.date) -> dt.date | None:
    if found := _ISO.fullmatch(text):
        return dt.date(*map(int, found.groups()))
    if found := _DATE.fullmatch(text):
        day, month, year = found.groups()
        return _next(int(day), int(month), year, today)
    return None


def _by_words(text: str, today: dt.date) -> dt.date | None:
    if found := _NAMED.fullmatch(text):
        return _next(int(found[1]), _MONTHS.index(found[2]) + 1, found[3], today)
    if found := _END_OF.fullmatch(text):
        month = _MONTHS.index(found[1]) + 1
        year = int(found[2] or today.year)
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        return last if found[2] or last >= today else understood(f"{text} {year + 1}", today)
    if found := _IN.fullmatch(text):
        count = int(found[1]) if found[1].isdecimal() else _NUMBERS.get(found[1])
        return _after(today, count, found[2]) if count else None
    return None


def _next(day: int, month: int, year: str | None, today: dt.date) -> dt.date:
    if year:
        return dt.date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = dt.date(today.year, month, day)
    return found if found >= today else dt.date(today.year + 1, month, day)


def _after(today: dt.date, count: int, unit: str) -> dt.date:
    if unit != "monat":
        return today + dt.timedelta(days=count * (7 if unit == "woche" else 1))
    month = today.month - 1 + count
    year, month = today.year + month // 12, month % 12 + 1
    return dt.date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def is_working_day(day: dt.date) -> bool:
    """Tell whether offices are open: no weekend, no public holiday of the city's Land."""
    return day.weekday() < 5 and day not in _holidays(settings.HOLIDAYS_OF)


@cache
def _holidays(land: str) -> holidays.HolidayBase:
    return holidays.country_holidays("DE", subdiv=land or None)


def working_day_from(day: dt.date) -> dt.date:
    """Return `day`, or the next working day after it."""
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day

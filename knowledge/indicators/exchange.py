"""Indicators as a table: a line for each year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import Space
from accounts.models import User
from knowledge.exchange.kinds import Cells, Exchange, Key, Understood
from knowledge.indicators.models import Direction, Indicator, Level, Nature, Value, plain
from knowledge.indicators.services import OfYear, keep
from knowledge.tables.reading import NotRead, choice_of, decimal_of, flag_of, year_of

_COLUMNS = {
    "key": gettext_lazy("Key"),
    "name": gettext_lazy("Name"),
    "nature": gettext_lazy("Nature"),
    "level": gettext_lazy("Level"),
    "unit": gettext_lazy("Unit"),
    "direction": gettext_lazy("Good direction"),
    "source": gettext_lazy("Source"),
    "area": gettext_lazy("Area"),
    "year": gettext_lazy("Year"),
    "value": gettext_lazy("Value"),
    "target": gettext_lazy("Target"),
    "is_break": gettext_lazy("Break"),
    "note": gettext_lazy("Note"),
}
_CHOICES = {"nature": Nature, "level": Level, "direction": Direction}
_LENGTHS = {"key": 60, "name": 200, "unit": 80, "source": 200, "area": 120, "note": 300}
_NEEDED = ("key", "name", "nature", "level", "unit", "direction")
_LARGEST = Decimal(10) ** 13


def _current(user: User, space: Space) -> Mapping[Key, Cells]:
    found: dict[Key, Cells] = {}
    indicators = Indicator.objects.visible_to(user).filter(space=space)
    for one in indicators.prefetch_related("values").order_by("key"):
        for row in one.values.all():
            found[one.key, str(row.year)] = _cells(_facts(one), row)
        if not one.values.all():
            found[one.key, ""] = _cells(_facts(one), None)
    return found


def _facts(indicator: Indicator) -> dict[str, str]:
    names = ("key", "name", "nature", "level", "unit", "direction", "source", "area")
    return {name: getattr(indicator, name) for name in names}


def _cells(facts: Mapping[str, str], of_year: Value | OfYear | None) -> Cells:
    words = [
        str(_CHOICES[name](value).label) if name in _CHOICES else value
        for name, value in facts.items()
    ]
    if of_year is None:
        return [*words, None, None, None, "", ""]
    value, target = plain(of_year.value), plain(of_year.target)
    return [*words, of_year.year, value, target, _("yes") if of_year.is_break else "", of_year.note]


def _reader(user: User, space: Space) -> Callable[[Mapping[str, str]], Understood]:
    return _understood


def _understood(named: Mapping[str, str]) -> Understood:
    said = {name: named[str(label)] for name, label in _COLUMNS.items()}
    for name in _NEEDED:
        if not said[name]:
            raise NotRead(_("The column “%(column)s” is empty.") % {"column": _COLUMNS[name]})
    for name, longest in _LENGTHS.items():
        if len(said[name]) > longest:
            raise NotRead(
                _("“%(column)s” is longer than %(most)s characters.")
                % {"column": _COLUMNS[name], "most": longest}
            )
    facts = {
        name: said[name]
        for name in ("name", "nature", "level", "unit", "direction", "source", "area")
    }
    for name, choices in _CHOICES.items():
        facts[name] = choice_of(said[name], choices.choices)
    of_year = _of_year(said)
    key = (said["key"], str(of_year.year) if of_year else "")
    values = (said["key"], facts, of_year)
    return Understood(key, _cells({"key": said["key"], **facts}, of_year), values)


def _of_year(said: Mapping[str, str]) -> OfYear | None:
    value, target = _number(said["value"]), _number(said["target"])
    if not said["year"]:
        if value is not None or target is not None or said["is_break"] or said["note"]:
            raise NotRead(_("There is a value, but no year."))
        return None
    return OfYear(year_of(said["year"]), value, target, flag_of(said["is_break"]), said["note"])


def _number(text: str) -> Decimal | None:
    number = decimal_of(text)
    if number is not None and (abs(number) >= _LARGEST or number != round(number, 4)):
        raise NotRead(_("“%(text)s” is too large, or has more than four decimals.") % {"text": text[:40]})  # fmt: skip
    return number


def _write(actor: User, space: Space, values: Any) -> None:
    key, facts, of_year = values
    keep(space, key, facts, of_year, actor=actor)


EXCHANGE = Exchange(
    name="indikatoren",
    title=gettext_lazy("Indicators"),
    columns=list(_COLUMNS.values()),
    hint=gettext_lazy(
        "A line for each year of an indicator. An empty value is a gap; “Bruch” says that it can’t be compared "
        "with the years before. What is left out of the table stays as it is."
    ),
    current=_current,
    reader=_reader,
    write=_write,
)

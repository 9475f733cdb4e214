"""Indicators and values are kept by whoever publishes in their space; each change leaves a line in the log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, count
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.models import Space
from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.indicators.models import Indicator, Value
from knowledge.indicators.notices import forget
from knowledge.measures.models import MeasurePage
from knowledge.measures.services import ChangedMeanwhile, check_seen, stamp_of
from web.anchors import from_words

_KEY_BEGIN = 50  # characters of a key that are made of the name


@dataclass(frozen=True, slots=True)
class OfYear:
    """What a year says; without a value it is a gap."""

    year: int
    value: Decimal | None
    target: Decimal | None
    is_break: bool
    note: str


def may_keep(user: Any, space: Space) -> bool:
    """Tell whether `user` keeps the indicators of a space."""
    return can(user, Action.PUBLISH, space)


@transaction.atomic
def make(
    space: Space, facts: Mapping[str, Any], measures: Collection[MeasurePage], *, actor: User
) -> Indicator:
    """Add an indicator under a key of its own, with the measures that it belongs to.

    Raises:
        PermissionDenied: If the actor doesn't publish in the space.
    """
    indicator = keep(space, _free_key(space, facts["name"]), facts, None, actor=actor)
    indicator.measures.set(measures)
    return indicator


def _free_key(space: Space, name: str) -> str:
    """Return a key that no indicator of the space has, made of its name."""
    begin = from_words(name)[:_KEY_BEGIN]
    # unscoped: so that no key is given twice
    taken = set(Indicator.objects.filter(space=space).values_list("key", flat=True))
    numbered = (f"{begin}-{number}" for number in count(2))
    return next(key for key in chain([begin], numbered) if key not in taken)


@transaction.atomic
def change(
    indicator: Indicator,
    facts: Mapping[str, Any],
    measures: Collection[MeasurePage],
    *,
    actor: User,
    seen: str,
) -> Indicator:
    """Change what an indicator is, and which measures it belongs to; those that the actor doesn't see stay.

    Args:
        indicator: As it is.
        facts: See `keep`.
        measures: All that it belongs to and the actor sees.
        actor: Who does it.
        seen: Its `stamp_of` when the form was opened.

    Raises:
        PermissionDenied: If the actor doesn't publish in the space.
        ValidationError: If somebody else was faster, or the unit would change although values exist.
    """
    # unscoped: `keep` asks for the right
    row = (
        Indicator.objects.select_for_update(of=("self",))
        .select_related("space")
        .get(pk=indicator.pk)
    )
    check_seen(row, seen)
    kept = keep(row.space, row.key, facts, None, actor=actor)
    unseen = kept.measures.exclude(
        pk__in=MeasurePage.objects.visible_to(actor).order_by().values("pk")
    )
    before = set(kept.measures.values_list("pk", flat=True))
    after = {one.pk for one in measures} | set(unseen.values_list("pk", flat=True))
    if before != after:
        kept.measures.set(after)
        record("indicator.changed", actor=actor, obj=kept, space=kept.space)
    return kept


@transaction.atomic
def keep(
    space: Space, key: str, facts: Mapping[str, Any], of_year: OfYear | None, *, actor: User | None
) -> Indicator:
    """Add an indicator or change it, with the value of one year.

    Args:
        space: Where it belongs.
        key: By which it is found again in this space.
        facts: Name, nature, level, unit, direction, source, area; where a form says it, how often and how soon a value
            comes.
        of_year: The value to keep; None to keep the indicator alone.
        actor: Who does it; None for the installation.

    Raises:
        PermissionDenied: If the actor doesn't publish in the space.
        ValidationError: If the unit would change although values exist.
    """
    if actor is not None and not may_keep(actor, space):
        raise PermissionDenied
    # unscoped: the right was asked for above
    found = Indicator.objects.select_for_update().filter(space=space, key=key).first()
    indicator = found or Indicator(space=space, key=key)
    if found is not None and found.unit != facts["unit"] and found.values.exists():
        sentence = _(
            "“%(indicator)s” has values in “%(unit)s”. With another unit they would say something else: make a new "
            "indicator with another key."
        )
        raise ValidationError({"unit": sentence % {"indicator": found, "unit": found.unit}})
    before = {name: getattr(indicator, name) for name in facts}
    if found is None or before != dict(facts):
        for name, value in facts.items():
            setattr(indicator, name, value)
        indicator.save()
        record("indicator.changed", actor=actor, obj=indicator, space=space)
    if of_year is not None:
        _write(indicator, of_year, actor)
    return indicator


# --- values -------------------------------------------------------------------------------------------
@transaction.atomic
def keep_value(indicator: Indicator, said: OfYear, *, actor: User, seen: str) -> None:
    """Add what a year says, or correct it.

    Args:
        indicator: Whose year it is.
        said: What the year says.
        actor: Who does it.
        seen: `stamp_of` the year's row when the form was opened; empty if there was none.

    Raises:
        PermissionDenied: If the actor doesn't publish in the space.
        ValidationError: If somebody else was faster, or the year is there already.
    """
    before = _taken(indicator, said.year, actor)
    if before is not None and not seen:
        sentence = _("There is a value for %(year)s already. Correct it at its year.")
        raise ValidationError({"year": sentence % {"year": said.year}})
    if seen and (before is None or seen != stamp_of(before)):
        raise ChangedMeanwhile
    _write(indicator, said, actor)


@transaction.atomic
def drop_value(indicator: Indicator, year: int, *, actor: User) -> None:
    """Take a year out that was written by mistake; nothing happens if it is gone already.

    Raises:
        PermissionDenied: If the actor doesn't publish in the space.
    """
    row = _taken(indicator, year, actor)
    if row is not None:
        row.delete()
        _record(indicator, year, actor)


def _taken(indicator: Indicator, year: int, actor: User) -> Value | None:
    """Lock an indicator, and return what the year says."""
    # unscoped: the right is asked in the next line
    row = (
        Indicator.objects.select_for_update(of=("self",))
        .select_related("space")
        .get(pk=indicator.pk)
    )
    if not may_keep(actor, row.space):
        raise PermissionDenied
    return row.values.filter(year=year).first()


def _write(indicator: Indicator, said: OfYear, actor: User | None) -> None:
    kept = {
        "value": said.value,
        "target": said.target,
        "is_break": said.is_break,
        "note": said.note,
    }
    # unscoped: of an indicator whose right was asked for
    Value.objects.update_or_create(indicator=indicator, year=said.year, defaults=kept)
    forget(indicator)
    _record(indicator, said.year, actor)


def _record(indicator: Indicator, year: int, actor: User | None) -> None:
    details = {"year": year}
    record("indicator.value", actor=actor, obj=indicator, space=indicator.space, details=details)

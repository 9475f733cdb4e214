"""Measures that go on in others: merged, superseded, split; and other pages that belong to a measure.

The page of an ended measure stays where it was, with its entries and its history: every address of it works, nobody
reads more or less than before, and it leads to where it goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.measures.models import GoesOnIn, MeasurePage, Related, Succession
from knowledge.measures.services import may_keep, take
from knowledge.pages.kinds import kind_of

TIED_KINDS = frozenset({"paper", "event", "minutes"})  # other pages don't ask for their measures


@transaction.atomic
def go_on_in(
    ended: MeasurePage,
    following: Sequence[MeasurePage],
    how: Succession,
    *,
    actor: User | None,
    reason: str = "",
    on: dt.date | None = None,
) -> None:
    """End a measure that is merged into another one, superseded by one, or split into several.

    Args:
        ended: The one that ends; nothing is written there any more.
        following: Where it goes on.
        how: Which of the three.
        actor: Who keeps all of them.
        reason: Why, in a sentence.
        on: Since when; today if not said.
    """
    measure = take(ended, actor)
    _check(measure, following, how, actor)
    day = on or timezone.localdate()
    for one in following:
        GoesOnIn.objects.create(
            ended=measure, next=one, how=how, on=day, reason=reason[:300], noted_by=actor
        )
        record("measure.goes_on", actor=actor, obj=measure, details={"how": how.value})


def _check(
    ended: MeasurePage, following: Sequence[MeasurePage], how: Succession, actor: User | None
) -> None:
    if not following:
        raise ValidationError({"following": _("Choose the measure in which it goes on.")})
    if how is Succession.SPLIT and len(following) < 2:
        raise ValidationError(
            {"following": _("A measure is split into at least two. Choose the others, too.")}
        )
    if how is not Succession.SPLIT and len(following) > 1:
        raise ValidationError({"following": _("Choose one measure only, or choose “split into”.")})
    for one in following:
        if actor is not None and not may_keep(actor, one):
            raise PermissionDenied
        said = _refused(ended, one)
        if said:
            raise ValidationError({"following": said % {"measure": one.label}})


def _refused(ended: MeasurePage, one: MeasurePage) -> str:
    """Return why a measure can't go on in `one`; empty if it can."""
    if one.pk == ended.pk:
        return _("A measure can’t go on in itself. Choose another one; nothing was changed.")
    if ended.pk in _all_after(one.pk):
        return _(
            "“%(measure)s” goes on in this one already, so that it would go round in a circle. "
            "Nothing was changed."
        )
    if GoesOnIn.objects.filter(ended=one.pk).exists():
        return _("“%(measure)s” has ended itself. Choose the one in which it goes on.")
    return ""


def _all_after(pk: int) -> set[int]:
    """Return all measures in which one goes on, step by step."""
    found: set[int] = set()
    step = {pk}
    while step:
        step = set(GoesOnIn.objects.filter(ended__in=step).values_list("next", flat=True)) - found
        found |= step
    return found


@transaction.atomic
def take_back(ended: MeasurePage, *, actor: User | None) -> None:
    """Let a measure that was ended by mistake go on by itself again."""
    # unscoped: the right is asked for in the next line, and nothing is shown
    KnowledgePage.objects.select_for_update().get(pk=ended.pk)
    if actor is not None and not may_keep(actor, ended):
        raise PermissionDenied
    rows = list(GoesOnIn.objects.filter(ended=ended.pk).select_related("next"))
    for row in rows:
        row.delete()
    if rows:
        record("measure.taken_back", actor=actor, obj=ended)


@transaction.atomic
def tie(measure: MeasurePage, page: KnowledgePage, *, actor: User | None) -> None:
    """Note that a page belongs to a measure: a paper, an event, minutes."""
    row = take(measure, actor)
    if actor is not None and not can(actor, Action.READ, page):
        raise PermissionDenied
    kind = kind_of(page.specific_class)
    if kind is None or kind.name not in TIED_KINDS:
        raise ValidationError(
            _(
                "Papers, events and minutes belong to measures. Link other pages in the text, and attach files to the "
                "page."
            )
        )
    _tie, is_new = Related.objects.get_or_create(
        measure=row, page=page, defaults={"added_by": actor}
    )
    if not is_new:
        raise ValidationError(_("This page is among those that belong to the measure already."))
    record("measure.tied", actor=actor, obj=row)


@transaction.atomic
def untie(related: Related, *, actor: User | None) -> None:
    """Note that a page doesn't belong to a measure any more."""
    row = take(related.measure, actor)
    Related.objects.filter(pk=related.pk).delete()
    record("measure.tied", actor=actor, obj=row)

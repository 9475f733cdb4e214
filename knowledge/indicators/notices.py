"""Alarm: the value of a year isn't there although its period is over. Words are made with the recipient's rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.reader import same_request
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from knowledge.indicators.models import Indicator, Value
from notices.kinds import Delivery, NoticeKind, Rendered, kinds
from notices.models import Notice
from notices.rhythm import Rhythm
from notices.services import notify, withdraw

LATE = "indicators.late"
RHYTHM = Rhythm(before=(), after=(1, 7), every=30)


@dataclass(frozen=True, slots=True)
class Awaited:
    """The year whose value is the next one to come, and the day by which it should be there."""

    year: int
    due_on: dt.date

    @property
    def is_late(self) -> bool:
        """Tell whether the day is over."""
        return self.due_on < timezone.localdate()


def awaited_of(indicator: Indicator, values: Iterable[Value]) -> Awaited | None:
    """Return the value that is awaited; None where none is expected any more.

    A year with a note and no value is a gap that somebody explained: nothing is awaited for it.
    """
    if not indicator.every_years:
        return None
    said = [one.year for one in values if one.value is not None or one.note]
    year = max(said) + indicator.every_years if said else timezone.localdate(indicator.made_at).year
    return Awaited(year, dt.date(year, 12, 31) + dt.timedelta(days=indicator.days_after))


@same_request()  # the rights of each person are read once, however many indicators there are
def remind() -> int:
    """Remind of values that are late; return how many notices were made."""
    today = timezone.localdate()
    # unscoped: for a job; it tells those who keep the indicators
    found = Indicator.objects.filter(every_years__gt=0).prefetch_related("values").order_by("pk")
    return sum(_remind_of(one.pk, today) for one in found if _is_due(one, today))


def _is_due(indicator: Indicator, today: dt.date) -> bool:
    awaited = awaited_of(indicator, indicator.values.all())
    return awaited is not None and RHYTHM.is_due(
        awaited.due_on,
        today,
        known_since=timezone.localdate(indicator.made_at),
        reminded_on=indicator.reminded_on,
    )


@transaction.atomic
def _remind_of(pk: int, today: dt.date) -> int:
    # unscoped: see above
    indicator = Indicator.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if indicator is None or not _is_due(indicator, today):
        return 0  # a value came, or another worker reminded of it a moment ago
    indicator.reminded_on = today
    indicator.save(update_fields=["reminded_on"])
    people = responsible_for(indicator.space, Action.PUBLISH)
    return notify(people, LATE, key=_key(indicator), details={"indicator": pk})


def _key(indicator: Indicator) -> str:
    return f"indicator:{indicator.pk}"


def forget(indicator: Indicator) -> None:
    """Take back what is unread about a value that has come."""
    withdraw(LATE, key=_key(indicator))


# --- in words -------------------------------------------------------------------------------------------
def render_late(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say which year has no value yet."""
    pks = {one.details.get("indicator", 0) for one in notices}
    seen = Indicator.objects.visible_to(recipient).filter(pk__in=pks)
    found = {one.pk: one for one in seen.select_related("space").prefetch_related("values")}
    return [_words(found.get(one.details.get("indicator", 0))) for one in notices]


def _words(indicator: Indicator | None) -> Rendered | None:
    awaited = awaited_of(indicator, indicator.values.all()) if indicator is not None else None
    if indicator is None or awaited is None or not awaited.is_late:
        return None
    return Rendered(
        title=_("No value for %(year)s yet: %(indicator)s")
        % {"year": awaited.year, "indicator": indicator},
        text=_("It was expected by %(day)s. If there is none for this year, write a note that says why.")
        % {"day": date_format(awaited.due_on, "j. F Y")},
        url=indicator.url,
    )  # fmt: skip


def register_kinds() -> None:
    """Register the kind of notice; called once, when the app is ready."""
    kinds.register(
        NoticeKind(
            LATE, gettext_lazy("A value of an indicator is late"), render_late, Delivery.DAILY
        )
    )

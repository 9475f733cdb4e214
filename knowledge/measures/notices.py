"""Alarms: a milestone comes near or is late, nothing was heard for long. Words are made with the recipient's rights.

All of it waits for the daily mail, so that there is one a day at most, and no matter comes twice within five days.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.handling import mail_excerpt_allowed
from access.reader import same_request
from access.rights import Person, can
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from knowledge.measures.models import (
    AT_REST,
    ENDED,
    Contact,
    Entry,
    Horizon,
    MeasurePage,
    Milestone,
    SilentAfter,
)
from knowledge.measures.models.life import SilenceReminder
from notices.kinds import Delivery, NoticeKind, Rendered, kinds
from notices.models import Notice
from notices.rhythm import QUIET_DAYS, Rhythm
from notices.services import notify, withdraw

MILESTONE, SILENT = "measures.milestone", "measures.silent"
RHYTHM = Rhythm(before=(30, 7, 1), after=(1, 7), every=30)
PATIENCE_DAYS = 90  # where nobody set another number for the horizon
AGAIN_AFTER = dt.timedelta(days=30)  # a measure that stays silent is no news each day


# unscoped: for the job; each recipient is asked for the right below
def current_measures() -> Any:
    """Return the published measures that don't go on in others."""
    return MeasurePage.objects.filter(live=True, goes_on_in__isnull=True)


def people_of(measure: MeasurePage) -> list[User]:
    """Return whom a measure concerns: the bodies' contacts, and whoever publishes in its space; all may read it."""
    contacts = Contact.objects.filter(measure=measure.pk).values("person")
    people = User.objects.filter(is_active=True)
    publishers = set(responsible_for(_space_of(measure), Action.PUBLISH))
    found = publishers | set(people.filter(pk__in=contacts))
    return [one for one in found if can(one, Action.READ, measure)]


def _space_of(measure: MeasurePage) -> Any:
    return measure.space


@same_request()  # the rights of each person are read once, however many measures there are
def remind() -> int:
    """Remind of milestones and of silent measures; return how many notices were made."""
    today = timezone.localdate()
    return _remind_of_milestones(today) + _remind_of_silence(today)


def _remind_of_milestones(today: dt.date) -> int:
    # unscoped: for a job; whom it tells is asked in `people_of`
    near = Milestone.objects.still_open().filter(due_on__lte=today + RHYTHM.first_before)
    near = near.filter(measure__in=current_measures().exclude(state__in=ENDED))
    near = near.exclude(reminded_on__gt=today - dt.timedelta(days=QUIET_DAYS))
    pks = [one.pk for one in near.order_by("pk") if _is_due(one, today)]
    return sum(_remind_of(pk, today) for pk in pks)


def _is_due(milestone: Milestone, today: dt.date) -> bool:
    return RHYTHM.is_due(
        milestone.due_on,
        today,
        known_since=timezone.localdate(milestone.made_at),
        reminded_on=milestone.reminded_on,
    )


@transaction.atomic
def _remind_of(pk: int, today: dt.date) -> int:
    # unscoped: see above
    milestone = Milestone.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if milestone is None or milestone.done_on or not _is_due(milestone, today):
        return 0  # reached, or reminded of by another worker a moment ago
    milestone.reminded_on = today
    milestone.save(update_fields=["reminded_on"])
    people = people_of(milestone.measure)
    return notify(people, MILESTONE, key=f"milestone:{pk}", details={"milestone": pk})


def forget_milestone(milestone: Milestone) -> None:
    """Take back what is unread about a milestone that was reached or taken out."""
    withdraw(MILESTONE, key=f"milestone:{milestone.pk}")


# --- silence ------------------------------------------------------------------------------------------
def patience() -> dict[str, int]:
    """Return after how many days a measure of each horizon counts as silent."""
    # unscoped: the city's days
    chosen = dict(SilentAfter.objects.values_list("horizon", "days"))
    return {horizon: chosen.get(horizon, PATIENCE_DAYS) for horizon in ("", *Horizon.values)}


def news_by_measure(user: Person, measures: Iterable[int]) -> dict[int, dt.datetime]:
    """Return when the last entry was written that `user` may see, by measure; one query.

    Entries that the reader may not see don't count, or silence would tell of them.
    """
    seen = Entry.objects.visible_to(user).filter(measure__in=list(measures)).order_by()
    return dict(seen.values_list("measure").annotate(Max("written_at")))


def silent_since(
    measure: MeasurePage, last_entry: dt.datetime | None, days: int, today: dt.date
) -> dt.date | None:
    """Return since when nothing was heard of a measure; None if that isn't long, or nothing is to be heard."""
    if measure.state in AT_REST:
        return None
    known = [
        timezone.localdate(one)
        for one in (last_entry, measure.first_published_at)
        if one is not None
    ]
    if measure.assessed_on:
        known.append(measure.assessed_on)
    last = max(known, default=today)
    return last if (today - last).days >= days else None


def _remind_of_silence(today: dt.date) -> int:
    measures = {one.pk: one for one in current_measures().exclude(state__in=AT_REST)}
    allowed = patience()
    concerned: dict[User, list[MeasurePage]] = defaultdict(list)
    for measure in measures.values():
        for person in people_of(measure):
            concerned[person].append(measure)
    told = 0
    for person, theirs in concerned.items():
        news = news_by_measure(person, [one.pk for one in theirs])
        for measure in theirs:
            days = allowed.get(measure.horizon, PATIENCE_DAYS)
            if silent_since(measure, news.get(measure.pk), days, today):
                told += _tell_of_silence(measure, person, today)
    return told


@transaction.atomic
def _tell_of_silence(measure: MeasurePage, person: User, today: dt.date) -> int:
    # unscoped: the person's own; one row a person and measure, so that two workers at the same moment tell once
    row, is_new = SilenceReminder.objects.select_for_update().get_or_create(
        measure=measure, person=person, defaults={"reminded_on": today}
    )
    if not is_new:
        if today - row.reminded_on < AGAIN_AFTER:
            return 0
        row.reminded_on = today
        row.save(update_fields=["reminded_on"])
    return notify([person], SILENT, key=f"measure:{measure.pk}", details={"measure": measure.pk})


# --- in words -------------------------------------------------------------------------------------------
def render_milestone(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say that a milestone is due, or late."""
    pks = {one.details.get("milestone", 0) for one in notices}
    seen = Milestone.objects.visible_to(recipient).still_open().filter(pk__in=pks)
    found = {one.pk: one for one in seen.select_related("measure")}
    return [_milestone_words(found.get(one.details.get("milestone", 0))) for one in notices]


def _milestone_words(milestone: Milestone | None) -> Rendered | None:
    if milestone is None:
        return None
    sentence = (
        _("Milestone late since %(day)s: %(milestone)s")
        if milestone.is_overdue
        else _("Milestone due on %(day)s: %(milestone)s")
    )
    return Rendered(
        title=sentence
        % {"day": date_format(milestone.due_on, "j. F Y"), "milestone": milestone.title},
        text=milestone.measure.label,
        url=f"{milestone.measure.url}#meilensteine",
        is_confidential=not mail_excerpt_allowed(milestone.measure),
    )


def render_silent(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say since when nothing was heard of a measure, as far as the recipient hears of it."""
    pks = {one.details.get("measure", 0) for one in notices}
    seen = MeasurePage.objects.visible_to(recipient).filter(Q(pk__in=pks))
    found = {one.pk: one for one in seen}
    news, allowed, today = news_by_measure(recipient, found), patience(), timezone.localdate()
    return [
        _silent_words(found.get(one.details.get("measure", 0)), news, allowed, today)
        for one in notices
    ]


def _silent_words(
    measure: MeasurePage | None,
    news: dict[int, dt.datetime],
    allowed: dict[str, int],
    today: dt.date,
) -> Rendered | None:
    if measure is None:
        return None
    days = allowed.get(measure.horizon, PATIENCE_DAYS)
    since = silent_since(measure, news.get(measure.pk), days, today)
    if since is None:
        return None
    return Rendered(
        title=_("Nothing new since %(day)s: %(measure)s")
        % {"day": date_format(since, "j. F Y"), "measure": measure.label},
        text=_("If nothing has changed, a short entry that says so is enough."),
        url=measure.url,
        is_confidential=not mail_excerpt_allowed(measure),
    )


def register_kinds() -> None:
    """Register the kinds of notices; called once, when the app is ready."""
    kinds.register(
        NoticeKind(
            MILESTONE,
            gettext_lazy("A milestone of a measure is due"),
            render_milestone,
            Delivery.DAILY,
        ),
        NoticeKind(
            SILENT, gettext_lazy("Nothing new of a measure for long"), render_silent, Delivery.DAILY
        ),
    )

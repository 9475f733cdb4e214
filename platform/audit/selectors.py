"""Read the part of the log that the reader may see, newest first, in portions."""

# unscoped: lines of the log within `Visibility`, which operations.audit_views fills from the rights
from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.models import Entry, Log

PART = 50  # lines on one page
CHUNK = 2000  # lines read at once for an export


@dataclass(frozen=True, slots=True)
class Visibility:
    """What somebody may see of the log; a room above this app decides.

    Attributes:
        space_ids: The spaces whose lines are visible; None for all lines, those without a space included.
        reads: Whether it shows who read what.
    """

    space_ids: frozenset[int] | None
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for.

    Attributes:
        log: One of the two logs.
        since: First day.
        until: Last day.
        person: Words that the name of whoever acted must contain.
        group: Group of actions.
        space_id: Where it happened.
        object_reference: Model and primary key of the object, as `app.Model:pk`.
    """

    log: str = Log.CHANGES
    since: dt.date | None = None
    until: dt.date | None = None
    person: str = ""
    group: str = ""
    space_id: int | None = None
    object_reference: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two lines."""

    at: dt.datetime
    pk: int

    def __str__(self) -> str:
        return f"{round(self.at.timestamp() * 1_000_000)}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Return the place that `text` names; None if it names none."""
        at, _, pk = text.partition("-")
        try:
            seconds, microseconds = divmod(int(at), 1_000_000)
            moment = dt.datetime.fromtimestamp(seconds, tz=dt.UTC)
            return cls(moment.replace(microsecond=microseconds), int(pk))
        except (ValueError, OverflowError, OSError):
            return None

    @classmethod
    def of(cls, entry: Entry) -> Cursor:
        """Return the place of a line."""
        return cls(entry.at, entry.pk)


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines, newest first, and the places of the parts before and after; None where there is none."""

    entries: Sequence[Entry]
    newer: Cursor | None
    older: Cursor | None


def entries(visibility: Visibility, filters: Filters) -> QuerySet[Entry]:
    """Return the visible lines that match the filters, unordered."""
    if filters.log == Log.READS and not visibility.reads:
        return Entry.objects.none()
    found = Entry.objects.filter(log=filters.log)
    if visibility.space_ids is not None:
        found = found.filter(space_id__in=visibility.space_ids)
    if filters.space_id is not None:
        found = found.filter(space_id=filters.space_id)
    if filters.group:
        found = found.filter(group=filters.group)
    if filters.since:
        found = found.filter(at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(at__lt=_midnight(filters.until + dt.timedelta(days=1)))
    if filters.person.strip():
        found = found.filter(actor__in=_people(filters.person))
    if filters.object_reference:
        object_type, _, object_id = filters.object_reference.partition(":")
        found = found.filter(object_type=object_type, object_id=object_id)
    return found


def part(
    visibility: Visibility,
    filters: Filters,
    *,
    older_than: Cursor | None = None,
    newer_than: Cursor | None = None,
) -> Part:
    """Return up to `PART` lines: the newest, or those right before or after a place; one query.

    Args:
        visibility: What the reader may see.
        filters: What the reader looks for.
        older_than: Return what comes right before this place.
        newer_than: Return what comes right after it; `older_than` is ignored then.
    """
    found = entries(visibility, filters)
    if newer_than is not None:
        rows = list(_beyond(found, newer_than, newer=True)[: PART + 1])
        more, shown = len(rows) > PART, rows[:PART][::-1]
        return _part(shown, is_newer=more, is_older=True)
    if older_than is not None:
        rows = list(_beyond(found, older_than, newer=False)[: PART + 1])
        return _part(rows[:PART], is_newer=True, is_older=len(rows) > PART)
    rows = list(found.order_by("-at", "-pk")[: PART + 1])
    return _part(rows[:PART], is_newer=False, is_older=len(rows) > PART)


def all_entries(visibility: Visibility, filters: Filters) -> Iterator[Entry]:
    """Yield every line that matches the filters, newest first, reading `CHUNK` at a time."""
    found = entries(visibility, filters)
    rows = list(found.order_by("-at", "-pk")[:CHUNK])
    while rows:
        yield from rows
        rows = list(_beyond(found, Cursor.of(rows[-1]), newer=False)[:CHUNK])


def entries_about(person: User) -> QuerySet[Entry]:
    """Return every line on what a person did, or what was done with their account, for their own information."""
    about = Q(object_type=User._meta.label, object_id=str(person.pk))
    return Entry.objects.filter(Q(actor=person) | Q(acting_as=person) | about).order_by("at", "pk")


def _part(rows: Sequence[Entry], *, is_newer: bool, is_older: bool) -> Part:
    return Part(
        entries=rows,
        newer=Cursor.of(rows[0]) if rows and is_newer else None,
        older=Cursor.of(rows[-1]) if rows and is_older else None,
    )


def _beyond(found: QuerySet[Entry], place: Cursor, *, newer: bool) -> QuerySet[Entry]:
    # The first condition is one range of the index, the second one only sorts out equal times.
    if newer:
        ahead = found.filter(at__gte=place.at).exclude(at=place.at, pk__lte=place.pk)
        return ahead.order_by("at", "pk")
    behind = found.filter(at__lte=place.at).exclude(at=place.at, pk__gte=place.pk)
    return behind.order_by("-at", "-pk")


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _people(words: str) -> QuerySet[User, Any]:
    people = User.objects.all()
    for word in words.split():
        people = people.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
        )
    return people.order_by().values("pk")

"""What somebody typed into the form of minutes: put together with what others saved, and put into the draft."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.datastructures import MultiValueDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.audience import hidden_from
from accounts.models import User
from knowledge.groups.models import MinutesPage, Participant
from knowledge.meetings.agenda import VOTES, items_in, stored
from knowledge.meetings.minuting.about import about_typed, districts_typed
from knowledge.meetings.minuting.attendance import MOST_GUESTS, items_understood, take_attendance
from knowledge.meetings.minuting.days_said import no_day_yet
from knowledge.meetings.minuting.entry import (
    LONGEST_NOTES,
    Entry,
    as_html,
    notes_of,
    take_over,
)
from knowledge.meetings.minuting.form import parts_of
from knowledge.meetings.minuting.half_typed import (
    half_typed_of,
    is_about,
    kept_as_typed,
    name_of_about,
    votes_understood,
)
from knowledge.meetings.minuting.merging import (
    Merged,
    Reading,
    Sheet,
    Values,
    is_attendance,
    kind_of_field,
    merge,
)
from knowledge.meetings.minuting.narrowing import Narrowing, NotAmong, narrowings_in
from knowledge.meetings.minuting.sheet import Keys, shown_sheet
from knowledge.meetings.minuting.told import sentences
from knowledge.meetings.models import space_of
from knowledge.pages.blocks import Result
from knowledge.tasks.charging import members_of
from knowledge.tasks.days import understood
from knowledge.writing.services import draft_of, stamp_of
from knowledge.writing.stamps import Stale

ATTEMPTS = 5  # somebody else may save between reading and writing
_DAYS = frozenset({"due", "resubmit_on", "held_on"})


@dataclass(frozen=True, slots=True)
class Sent:
    """What came from a browser.

    Attributes:
        base: What the form showed when the writer began; None of a form that doesn't say it.
        mine: The form.
        stamp: Of the version that the form was made from.
        is_repeated: Whether it was sent before, without an answer.
        is_typing: Whether the form saved itself while somebody is typing.
        sends_out: Whether the minutes are to go out, so that nothing in them is half typed any more.
        touched: Items in which something was typed, as far as the browser says so.
    """

    base: Sheet | None
    mine: Sheet
    stamp: str
    is_repeated: bool = False
    is_typing: bool = False
    sends_out: bool = False
    touched: Collection[str] = ()


@dataclass(slots=True)
class Typed:
    """What became of it; nothing is saved.

    Attributes:
        entry: The latest draft with what was typed.
        stamp: Of the version that is changed.
        shown: What the form shows of the stored draft.
        mine: The form as it was sent, under the keys with which it is stored.
        read: How its fields are understood.
        merged: What both changed, as a form.
        keys: Under which keys it is stored.
        is_merged: Whether somebody else saved since the form was made.
        changes: Who sees what from now on.
        told: Sentences about what could not be put together.
        hidden: Keys of items that aren't for the writer.
        half_typed: What isn't understood yet, what others typed where the writer doesn't see it among it, by the names
            of its fields.
    """

    entry: Entry
    stamp: str
    shown: Sheet
    mine: dict[str, list[str]]
    read: Reading
    merged: Merged
    keys: Keys
    is_merged: bool
    changes: Sequence[Narrowing] = ()
    told: list[str] = field(default_factory=list)
    hidden: Collection[UUID] = ()
    half_typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        """Tell whether something is to be saved."""
        return dict(self.merged.sheet) != dict(self.shown)


def understand(page: MinutesPage, sent: Sent, *, writer: User) -> Typed:
    """Put what was typed into the latest draft, together with what others saved.

    Raises:
        Stale: If somebody else saved, and the form doesn't say from what it began.
    """
    draft = draft_of(page)
    stamp = stamp_of(draft)
    if sent.base is None and sent.stamp != stamp:
        raise Stale(draft)
    half_before = half_typed_of(draft)
    shown = shown_sheet(parts_of(draft, writer, half_typed=half_before))
    keys = Keys.of(draft)
    mine = keys.stored(sent.mine)
    base = shown if sent.base is None else keys.stored(sent.base)
    items = (one["id"] for one in items_in(stored(draft)))
    hidden = hidden_from(writer, {UUID(one) for one in (*items, *mine["item"])})
    read = _Reading(draft, writer)
    merged = merge(
        base,
        mine,
        shown,
        read=read,
        hidden={str(key) for key in hidden},
        is_repeated=sent.is_repeated,
    )
    divided = None if sent.is_typing else _divided(sent, base, mine, keys)
    entry = take_over(draft, merged.sheet, writer=writer, hidden=hidden, divided=divided)
    _head(draft, merged.sheet, shown, entry)
    half = entry.half_typed | _of_others(half_before, writer, hidden, keys)
    try:
        changes = narrowings_in(draft, entry.audiences, actor=writer)
    except NotAmong as refused:
        changes, entry.refused = [], [str(refused)]
        entry.problems += entry.refused
    told = sentences(merged)
    return Typed(
        entry,
        stamp,
        shown,
        mine,
        read,
        merged,
        keys,
        sent.stamp != stamp,
        changes,
        told,
        hidden,
        half,
    )


def _divided(sent: Sent, base: Sheet, mine: Sheet, keys: Keys) -> Collection[str]:
    """Return in which items lines become rows: others may be in the middle of a line elsewhere."""
    if sent.sends_out:
        return {*mine["item"], *keys.agenda}
    changed = {key for key in mine["item"] if mine.get(f"{key}-notes") != base.get(f"{key}-notes")}
    return changed | {key for key, as_sent in keys.items.items() if as_sent in sent.touched}


def _of_others(
    half: Mapping[str, str], writer: User, hidden: Collection[UUID], keys: Keys
) -> dict[str, str]:
    """Return what others typed and the writer doesn't see: in hidden items, and numbers that mean nothing to them."""
    items = {str(key) for key in hidden}
    rows = {row for item in items for row in keys.agenda.get(item, ())}
    return {
        name: typed
        for name, typed in half.items()
        if name[:36] in items | rows
        or (is_about(name) and name != name_of_about(name[:36], writer.pk))
    }


def _head(draft: MinutesPage, sheet: Sheet, shown: Sheet, entry: Entry) -> None:
    for name, longest in (("chair", 120), ("keeper", 120), ("place", 200)):
        setattr(draft, name, sheet[name][0].strip()[:longest])
    typed = kept_as_typed(sheet["held_on"][0])
    day = understood(typed, draft.held_on)
    if day is not None:
        draft.held_on = day
    elif typed:
        entry.half_typed["held_on"] = typed
        where = _("Day of the meeting")
        entry.problems.append(f"{where}: {no_day_yet(typed)}")
    if any(values != shown.get(name) for name, values in sheet.items() if is_attendance(name)):
        posted = MultiValueDict({name: list(values) for name, values in sheet.items()})
        entry.problems += take_attendance(draft, members_of(space_of(draft)), posted)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Tells what the form will show of a field that was typed."""

    draft: MinutesPage
    writer: User

    def __call__(self, name: str, values: Values) -> Values | None:
        typed = values[0] if values else ""
        kind = kind_of_field(name)
        if not typed:
            return None if kind == "title" else []
        if kind in _DAYS:
            day = understood(typed, self.draft.held_on)
            return [kept_as_typed(typed) if day is None else date_format(day, "d.m.Y")]
        if kind in VOTES:
            votes = votes_understood(typed)
            return [kept_as_typed(typed) if votes is None else str(votes)]
        if kind == "result":
            return values if typed in Result.values else None
        if kind == "notes":
            return [notes_of(as_html(typed[:LONGEST_NOTES]))]
        if kind == "guests":
            lines = [line.strip()[:120] for line in typed.splitlines() if line.strip()]
            return ["\n".join(lines[:MOST_GUESTS])]
        if kind.startswith("items-"):
            return self._items(typed)
        if kind == "about":
            return [about_typed(typed, self.writer)]
        if kind == "districts":
            return [districts_typed(typed)]
        return values

    def _items(self, typed: str) -> Values | None:
        found = items_understood(typed)
        if found is None:
            return None
        return [Participant(from_item=found[0], to_item=found[1]).items_typed]

"""What the form of minutes shows: the draft, as far as its writer sees it, and what was found in it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from access.audience import audiences_of, may_see_audience
from access.rights import can
from access.roles import Action
from accounts.models import Organisation, User
from accounts.signed_in import signed_in
from knowledge.editing.wording import editor_words
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import Raw, hidden_items, items_in, new_item, stored
from knowledge.meetings.circulating.checks import Finding
from knowledge.meetings.leading import may_release
from knowledge.meetings.minuting.about import numbers_of
from knowledge.meetings.minuting.attendance import attendance_of, guests_of
from knowledge.meetings.minuting.days_said import said_of_day, said_of_lines
from knowledge.meetings.minuting.entry import Entry, is_formatted, notes_of
from knowledge.meetings.minuting.half_typed import half_typed_of, name_of_about
from knowledge.meetings.minuting.merging import Sheet
from knowledge.meetings.minuting.narrowing import Consequence, organisations_of
from knowledge.meetings.minuting.sheet import NEW, shown_sheet
from knowledge.meetings.minuting.splitting import can_be_split
from knowledge.meetings.minuting.told import MORE
from knowledge.meetings.models import Meeting, State, rules_of, space_of
from knowledge.pages.blocks import Result
from knowledge.tasks.charging import members_of, offered
from knowledge.writing.submitting import is_waiting, last_reason, review_of


def address_of_new_item(pk: int) -> str:
    """Return where the next item is typed; the browser puts the cursor there."""
    return reverse("meetings:edit", args=[pk]) + f"#{NEW}-title"


def form_page(
    request: HttpRequest,
    draft: MinutesPage,
    meeting: Meeting,
    *,
    stamp: str,
    found: list[Finding] | None = None,
    entry: Entry | None = None,
    asked: Consequence | None = None,
    base: Sheet | None = None,
) -> HttpResponse:
    """Return the form as the writer sees it: of an item that isn't the writer's, the neutral line alone.

    Args:
        request: Whose form it is.
        draft: What it shows.
        meeting: Of the minutes.
        stamp: Of the version from which it was made.
        found: What is missing or odd.
        entry: What was typed, if it isn't stored.
        asked: What has to be confirmed first.
        base: What the stored draft shows, if that isn't what this form shows.
    """
    user = signed_in(request)
    parts = parts_of(
        draft,
        user,
        audiences=entry.audiences if entry else {},
        half_typed=entry.half_typed if entry else None,
    )
    context = {
        **parts,
        "base": json.dumps(shown_sheet(parts) if base is None else base),
        "data": script_data(draft),
        "meeting": meeting,
        "stamp": stamp,
        "findings": found or [],
        "narrow": asked.state if asked else "",
        "may_go_anyway": bool(found) and not asked and not any(one.stops for one in found or []),
        "results": Result.choices,
        "names": offered(user, space_of(draft)),
        "may_publish": can(user, Action.PUBLISH, draft),
        "release": release_of(draft, user),
        "may_split": meeting.state in (State.PLANNED, State.HELD)
        and can_be_split(draft, hidden_items(draft, user)),
    }
    return render(request, "meetings/edit.html", context, status=400 if found else 200)


def script_data(page: MinutesPage) -> dict[str, Any]:
    """Return what the script needs that saves the form while somebody types."""
    return {
        "page": page.pk,
        "urls": {
            "autosave": reverse("meetings:keep_typed", args=[page.pk]),
            "presence": reverse("editing:presence", args=[page.pk]),
            "key": reverse("editing:key", args=[page.pk]),
        },
        "words": {**editor_words(), "item": _("Item %(number)s") % {"number": "%s"}},
    }


def parts_of(
    draft: MinutesPage,
    user: User,
    *,
    audiences: Mapping[UUID, Collection[int]] = MappingProxyType({}),
    half_typed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the fields of the form, as far as `user` sees the minutes.

    Args:
        draft: The minutes.
        user: Who writes.
        audiences: Who is to see which item, where that was chosen and isn't stored.
        half_typed: What isn't understood yet, by the names of its fields, if it isn't what is stored.
    """
    half = half_typed_of(draft) if half_typed is None else half_typed
    fields = _Fields(user, draft.held_on, half)
    noted = attendance_of(draft)
    raw = list(items_in(stored(draft)))
    narrowed = audiences_of(UUID(one["id"]) for one in raw)
    chosen = {**narrowed, **audiences}
    members = members_of(space_of(draft))
    bodies = organisations_of(members)
    hidden = {key for key, audience in narrowed.items() if not may_see_audience(user, audience)}
    numbers = numbers_of(raw, user)
    return {
        "page": draft,
        "held_on": fields.day("held_on", draft.held_on),
        "held_on_said": fields.said("held_on"),
        "items": [
            None
            if UUID(one["id"]) in hidden
            else _item(one, bodies, chosen.get(UUID(one["id"]), ()), numbers, fields)
            for one in raw
        ],
        "blank": _item({**new_item(""), "id": NEW}, bodies, (), {}, fields),
        "bodies": bodies,
        "members": [(one, noted.get(one.pk)) for one in members],
        "guests": "\n".join(guests_of(draft)),
    }


@dataclass(frozen=True, slots=True)
class Release:
    """How far the lead's release is, for whoever has the form before them."""

    is_mine: bool  # this person sends the minutes out
    is_waiting: bool
    asked_by: str = ""
    reason: str = ""  # why they were returned


def release_of(page: MinutesPage, user: User) -> Release | None:
    """Return how far the release is; None where the group needs none."""
    if not rules_of(page.space).needs_release:
        return None
    state = review_of(page)
    return Release(
        is_mine=may_release(user, page),
        is_waiting=is_waiting(state),
        asked_by=str(state.requested_by or "") if state else "",
        reason=last_reason(state) if state else "",
    )


@dataclass(frozen=True, slots=True)
class _Fields:
    """How fields are shown: as they are understood, or as they were typed as long as they aren't."""

    writer: User
    held_on: dt.date
    half_typed: Mapping[str, str]

    def day(self, name: str, stored_day: Any) -> str:
        if name in self.half_typed:
            return self.half_typed[name]
        return date_format(dt.date.fromisoformat(str(stored_day)), "d.m.Y") if stored_day else ""

    def said(self, name: str) -> str:
        return said_of_day(self.half_typed.get(name, ""), self.held_on)

    def other(self, item: str, name: str, value: Any, numbers: Mapping[int, str]) -> str:
        if name == "about":
            known = [numbers[one["value"]] for one in value if one["value"] in numbers]
            return self._list(name_of_about(item, self.writer.pk), known)
        if name == "districts":
            return self._list(f"{item}-{name}", [one["value"] for one in value])
        return self.half_typed.get(f"{item}-{name}", "" if value is None else str(value))

    def _list(self, name: str, known: list[str]) -> str:
        return "; ".join((*known, *filter(None, [self.half_typed.get(name)])))


def _item(
    raw: Raw,
    bodies: Sequence[Organisation],
    audience: Collection[int],
    numbers: Mapping[int, str],
    fields: _Fields,
) -> dict[str, Any]:
    value, key = raw["value"], raw["id"]
    notes = notes_of(value["text"])
    day = fields.day(f"{key}-resubmit_on", value["resubmit_on"])
    more = [
        (
            name,
            label,
            day if name == "resubmit_on" else fields.other(key, name, value[name], numbers),
        )
        for name, label in MORE.items()
    ]
    return {
        **value,
        "key": key,
        "fresh": uuid4().hex,
        "notes": notes,
        "notes_said": said_of_lines(notes, fields.held_on),
        "resubmit_said": fields.said(f"{key}-resubmit_on"),
        "is_formatted": is_formatted(value["text"]),
        "tasks": [
            {
                **one["value"],
                "key": one["id"],
                "due": fields.day(f"{one['id']}-due", one["value"]["due_on"]),
                "due_said": fields.said(f"{one['id']}-due"),
            }
            for one in value["tasks"]
        ],
        "decisions": [{"key": one["id"], "text": one["value"]} for one in value["decisions"]],
        "more": more,
        "bodies": [(one, one.pk in audience) for one in bodies],
        "has_more": bool(audience) or any(shown for _name, _label, shown in more),
    }

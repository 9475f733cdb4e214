"""The form of minutes saves itself while somebody is typing: what came, and what the browser is told of others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.signed_in import signed_in
from knowledge.editing.answers import answering, read_json
from knowledge.editing.lines import Unreadable
from knowledge.groups.models import MinutesPage
from knowledge.meetings.doors import page_to_change
from knowledge.meetings.minuting.days_said import WITH_DAYS, said_of
from knowledge.meetings.minuting.form import parts_of
from knowledge.meetings.minuting.merging import ROWS, Sheet, Values, kind_of_field, values_of
from knowledge.meetings.minuting.services import save_minutes
from knowledge.meetings.minuting.sheet import NEW, as_sheet, shown_sheet
from knowledge.meetings.minuting.typed import ATTEMPTS, Sent, Typed, understand
from knowledge.pages.blocks import Result
from knowledge.writing.services import draft_of, stamp_of
from knowledge.writing.stamps import Stale

_LEFT_FOR_THE_BUTTON = ("-remove", "-place")
"""What is done to an item when the form is sent: while somebody types it may be taken back."""


@require_POST
@answering
def keep_typed(request: HttpRequest, pk: int) -> JsonResponse:
    """Keep what is being typed; answers 404, 409, 413 or 422 with a sentence where that can't be."""
    user = signed_in(request)
    page = page_to_change(user, pk)
    sent = _read(read_json(request))
    for attempt in range(ATTEMPTS):
        typed = understand(page, sent, writer=user)
        changes = [one for one in typed.changes if not one.is_out]
        if not typed.is_changed:
            return JsonResponse(_answer(typed, draft_of(page), typed.stamp, user))
        try:
            saved = save_minutes(
                typed.entry.page,
                actor=user,
                stamp=typed.stamp,
                narrowings=changes,
                half_typed=typed.half_typed,
                is_typing=True,
            )
        except Stale:
            if attempt + 1 == ATTEMPTS:
                raise
        else:
            return JsonResponse(_answer(typed, draft_of(page), stamp_of(saved), user))
    raise AssertionError("unreachable")


def _read(data: Any) -> Sent:
    base, mine = (
        as_sheet(data.get(name)) if isinstance(data, dict) else None for name in ("base", "mine")
    )
    if base is None or mine is None:
        raise Unreadable(
            _("The text could not be read. Nothing was changed; load the page again and repeat it.")
        )
    return Sent(
        base=_without_deeds(base),
        mine=_without_deeds(mine),
        stamp=str(data.get("stamp")),
        is_repeated=data.get("again") is True,
        is_typing=True,
    )


def _without_deeds(sheet: Sheet) -> Sheet:
    return {
        name: values
        for name, values in sheet.items()
        if not name.endswith(_LEFT_FOR_THE_BUTTON) and name != "all-present"
    }


def _answer(typed: Typed, draft: MinutesPage, stamp: str, user: User) -> dict[str, Any]:
    """Return what the browser is told: the new stamp, and what is somebody else's, by the names that it sent.

    `items` are the items that have other rows than the form, or aren't on it, as HTML; `waiting` is what is stored of
    fields that stay as they were until the form is sent, and what is wrong with them can be said; `said` how days are
    understood.
    """
    merged, keys = typed.merged.sheet, typed.keys
    parts = parts_of(draft, user)
    numbers = {
        item["key"]: number
        for number, item in enumerate(parts["items"], start=1)
        if item is not None
    }
    html = dict(_other_items(typed, parts, numbers))
    hidden = {str(key) for key in typed.hidden}
    gone = [key for key in typed.mine["item"] if key not in merged["item"] and key not in hidden]
    return {
        "stamp": stamp,
        "at": timezone.localtime().strftime("%H:%M"),
        "fields": {keys.sent(name): merged.get(name, []) for name in typed.merged.others},
        "items": html,
        "gone": [keys.items.get(key, key) for key in gone],
        "numbers": {keys.items.get(key, key): number for key, number in numbers.items()},
        "order": [keys.items.get(key, key) for key in numbers],
        "blank": _html(parts["blank"], is_blank=True) if NEW in html else "",
        "waiting": _waiting(typed, shown_sheet(parts)),
        "said": _said(typed),
        "told": [*typed.told, *typed.entry.refused],
    }


def _waiting(typed: Typed, stored: Sheet) -> dict[str, Values]:
    """Return what is stored of fields that weren't understood, and of audiences that have to be confirmed."""
    return {
        typed.keys.sent(name): stored.get(name, [])
        for name, values in typed.mine.items()
        if name in stored
        and name not in typed.merged.others
        and values_of(stored, name) != values_of(typed.mine, name)
        and (kind_of_field(name) == "audience" or typed.read(name, values) is None)
    }


def _said(typed: Typed) -> dict[str, str]:
    """Return what is said beside fields with days, as they stand in the browser."""
    today, others = typed.entry.page.held_on, typed.merged.others
    there = typed.mine | {name: typed.merged.sheet.get(name, []) for name in others}
    said = {
        name: said_of(kind_of_field(name), values[0], today)
        for name, values in there.items()
        if values and kind_of_field(name) in WITH_DAYS
    }
    return {typed.keys.sent(name): text for name, text in said.items() if text}


def _other_items(
    typed: Typed, parts: Mapping[str, Any], numbers: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    for item in parts["items"]:
        if item is None:
            continue
        key = item["key"]
        shown = {row["key"] for listed in ROWS for row in item[listed]}
        sent = {row for listed in ROWS for row in typed.mine.get(f"{key}-{listed}", ())}
        if key not in typed.mine["item"] or shown != sent:
            yield typed.keys.items.get(key, key), _html(item, number=numbers[key])


def _html(item: Any, *, number: int = 0, is_blank: bool = False) -> str:
    new_label = _("New item") if is_blank else ""
    context = {"item": item, "number": number, "new_label": new_label, "results": Result.choices}
    return render_to_string("meetings/_edit_item.html", context)

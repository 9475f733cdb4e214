"""What was typed into the form of minutes and isn't understood yet, such as "bis 15.": kept as it was typed.

It is kept beside the page (`Meeting.half_typed`), so that whatever shows, exports or restores a page knows nothing of
it, by the names of the form's fields, each with the value that the draft held then. Once that value is another one, by
whatever door, the text is out of date.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import VOTES, items_in, stored
from knowledge.meetings.models import Meeting

_LONGEST = 1_000  # characters of one field


def kept_as_typed(typed: str) -> str:
    """Return what was typed into a field as it is kept until it is understood."""
    return typed.replace("\0", "").strip()[:_LONGEST].strip()


def votes_understood(typed: str) -> int | None:
    """Return the number of votes that was typed; None if it is none."""
    return int(typed) if typed.isdecimal() and len(typed) < 5 else None


def no_number_of_votes(typed: str) -> str:
    """Say that what was typed is no number of votes."""
    return _("“%(typed)s” is no number of votes.") % {"typed": typed}


def name_of_about(item: str, writer: int | None) -> str:
    """Return under which name numbers are kept that mean nothing to their writer.

    They are this person's alone: a number that the writer may not see could mean something to the next one, and what
    then became of it would tell the writer that there is such a page.
    """
    return f"{item}-about-{writer}"


def is_about(name: str) -> bool:
    """Tell whether a name is that of somebody's numbers."""
    return "-about-" in name


def half_typed_of(page: MinutesPage) -> dict[str, str]:
    """Return what isn't understood yet in the form of `page`, the latest draft, by the names of the fields."""
    # unscoped: whoever asks leaves out what is typed into items that the writer doesn't see
    kept = Meeting.objects.filter(page=page.pk).values_list("half_typed", flat=True).first()
    if not kept:
        return {}
    now = _values(page)
    return {
        name: typed
        for name, (typed, then) in kept.items()
        if _field(name) in now and now[_field(name)] == then
    }


def keep_half_typed(meeting: Meeting, page: MinutesPage, half: Mapping[str, str]) -> None:
    """Keep what isn't understood yet in the form of `page`, instead of what was kept before."""
    now = _values(page) if half else {}
    kept = {name: [typed, now[_field(name)]] for name, typed in half.items() if _field(name) in now}
    if meeting.half_typed != kept:
        meeting.half_typed = kept
        meeting.save(update_fields=["half_typed"])


def _values(page: MinutesPage) -> dict[str, str]:
    """Return what the draft holds by the names of the fields; nothing of lists, beside which it is kept."""
    found: dict[str, Any] = {"held_on": page.held_on}
    for item in items_in(stored(page)):
        key, value = item["id"], item["value"]
        found |= {f"{key}-{name}": value[name] for name in ("resubmit_on", *VOTES)}
        found |= {f"{key}-{name}": None for name in ("about", "districts")}
        found |= {f"{task['id']}-due": task["value"]["due_on"] for task in value["tasks"]}
    # A fresh draft holds days, a stored one their text.
    return {name: str(value) for name, value in found.items()}


def _field(name: str) -> str:
    return name.rpartition("-")[0] if is_about(name) else name

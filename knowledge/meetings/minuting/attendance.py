"""Who was there, as it is typed: members by a choice each, guests by a line each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from knowledge.groups.models import MinutesPage, Participant

MOST_GUESTS = 500
_ITEMS = re.compile(
    r"(?:top\s*)?(ab\s*|bis\s*)?(\d{1,3})?(?:\s*(-|–|bis)\s*(\d{1,3})?)?", re.IGNORECASE
)
PRESENT, EXCUSED, ABSENT = "present", "excused", "absent"


def take_attendance(
    page: MinutesPage, people: Sequence[Any], posted: MultiValueDict[str, str]
) -> list[str]:
    """Note who was there: the members by a choice each, guests by a line each ("Name (Stelle)").

    Returns:
        Sentences about what could not be noted.
    """
    noted: list[Participant] = []
    problems: list[str] = []
    default = PRESENT if "all-present" in posted else ""
    for person in people:
        chosen = str(posted.get(f"person-{person.pk}", "")) or default
        if chosen in (PRESENT, EXCUSED, ABSENT):
            first, last = _items(str(posted.get(f"items-{person.pk}", "")), str(person), problems)
            noted.append(
                Participant(
                    name=str(person), organisation=person.organisation, person=person,
                    from_item=first, to_item=last, is_present=chosen == PRESENT, was_excused=chosen != ABSENT,
                    remark=str(posted.get(f"remark-{person.pk}", "")).strip()[:120],
                )
            )  # fmt: skip
    known = {_line_of(one): one for one in page.participants.all() if one.person_id is None}
    lines = [line.strip() for line in str(posted.get("guests", "")).splitlines() if line.strip()]
    for name in lines[:MOST_GUESTS]:
        noted.append(known.get(name) or Participant(name=name[:120]))
    for number, one in enumerate(noted):
        one.sort_order = number
    page.participants.set(noted)
    if len(lines) <= MOST_GUESTS:
        return problems
    said = _(
        "%(count)d guests are too many for one list; the first %(most)d were noted. Attach a list of the others."
    )
    return [*problems, said % {"count": len(lines), "most": MOST_GUESTS}]


def _items(typed: str, who: str, problems: list[str]) -> tuple[int | None, int | None]:
    found = items_understood(typed)
    if found is None:
        said = _("%(who)s: “%(typed)s” names no items. Write it like 7–12, ab 7 or bis 12.")
        problems.append(said % {"who": who, "typed": typed.strip()[:20]})
        return None, None
    return found


def items_understood(typed: str) -> tuple[int | None, int | None] | None:
    """Return for which items somebody was there: "7–12", "7", "ab 7", "bis 12"; nothing typed is all of them.

    None if it isn't understood.
    """
    found = _ITEMS.fullmatch(typed.strip())
    if found is None or (typed.strip() and not (found[2] or found[4])):
        return None
    one, other = (int(text) if text else None for text in (found[2], found[4]))
    word = (found[1] or "").strip().casefold()
    if word == "bis":
        return None, one
    return one, other if word == "ab" or found[3] else one


def choice_of(noted: Participant | None) -> str:
    """Return what is chosen for a member; empty if nothing is noted."""
    if noted is None:
        return ""
    if noted.is_present:
        return PRESENT
    return EXCUSED if noted.was_excused else ABSENT


def attendance_of(page: MinutesPage) -> Mapping[int, Participant]:
    """Return who of the people with an account is noted, by key."""
    return {one.person_id: one for one in page.participants.all() if one.person_id is not None}


def guests_of(page: MinutesPage) -> Iterator[str]:
    """Yield the lines of the others: guests, and people of minutes that were written elsewhere."""
    yield from (_line_of(one) for one in page.participants.all() if one.person_id is None)


def _line_of(guest: Participant) -> str:
    return f"{guest.name} ({guest.organisation})" if guest.organisation else guest.name

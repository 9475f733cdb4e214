"""What is looked at before minutes go out; each finding is a sentence that says where and what to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from access.audience import Audience, audiences_of
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import VOTES, Item, TaskLine, items_of
from knowledge.meetings.circulating.mentions import may_read, strangers_in
from knowledge.meetings.minuting.about import no_district
from knowledge.meetings.minuting.days_said import no_day_yet
from knowledge.meetings.minuting.half_typed import half_typed_of, no_number_of_votes
from knowledge.tasks.charging import Names, NotUnderstood

# What is said of fields that aren't understood yet. Numbers of pages are missing here: what means nothing to one writer
# may be right for the next, and is nobody else's.
_HALF_TYPED: Mapping[str, Callable[[str], str]] = {
    "resubmit_on": no_day_yet,
    "districts": no_district,
    **dict.fromkeys(VOTES, no_number_of_votes),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is missing or odd; what is missing stops the minutes, what is odd is only said."""

    text: str
    stops: bool = True


def findings(
    page: MinutesPage,
    names: Names,
    *,
    hidden: Collection[UUID],
    settled: Mapping[UUID, str] | None = None,
    half_typed: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Return what is missing or odd in minutes that are to go out.

    Args:
        page: The minutes.
        names: Whom the writer can charge.
        hidden: Keys of items that the writer doesn't see; what is missing there is said without a word of it.
        settled: Names of tasks that went out before, by the key of the line; they are not asked for again.
        half_typed: What isn't understood yet, by the names of its fields, if it isn't what is stored.
    """
    half = half_typed_of(page) if half_typed is None else half_typed
    return list(_findings(page, names, hidden, _Known(settled or {}, half)))


@dataclass(frozen=True, slots=True)
class _Known:
    settled: Mapping[UUID, str]
    half_typed: Mapping[str, str]


def _findings(
    page: MinutesPage, names: Names, hidden: Collection[UUID], known: _Known
) -> Iterator[Finding]:
    if typed := known.half_typed.get("held_on"):
        where = _("Day of the meeting")
        yield Finding(f"{where}: {no_day_yet(typed)}")
    present = [one for one in page.participants.all() if one.is_present]
    if not present:
        yield Finding(_("Nobody is noted as present. Tick who was there."))
    items = items_of(page)
    if not items:
        yield Finding(_("The minutes have no items."))
    audiences = audiences_of(item.key for item in items)
    for item in items:
        found = list(_in_item(item, page, names, known, audiences.get(item.key)))
        if item.key not in hidden:
            yield from found
        elif any(one.stops for one in found):
            yield Finding(
                _(
                    "Item %(number)d isn’t complete. It is not part of your version; somebody of the "
                    "organisations that it is for has to complete it."
                )
                % {"number": item.number}
            )


def _in_item(
    item: Item,
    page: MinutesPage,
    names: Names,
    known: _Known,
    audience: Audience,
) -> Iterator[Finding]:
    yield from _of_item(item)
    for name, sentence in _HALF_TYPED.items():
        if typed := known.half_typed.get(f"{item.key}-{name}"):
            yield _not_yet(item, sentence(typed))
    for said in strangers_in(item, page, names, audience):
        yield Finding(said, stops=False)
    for task in item.tasks:
        if typed := known.half_typed.get(f"{task.key}-due"):
            yield _not_yet(item, no_day_yet(typed))
        yield from _of_task(task, item, page, is_half_typed=bool(typed))
        if task.who.strip() and known.settled.get(task.key) != task.who:
            yield from _of_charge(task, item, page, names, audience)


def _of_item(item: Item) -> Iterator[Finding]:
    where = {"number": item.number, "title": item.title}
    if item.is_empty:
        yield Finding(
            _("Item %(number)d, “%(title)s”, is empty.") % where,
            stops=False,
        )
    if item.decisions and item.result in ("", "postponed", "withdrawn", "noted"):
        yield Finding(
            _(
                "Item %(number)d, “%(title)s”, has a decision without a result. Say whether it was unanimous, by a "
                "majority or by votes."
            )
            % where
        )
    if item.result == "votes" and not item.votes:
        yield Finding(_("Item %(number)d, “%(title)s”: the votes are missing.") % where)


def _not_yet(item: Item, said: str) -> Finding:
    where = _("Item %(number)d, “%(title)s”:") % {"number": item.number, "title": item.title}
    return Finding(f"{where} {said}")


def _of_task(
    task: TaskLine, item: Item, page: MinutesPage, *, is_half_typed: bool
) -> Iterator[Finding]:
    where = {"number": item.number, "task": task.what}
    if task.due_on is None:
        if not is_half_typed:
            yield Finding(_("Item %(number)d: the task “%(task)s” has no date.") % where)
    elif task.due_on < page.held_on:
        yield Finding(_("Item %(number)d: the task “%(task)s” is due before the meeting.") % where)
    if not task.who.strip():
        yield Finding(_("Item %(number)d: nobody is charged with the task “%(task)s”.") % where)


def _of_charge(
    task: TaskLine, item: Item, page: MinutesPage, names: Names, audience: Audience
) -> Iterator[Finding]:
    where = {"number": item.number, "task": task.what}
    try:
        charged = names.meant_by(task.who)
    except NotUnderstood as error:
        said = _("Item %(number)d, task “%(task)s”: %(said)s")
        yield Finding(said % {**where, "said": error})
        return
    if not may_read(charged, page, audience):
        said = _(
            "Item %(number)d: %(name)s has no access to these minutes and will see the task “%(task)s” alone."
        )
        yield Finding(said % {**where, "name": charged}, stops=False)

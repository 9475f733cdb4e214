"""What was typed into the form of minutes, taken apart and put into the page.

The form is plain: a text for each item, in which lines that begin with "B:" are decisions and lines that begin with
"A:" are tasks ("A: Name: was bis 15.3."). They become fields of their own when the form is saved by its button, and
stay lines while it is saved by itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.datastructures import MultiValueDict
from django.utils.html import escape
from django.utils.translation import gettext as _

from access.rights import Person
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import VOTES, Raw, items_in, new_item, new_part, put_back, stored
from knowledge.meetings.minuting.about import Understood, districts_understood, pages_understood
from knowledge.meetings.minuting.half_typed import (
    kept_as_typed,
    name_of_about,
    no_number_of_votes,
    votes_understood,
)
from knowledge.meetings.minuting.merging import Sheet
from knowledge.pages.blocks import Result
from knowledge.tasks.days import understood
from knowledge.tasks.lines import taken_apart
from knowledge.text import lines_of_html

Typed = MultiValueDict[str, str]

LONGEST_NOTES = 100_000  # characters under one item
MOST_ITEMS = 100
_DECISION = re.compile(r"^\s*(?:b|beschluss)\s*:\s*(.+)$", re.IGNORECASE)
_TASK = re.compile(r"^\s*(?:a|aufgabe)\s*:\s*(.+)$", re.IGNORECASE)
_PLAIN = re.compile(r"</?(?:p|br)\b[^>]*>", re.IGNORECASE)


@dataclass(slots=True)
class Entry:
    """What was understood of a form, and the sentences about what was not."""

    page: MinutesPage
    writer: Person
    is_final: bool
    problems: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # those about who sees what
    audiences: dict[UUID, list[int]] = field(default_factory=dict)  # as chosen; none: all readers
    half_typed: dict[str, str] = field(default_factory=dict)  # what isn't understood yet


def notes_of(source: str) -> str:
    """Return rich text as lines for the form's text area."""
    return "\n".join(line for line, _is_heading in lines_of_html(source))


def is_formatted(source: str) -> bool:
    """Tell whether rich text holds more than paragraphs: lists, links, bold words."""
    return "<" in _PLAIN.sub("", source)


def as_html(notes: str) -> str:
    """Return typed lines as paragraphs."""
    return "".join(f"<p>{escape(line.strip())}</p>" for line in notes.splitlines() if line.strip())


def take_over(
    page: MinutesPage,
    sheet: Sheet,
    *,
    writer: Person,
    hidden: Collection[UUID],
    divided: Collection[str] | None = None,
) -> Entry:
    """Put what was typed into `page`, which isn't saved.

    Args:
        page: The draft.
        sheet: The form, complete (`merging.merge`).
        writer: Whose form it is: names and numbers mean what this person may see.
        hidden: Keys of items that the writer doesn't see. They keep their number, and what is typed never reaches them.
        divided: Keys of the items in whose text lines become decisions and tasks. None while somebody is typing: rows
            that are empty stay, too, for the writer may be about to fill them.
    """
    posted = MultiValueDict({name: list(values) for name, values in sheet.items()})
    entry = Entry(page, writer, is_final=divided is not None)
    before = list(items_in(stored(page)))
    kept = {number: one for number, one in enumerate(before, start=1) if UUID(one["id"]) in hidden}
    known = {one["id"]: one for one in before}
    agenda: list[Raw] = []
    for key in posted.getlist("item")[:MOST_ITEMS]:
        if UUID(key) in hidden or f"{key}-remove" in posted:
            continue
        item = known.get(key) or new_item("", key=UUID(key))
        _item(item, posted, entry)
        if key in (divided or ()):
            _divide(item, entry)
        agenda.append(item)
        if f"{key}-audience-shown" in posted:
            chosen = posted.getlist(f"{key}-audience")
            entry.audiences[UUID(key)] = [
                int(one) for one in chosen if one.isdecimal() and len(one) < 12
            ]
    numbers = {one["id"]: number for number, one in enumerate(before, start=1)}
    put_back(page, _with_hidden(_in_order(agenda, numbers, posted), kept))
    return entry


def _with_hidden(agenda: list[Raw], kept: Mapping[int, Raw]) -> list[Raw]:
    """Put the items that the writer doesn't see back at their numbers, as far as there are so many items."""
    for number, item in sorted(kept.items()):
        agenda.insert(number - 1, item)
    return agenda


def _in_order(agenda: list[Raw], numbers: Mapping[str, int], posted: Typed) -> list[Raw]:
    """Return the items by the numbers that stand before them; others keep their place, new ones come last."""

    def place(item: Raw) -> float:
        number = numbers.get(item["id"], len(numbers) + 1)
        typed = str(posted.get(f"{item['id']}-place", "")).strip()
        chosen = int(typed) if typed.isdecimal() and len(typed) < 4 else number
        # Whoever is moved up comes before who stands there, whoever is moved down after.
        return chosen - 0.5 if chosen < number else chosen + 0.5 * (chosen > number)

    return sorted(agenda, key=place)


def _item(item: Raw, posted: Typed, entry: Entry) -> None:
    key, value = item["id"], item["value"]
    typed = str(posted.get(f"{key}-title", "")).strip()[:200]
    value["title"] = typed or value["title"] or _("Without a title")
    for name, longest in (("reporter", 120), ("reference", 400), ("dissent", 2000)):
        if f"{key}-{name}" in posted:
            value[name] = str(posted.get(f"{key}-{name}")).strip()[:longest]
    if f"{key}-resubmit_on" in posted:
        value["resubmit_on"] = _day(f"{key}-resubmit_on", value["resubmit_on"], posted, entry)
    _about(item, key, posted, entry)
    _result(item, key, posted, entry)
    _decisions(item, posted, entry)
    _tasks(item, posted, entry)
    _notes(item, key, posted, entry)


def _about(item: Raw, key: str, posted: Typed, entry: Entry) -> None:
    value = item["value"]
    if f"{key}-about" in posted:
        found = pages_understood(str(posted.get(f"{key}-about")), value["about"], entry.writer)
        value["about"] = found.parts
        _leave(found, name_of_about(key, entry.writer.pk), item, entry)
    if f"{key}-districts" in posted:
        found = districts_understood(str(posted.get(f"{key}-districts")), value["districts"])
        value["districts"] = found.parts
        _leave(found, f"{key}-districts", item, entry)


def _leave(found: Understood, name: str, item: Raw, entry: Entry) -> None:
    """Keep what means nothing as it was typed, and say so."""
    if found.left:
        entry.half_typed[name] = kept_as_typed("; ".join(found.left))
        entry.problems += [f"{_where(item)} {said}" for said in found.left.values()]


def _where(item: Raw) -> str:
    return _("Item “%(title)s”:") % {"title": item["value"]["title"]}


def _notes(item: Raw, key: str, posted: Typed, entry: Entry) -> None:
    value = item["value"]
    notes = str(posted.get(f"{key}-notes", "")).replace("\r\n", "\n").replace("\0", "")
    if notes.strip() == notes_of(value["text"]).strip():
        return  # untouched: its formats stay
    if len(notes) > LONGEST_NOTES:
        entry.problems.append(
            _("Item “%(title)s”: the text is longer than %(count)d characters. What is too much was left out.")
            % {"title": value["title"], "count": LONGEST_NOTES}
        )  # fmt: skip
        notes = notes[:LONGEST_NOTES]
    value["text"] = as_html(notes)


def _divide(item: Raw, entry: Entry) -> None:
    """Let lines for decisions and tasks become such, in the order in which they stand."""
    value = item["value"]
    if is_formatted(value["text"]):
        return
    kept = []
    notes = notes_of(value["text"]).splitlines()
    for line in notes:
        if (decision := decision_in(line)) is not None:
            value["decisions"].append(new_part(decision))
        elif (task := task_line_in(line)) is not None:
            value["tasks"].append(new_part(task_in(task, entry.page.held_on)))
        else:
            kept.append(line)
    if len(kept) < len(notes):
        value["text"] = as_html("\n".join(kept))


def decision_in(line: str) -> str | None:
    """Return the decision of a line that begins with "B:" or "Beschluss:"; None for any other."""
    found = _DECISION.match(line)
    return found[1].strip() if found else None


def task_line_in(line: str) -> str | None:
    """Return what follows "A:" or "Aufgabe:"; None for a line that doesn't begin so."""
    found = _TASK.match(line)
    return found[1].strip() if found else None


def task_in(line: str, today: dt.date) -> Raw:
    """Return the task that a line states, such as "EDG: Laternen zählen bis 15.3."; parts may be missing."""
    typed = taken_apart(line, today)
    return {"what": typed.what, "who": typed.who, "due_on": _iso(typed.due_on)}


def _decisions(item: Raw, posted: Typed, entry: Entry) -> None:
    before = {one["id"]: one for one in item["value"]["decisions"]}
    typed = {
        key: str(posted.get(f"{key}-text", "")).strip()
        for key in posted.getlist(f"{item['id']}-decisions")
    }
    item["value"]["decisions"] = [
        {**(before.get(key) or new_part(text, key=key)), "value": text}
        for key, text in typed.items()
        if text or not entry.is_final
    ]


def _tasks(item: Raw, posted: Typed, entry: Entry) -> None:
    before = {one["id"]: one for one in item["value"]["tasks"]}
    tasks = []
    for key in dict.fromkeys(posted.getlist(f"{item['id']}-tasks")):
        one = before.get(key) or new_part({"due_on": None}, key=key)
        task = {
            "what": str(posted.get(f"{key}-what", "")).strip()[:300],
            "who": str(posted.get(f"{key}-who", "")).strip()[:120],
            "due_on": _day(f"{key}-due", one["value"]["due_on"], posted, entry),
        }
        if task["what"] or not entry.is_final:
            tasks.append({**one, "value": task})
    item["value"]["tasks"] = tasks


def _day(name: str, before: str | None, posted: Typed, entry: Entry) -> str | None:
    """Return the day that was typed, as the stream stores it; what isn't understood leaves it as it was."""
    typed = kept_as_typed(str(posted.get(name, "")))
    if not typed:
        return None
    day = understood(typed, entry.page.held_on)
    if day is not None:
        return day.isoformat()
    entry.half_typed[name] = typed
    return before


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _result(item: Raw, key: str, posted: Typed, entry: Entry) -> None:
    value = item["value"]
    if f"{key}-result" in posted:
        chosen = str(posted.get(f"{key}-result"))
        value["result"] = chosen if chosen in Result.values else None
    for name in VOTES:
        if f"{key}-{name}" not in posted:
            continue
        typed = kept_as_typed(str(posted.get(f"{key}-{name}")))
        votes = votes_understood(typed)
        if votes is not None or not typed:
            value[name] = votes
        else:
            entry.half_typed[f"{key}-{name}"] = typed
            entry.problems.append(f"{_where(item)} {no_number_of_votes(typed)}")

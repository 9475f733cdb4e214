"""Minutes that came as one text, such as from Word, are taken apart without retyping: line by line one says what it is.

What stays text keeps its formats. What a narrowed item is cut into is narrowed alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from lxml import etree, html

from access.audience import audiences_of, keep_audience
from accounts.models import Organisation, User
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import Raw, items_in, new_item, new_part, put_back, stored
from knowledge.meetings.minuting.entry import decision_in, task_in, task_line_in
from knowledge.meetings.minuting.services import save_minutes

_TOP = re.compile(r"^(?:TOP\s*\d+(?:\.\d+)*\s*[.:)–-]?|\d{1,2}[.)])\s*(?=\S)", re.IGNORECASE)
_HEADINGS = ("h2", "h3", "h4")


class Kind(models.TextChoices):
    """What a line becomes; in German each begins with a letter of its own, which chooses it."""

    TEXT = "text", _("text")
    ITEM = "item", _("new agenda item")
    DECISION = "decision", _("decision")
    TASK = "task", _("task")


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph, a heading or one point of a list."""

    key: str
    text: str
    source: str  # as the text stores it, of a point the point alone
    around: str  # the list's name, of a point
    proposed: Kind


def parts_of(item: Raw) -> list[Part]:
    """Return the text of a stored item in parts."""
    return [
        Part(f"{item['id']}-{number}", text, source, around, _proposed(text, tag))
        for number, (text, source, around, tag) in enumerate(_pieces(item["value"]["text"]))
    ]


def _pieces(source: str) -> Iterator[tuple[str, str, str, str]]:
    for one in html.fragments_fromstring(source) if source.strip() else ():
        if isinstance(one, str):
            one = html.fragment_fromstring(one, create_parent="p")
        is_list = one.tag in ("ul", "ol")
        for part in one if is_list else (one,):
            text = " ".join(part.text_content().split())
            written = etree.tostring(part, encoding="unicode", method="html", with_tail=False)
            yield text, written, one.tag if is_list else "", part.tag


def _proposed(text: str, tag: str) -> Kind:
    if tag in _HEADINGS or (_TOP.match(text) and tag != "li"):
        return Kind.ITEM
    if decision_in(text) is not None:
        return Kind.DECISION
    return Kind.TASK if task_line_in(text) is not None else Kind.TEXT


def can_be_split(page: MinutesPage, hidden: Collection[UUID]) -> bool:
    """Tell whether there is an item, among those that the writer sees, with more than one line of text."""
    return any(len(parts_of(one)) > 1 for one in _seen(page, hidden))


def seen_parts(page: MinutesPage, hidden: Collection[UUID]) -> list[tuple[str, list[Part]]]:
    """Return the titles of the items with a text that the writer sees, each with its parts."""
    return [
        (one["value"]["title"], parts) for one in _seen(page, hidden) if (parts := parts_of(one))
    ]


def _seen(page: MinutesPage, hidden: Collection[UUID]) -> list[Raw]:
    return [one for one in items_in(stored(page)) if UUID(one["id"]) not in hidden]


@transaction.atomic
def split(
    page: MinutesPage,
    chosen: Mapping[str, str],
    *,
    actor: User,
    stamp: str,
    hidden: Collection[UUID],
) -> None:
    """Make items, decisions and tasks of the lines that were chosen, and keep the draft.

    Args:
        page: The draft.
        chosen: A `Kind` by the key of the part; without one it stays text.
        actor: Who writes.
        stamp: Of the version that the actor saw.
        hidden: Keys of items that the writer doesn't see; they stay as they are.

    Raises:
        PermissionDenied, Stale, Locked, Refused: As `knowledge.writing.services.save_draft`.
    """
    agenda: list[Raw] = []
    cut: dict[UUID, list[UUID]] = {}
    for item in stored(page):
        agenda.append(item)
        if item["type"] == "item" and UUID(item["id"]) not in hidden:
            new = _taken_apart(item, chosen, page)
            agenda += new
            cut[UUID(item["id"])] = [UUID(one["id"]) for one in new]
    put_back(page, agenda)
    save_minutes(page, actor=actor, stamp=stamp)
    for key, audience in audiences_of(cut).items():
        bodies = Organisation.objects.filter(pk__in=audience)
        for new_key in cut[key]:
            keep_audience(new_key, bodies, pages=[page.pk])


def _taken_apart(item: Raw, chosen: Mapping[str, str], page: MinutesPage) -> list[Raw]:
    """Take the chosen lines out of an item's text; return the new items that follow it."""
    parts = parts_of(item)
    if all(chosen.get(one.key, Kind.TEXT) == Kind.TEXT for one in parts):
        return []
    new: list[Raw] = []
    value, kept = item["value"], list[Part]()
    for part in parts:
        match chosen.get(part.key):
            case Kind.ITEM:
                value["text"] = _written(kept)
                new.append(new_item(_TOP.sub("", part.text)[:200]))
                value, kept = new[-1]["value"], []
            case Kind.DECISION:
                value["decisions"].append(new_part(decision_in(part.text) or part.text))
            case Kind.TASK:
                line = task_line_in(part.text) or part.text
                value["tasks"].append(new_part(task_in(line, page.held_on)))
            case _:
                kept.append(part)
    value["text"] = _written(kept)
    return new


def _written(parts: Sequence[Part]) -> str:
    """Return parts as one text; points that follow each other are a list again."""
    written = []
    for around, group in groupby(parts, key=lambda one: one.around):
        text = "".join(one.source for one in group)
        written.append(f"<{around}>{text}</{around}>" if around else text)
    return "".join(written)

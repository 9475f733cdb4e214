"""The agenda of a page as plain values: read from the stream that is stored, and put back into it.

Each item, decision and task has a key from the first save on; whatever else an item holds is kept as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.audience import hidden_from
from access.rights import Person
from knowledge.groups.models import MinutesPage
from knowledge.pages.blocks import Result

Raw = dict[str, Any]  # an item as the stream stores it
VOTES = ("votes_for", "votes_against", "abstentions")


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision as the page states it."""

    key: UUID
    text: str

    @property
    def anchor(self) -> str:
        """Return the key as text, for the part of an address that leads here."""
        return str(self.key)


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task as the page states it."""

    key: UUID
    what: str
    who: str
    due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda."""

    key: UUID
    number: int
    title: str
    reporter: str
    text: Any  # rich text, as the template shows it
    has_text: bool
    decisions: list[DecisionLine] = field(default_factory=list)
    tasks: list[TaskLine] = field(default_factory=list)
    result: str = ""
    votes: str = ""
    dissent: str = ""
    resubmit_on: dt.date | None = None
    references: Sequence[str] = ()  # of the bodies, each with its name
    about: Sequence[int] = ()  # primary keys of measures and papers, whoever may see them
    districts: Sequence[str] = ()

    @property
    def anchor(self) -> str:
        """Return the key as text, for the part of an address that leads here."""
        return str(self.key)

    @property
    def result_text(self) -> str:
        """Return the result in words, with the votes if they were counted."""
        if not self.result:
            return ""
        label = str(Result(self.result).label)
        return f"{label} ({self.votes})" if self.votes else label

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was minuted under the item."""
        return not (self.has_text or self.decisions or self.tasks or self.result)


def items_of(page: MinutesPage) -> list[Item]:
    """Return all items of the agenda, in order; whoever shows them leaves out what the reader may not see."""
    return [
        _item(number, block)
        for number, block in enumerate(
            (block for block in page.agenda if block.block_type == "item"), start=1
        )
    ]


def hidden_items(page: MinutesPage, user: Person) -> frozenset[UUID]:
    """Return the keys of the items that are narrowed to others than `user`."""
    return hidden_from(user, (UUID(str(block.id)) for block in page.agenda))


def _item(number: int, block: Any) -> Item:
    value = block.value
    text = value["text"]
    return Item(
        key=UUID(str(block.id)),
        number=number,
        title=value["title"],
        reporter=value["reporter"] or "",
        text=text,
        has_text=bool(text and text.source.strip()),
        decisions=[
            DecisionLine(UUID(str(one.id)), one.value) for one in value["decisions"].bound_blocks
        ],
        tasks=[
            TaskLine(UUID(str(one.id)), one.value["what"], one.value["who"], one.value["due_on"])
            for one in value["tasks"].bound_blocks
        ],
        result=value["result"] or "",
        votes=votes_in_words(value),
        dissent=value["dissent"] or "",
        resubmit_on=value["resubmit_on"],
        references=parted(value["reference"] or ""),
        about=[one.value.pk for one in value["about"].bound_blocks if one.value],
        districts=[one.value for one in value["districts"].bound_blocks],
    )


def parted(typed: str) -> list[str]:
    """Return what was typed with semicolons between."""
    return [part for one in typed.split(";") if (part := one.strip())]


def votes_in_words(value: Mapping[str, Any]) -> str:
    """Return counted votes, such as "5 ja, 2 nein, 1 Enthaltung"; empty if nobody counted."""
    counted = [value[name] for name in VOTES]
    if all(one is None for one in counted):
        return ""
    yes, no, abstentions = (one or 0 for one in counted)
    abstained = ngettext("%(count)d abstention", "%(count)d abstentions", abstentions)
    return ", ".join(
        (
            _("%(count)d in favour") % {"count": yes},
            _("%(count)d against") % {"count": no},
            abstained % {"count": abstentions},
        )
    )


def stored(page: MinutesPage) -> list[Raw]:
    """Return the agenda as it is stored, each part with its key; changing it changes nothing before `put_back`."""
    stream: Any = page.agenda
    raw: list[Raw] = stream.stream_block.get_prep_value(stream)
    for item in items_in(raw):  # written before a field was there
        item["value"] = {**new_item("")["value"], **item["value"]}
    return raw


def put_back(page: MinutesPage, raw: list[Raw]) -> None:
    """Let the page have this agenda; nothing is saved."""
    block: Any = MinutesPage._meta.get_field("agenda")
    page.agenda = block.stream_block.to_python(raw)


def new_item(title: str, *, reporter: str = "", key: UUID | None = None) -> Raw:
    """Return a new item as the stream stores it."""
    value: Raw = dict.fromkeys(("result", *_COUNTS, "resubmit_on"))
    value |= {"title": title, "reporter": reporter, "text": "", "dissent": "", "reference": ""}
    value |= {"decisions": [], "tasks": [], "about": [], "districts": []}
    return {"type": "item", "id": str(key or uuid4()), "value": value}


def new_part(value: Any, *, key: str = "") -> Raw:
    """Return a new decision or task as the stream stores it."""
    return {"type": "item", "id": key or str(uuid4()), "value": value}


def items_in(raw: list[Raw]) -> Iterator[Raw]:
    """Yield the items of a stored agenda."""
    yield from (one for one in raw if one["type"] == "item")


_COUNTS = ("votes_for", "votes_against", "abstentions")

"""The form of minutes as fields by name: what it shows of a draft, and the names under which a browser sends it back.

Items, decisions and tasks are named by their keys. What is new has none yet: its key follows from a random word that
the form gave to its empty fields ("fresh"), so that sent twice it is stored once. It never is what a browser wrote,
else somebody could give an item the key of another one and open that one together with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from wagtail.models import Revision

from access.audience import is_passage_of
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import items_in, stored
from knowledge.meetings.minuting.attendance import choice_of
from knowledge.meetings.minuting.merging import ROWS, Sheet

NEW = "neu"  # names the empty item at the end
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OF_PAGES = UUID("6f0d8f0e-6c1c-4b0e-9a55-3b1b3f3a9a11")
_NOT_TYPED = frozenset(
    {"csrfmiddlewaretoken", "stamp", "base", "do", "narrow", "anyway", "reason", "touched"}
)


def shown_sheet(context: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the fields of the form as a browser sends them back untouched.

    Args:
        context: What the form is drawn from (`form.parts_of`).
    """
    page = context["page"]
    sheet = {
        "attendance": ["1"],
        "held_on": [context["held_on"]],
        "guests": [context["guests"]],
        "item": [],
    }
    sheet |= {name: [str(getattr(page, name))] for name in ("place", "chair", "keeper")}
    for person, noted in context["members"]:
        sheet[f"person-{person.pk}"] = [choice_of(noted)]
        sheet[f"items-{person.pk}"] = [noted.items_typed if noted else ""]
        sheet[f"remark-{person.pk}"] = [noted.remark if noted else ""]
    for number, item in enumerate(context["items"], start=1):
        if item is not None:
            sheet["item"].append(item["key"])
            sheet |= _fields(item)
            sheet[f"{item['key']}-place"] = [str(number)]
    return sheet


def _fields(item: Mapping[str, Any]) -> dict[str, list[str]]:
    key = item["key"]
    fields = {"title": item["title"], "notes": item["notes"], "result": item["result"] or ""}
    fields |= {"fresh": item["fresh"]}
    fields |= {name: shown for name, _label, shown in item["more"]}
    sheet = {f"{key}-{name}": [shown] for name, shown in fields.items()}
    if item["bodies"]:
        sheet[f"{key}-audience-shown"] = ["1"]
        sheet[f"{key}-audience"] = [str(one.pk) for one, is_chosen in item["bodies"] if is_chosen]
    for listed, names in ROWS.items():
        sheet[f"{key}-{listed}"] = [row["key"] for row in item[listed]]
        for row in item[listed]:
            sheet |= {f"{row['key']}-{name}": [row[name]] for name in names}
    return sheet


def sent_sheet(posted: QueryDict) -> Sheet:
    """Return what was typed into the form."""
    return {name: values for name, values in posted.lists() if name not in _NOT_TYPED}


def read_sheet(text: str) -> Sheet | None:
    """Return a form that was sent as JSON; None if it is none."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return as_sheet(data)


def as_sheet(data: Any) -> Sheet | None:
    """Return what came as JSON as a form; None if it is none."""
    if not isinstance(data, dict):
        return None
    lists = {name: values for name, values in data.items() if isinstance(values, list)}
    return {name: [str(one) for one in values] for name, values in lists.items()}


@dataclass(slots=True)
class Keys:
    """Under which keys a form's items and rows are stored.

    Attributes:
        page: The minutes.
        agenda: Keys of the rows by the keys of all items of the latest draft, hidden ones among them.
        names: How the browser calls the fields that are stored under another name.
        items: How it calls the items.
    """

    page: MinutesPage
    agenda: Mapping[str, Collection[str]]
    names: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: MinutesPage) -> Keys:
        """Return those of a draft."""
        return cls(
            draft,
            {
                one["id"]: [row["id"] for listed in ROWS for row in one["value"][listed]]
                for one in items_in(stored(draft))
            },
        )

    def stored(self, sheet: Sheet) -> dict[str, list[str]]:
        """Return a form with the names under which its fields are stored; what is empty and new isn't in it."""
        found = {name: list(values) for name, values in sheet.items()}
        found["item"] = []
        for sent in dict.fromkeys(sheet.get("item", ())):
            if sent not in self.agenda and not _is_filled(sheet, sent):
                continue
            key = self._new(sheet, sent, "item") if sent == NEW else self._item(sent)
            found["item"].append(key)
            self.items[key] = sent
            self._rename(found, sent, key)
            for listed in ROWS:
                as_sent = found.get(f"{key}-{listed}", [])
                rows = [self._row(key, row) for row in as_sent]
                for one, row in zip(as_sent, rows, strict=True):
                    self._rename(found, one, row)
                found[f"{key}-{listed}"] = rows
            self._new_rows(found, key, sheet, sent)
        return found

    def sent(self, name: str) -> str:
        """Return how the browser calls a field."""
        return self.names.get(name, name)

    def _new_rows(self, found: dict[str, list[str]], key: str, sheet: Sheet, sent: str) -> None:
        for listed, prefix, fields in (
            ("decisions", f"{key}-new_decision", {"text": f"{key}-new_decision"}),
            ("tasks", f"{key}-new", {name: f"{key}-new-{name}" for name in ROWS["tasks"]}),
        ):
            row = self._new(sheet, sent, prefix.removeprefix(key))
            values = {name: found.pop(typed, None) for name, typed in fields.items()}
            first = values[ROWS[listed][0]]
            if first is None or not "".join(first).strip():
                continue
            found.setdefault(f"{key}-{listed}", []).append(row)
            for name, typed in fields.items():
                found[f"{row}-{name}"] = values[name] or [""]
                self.names[f"{row}-{name}"] = self.sent(typed)

    def _rename(self, found: dict[str, list[str]], sent: str, key: str) -> None:
        if sent == key:
            return
        for name in [name for name in found if name.startswith(f"{sent}-")]:
            stored_name = key + name.removeprefix(sent)
            found[stored_name] = found.pop(name)
            self.names[stored_name] = name

    def _new(self, sheet: Sheet, sent: str, what: str) -> str:
        fresh = "".join(sheet.get(f"{sent}-fresh", ()))[:64] or uuid4().hex
        return self._derived(f"{fresh}:{what}")

    def _derived(self, name: str) -> str:
        return str(uuid5(uuid5(_OF_PAGES, str(self.page.pk)), name))

    def _item(self, sent: str) -> str:
        return sent if sent in self.agenda or self._was_here(sent) else self._derived(sent[:64])

    def _row(self, item: str, sent: str) -> str:
        if sent in self.agenda.get(item, ()):
            return sent
        is_free = not any(sent in rows for rows in self.agenda.values())
        return sent if is_free and self._was_here(sent) else self._derived(f"{item}:{sent[:64]}")

    def _was_here(self, key: str) -> bool:
        """Tell whether an earlier version of the minutes has the key: what comes back is what it was."""
        if not _KEY.fullmatch(key):
            return False
        versions = Revision.page_revisions.filter(object_id=str(self.page.pk))
        held = versions.annotate(text=Cast("content", TextField())).filter(text__contains=key)
        return held.exists() or is_passage_of(UUID(key), self.page.pk)


def _is_filled(sheet: Sheet, sent: str) -> bool:
    return any("".join(sheet.get(f"{sent}-{name}", ())).strip() for name in ("title", "notes"))

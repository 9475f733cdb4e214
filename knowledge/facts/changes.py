"""What somebody changed in a form, brought together with what others saved meanwhile: field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from access.rights import Person
from knowledge.facts.forms import (
    Values,
    form_for,
    in_words,
    sent_values,
    stored_values,
    with_values,
)
from knowledge.pages.kinds import PageKind


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two people changed; `stored` is what the other one wrote."""

    label: str
    stored: str


@dataclass(slots=True)
class Entry:
    """What was sent, beside what is stored.

    Attributes:
        form: Bound to what the person changed and, for the rest, to what is stored now.
        conflicts: Fields that somebody else changed as well; empty if the form may be saved.
        base: What is stored now, to be sent along with the next attempt.
    """

    form: Any
    conflicts: list[Conflict]
    base: str


def base_of(form: Any) -> str:
    """Return what an unbound form shows, as a hidden field sends it back."""
    return json.dumps(stored_values(form))


def read_entry(kind: PageKind, user: Person, data: QueryDict, *, draft: Any) -> Entry:
    """Bring what was sent together with the latest draft.

    Args:
        kind: The kind of the page.
        user: Who sends it.
        data: What was sent; `base` says what the form showed when it was opened.
        draft: The latest draft; changed when the form is validated.
    """
    stored = stored_values(form_for(kind, user, instance=draft))
    sent = sent_values(form_for(kind, user, instance=draft, data=data))
    base = _read_base(data.get("base", ""), stored)
    mine = {name for name, value in sent.items() if not _same(value, base[name])}
    both = [
        name
        for name in mine
        if not _same(stored[name], base[name]) and not _same(stored[name], sent[name])
    ]
    form = form_for(kind, user, instance=draft, data=data)
    kept = {name: value for name, value in stored.items() if name not in mine}
    if kept:
        form = form_for(kind, user, instance=draft, data=with_values(data, form, kept))
    conflicts = [
        Conflict(_label(form, name), in_words(form, name, stored[name]) or _("nothing"))
        for name in both
    ]
    return Entry(form, conflicts, json.dumps(stored))


def _same(one: Any, other: Any) -> bool:
    """Compare values; of rows only what they say, since their numbers change when they are stored."""
    return bool(_said(one) == _said(other))


def _said(value: Any) -> Any:
    return [
        {key: texts for key, texts in row.items() if key != "id"} if isinstance(row, dict) else row
        for row in value
    ]


def _read_base(text: str, stored: Values) -> Values:
    """Return what the form showed; what can't be read counts as unchanged by others."""
    try:
        base = json.loads(text)
    except ValueError:
        base = {}
    return {**stored, **base} if isinstance(base, Mapping) else stored


def _label(form: Any, name: str) -> str:
    if name in form.fields:
        return str(form.fields[name].label)
    return str(form.formsets[name].model._meta.verbose_name_plural)

"""Say a line of the log in a sentence of the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.actions import Action, known
from audit.models import Entry

NO_TITLES: Mapping[int, str] = MappingProxyType({})
_KINDS = {
    "basepage.KnowledgePage": lambda pk: _("page no. %(number)s") % {"number": pk},
    "files.KnowledgeDocument": lambda pk: _("file no. %(number)s") % {"number": pk},
    "files.KnowledgeImage": lambda pk: _("image no. %(number)s") % {"number": pk},
    "accounts.User": lambda pk: _("person no. %(number)s") % {"number": pk},
    "accounts.Organisation": lambda pk: _("organisation no. %(number)s") % {"number": pk},
    "accounts.Circle": lambda pk: _("group no. %(number)s") % {"number": pk},
    "access.Space": lambda pk: _("space no. %(number)s") % {"number": pk},
}


def sentence(entry: Entry, space_titles: Mapping[int, str] = NO_TITLES) -> str:
    """Return what happened, as one sentence or a few; a line of an unknown action gives its name.

    Args:
        entry: The line.
        space_titles: Titles of spaces by number, as far as the reader may know them; else their short names stand.
    """
    action = known(entry.action)
    if action is None:
        return entry.action
    words: dict[str, Any] = {
        "actor": actor_name(entry),
        "object": object_name(entry),
        "space": _space(entry, space_titles),
        **{name: _value(action, name, entry.details) for name in action.details},
    }
    parts = [str(action.sentence) % words]
    parts += [str(text) % words for name, text in action.additions if name in entry.details]
    if entry.acting_as_id is not None or entry.acting_as_name:
        seen_as = entry.acting_as_name or _KINDS["accounts.User"](entry.acting_as_id)
        parts.append(_("Viewed as %(person)s.") % {"person": seen_as})
    return " ".join(parts)


def _space(entry: Entry, titles: Mapping[int, str]) -> str:
    title = titles.get(entry.space_id) if entry.space_id is not None else None
    return title or entry.space_slug or _("none")


def actor_name(entry: Entry) -> str:
    """Return who did it, by name, by number where the name was taken out, or as the installation itself."""
    if entry.actor_id is None:
        return _("The installation")
    return entry.actor_name or _KINDS["accounts.User"](entry.actor_id)


def object_name(entry: Entry) -> str:
    """Return what the line is about: the stored name, or kind and number."""
    if entry.object_title:
        return entry.object_title
    if not entry.object_type:
        return _("unknown")
    if entry.object_type in _KINDS:
        return _KINDS[entry.object_type](entry.object_id)
    return entry.object_reference


def reference_in_words(reference: str) -> str:
    """Return kind and number of what `Filters.object_reference` names; nothing of what was typed is repeated."""
    object_type, _colon, object_id = reference.partition(":")
    named = _KINDS.get(object_type)
    return named(object_id) if named and object_id.isdecimal() else _("a single thing")


def _value(action: Action, name: str, details: Mapping[str, Any]) -> str:
    if name not in details:
        return _("not stated")
    value = details[name]
    labels = action.values.get(name, {})
    if labels:  # one value, or a list of them
        return ", ".join(str(labels.get(part, part)) for part in str(value).split(", "))
    if isinstance(value, str) and name == "until" and (day := _last_day(value)) is not None:
        return _("with the end of %(day)s") % {"day": date_format(day, "j. F Y")}
    if isinstance(value, str) and (moment := _moment(value)) is not None:
        return moment
    return str(value)


def _last_day(value: str) -> dt.date | None:
    """Return the day that is over at a midnight, which is what people typed; None for any other moment or a date."""
    moment = _parsed(value)
    if not isinstance(moment, dt.datetime):
        return None
    local = timezone.localtime(moment)
    return None if local.time() != dt.time() else local.date() - dt.timedelta(days=1)


def _parsed(value: str) -> dt.date | None:
    try:
        return parse_datetime(value) if "T" in value else parse_date(value)
    except ValueError:
        return None


def _moment(value: str) -> str | None:
    """Write an ISO date or time the German way; None if it is neither."""
    moment = _parsed(value)
    if isinstance(moment, dt.datetime):
        return date_format(timezone.localtime(moment), "j. F Y, H:i")
    return date_format(moment, "j. F Y") if moment else None

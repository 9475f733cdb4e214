"""Turn a line of the log into a sentence in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.actions import AuditAction, actions
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


def sentence(
    entry: Entry, space_titles: Mapping[int, str] = NO_TITLES, *, object_title: str = ""
) -> str:
    """Return what happened in a sentence or more; for an unknown action, its name.

    Args:
        entry: The line.
        space_titles: Titles of the spaces that the reader may know, by number; others appear by their short names.
        object_title: The title of the object, if the reader may know it; otherwise the stored name or a number.
    """
    action = actions.get(entry.action)
    if action is None:
        return entry.action
    words: dict[str, Any] = {
        "actor": actor_name(entry),
        "object": object_title or object_name(entry),
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
    """Return who did it: the name, a number where the name was taken out, or the installation itself."""
    if entry.actor_id is None:
        return _("The installation")
    return entry.actor_name or _KINDS["accounts.User"](entry.actor_id)


def object_name(entry: Entry) -> str:
    """Return the object of the line: the stored name, or kind and number."""
    if entry.object_title:
        return entry.object_title
    if not entry.object_type:
        return _("unknown")
    if entry.object_type in _KINDS:
        return _KINDS[entry.object_type](entry.object_id)
    return entry.object_reference


def reference_in_words(reference: str) -> str:
    """Return kind and number of what `Filters.object_reference` names, without repeating what was typed."""
    object_type, _colon, object_id = reference.partition(":")
    named = _KINDS.get(object_type)
    return named(object_id) if named and object_id.isdecimal() else _("a single thing")


def _value(action: AuditAction, name: str, details: Mapping[str, Any]) -> str:
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
    """Return the day that ends at a midnight, which is what people typed; None for other moments and for dates."""
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

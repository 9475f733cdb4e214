"""Keep what the lists say: every object once, whether it stands inside another one or by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from knowledge.council.models import SourceObject
from knowledge.council.oparl.client import Object

# What pages are made of; the rest, such as people, isn't kept.
_KEPT = {
    "Paper": ("name", "reference", "date", "web"),
    "Consultation": ("authoritative", "role"),
    "Meeting": ("name", "start", "cancelled"),
    "AgendaItem": ("result",),
    "Organization": ("name", "shortName"),
    "File": (
        "name",
        "fileName",
        "mimeType",
        "accessUrl",
        "downloadUrl",
        "sha1Checksum",
        "sha512Checksum",
        "modified",  # tells of a new version where there is no checksum
    ),
}
# Attributes that hold other objects or their ids, and of which kind.
_PARTS = {
    "Paper": {
        "mainFile": "File",
        "auxiliaryFile": "File",
        "consultation": "Consultation",
        "underDirectionOf": "Organization",
        "originatorOrganization": "Organization",
    },
    "Consultation": {
        "agendaItem": "AgendaItem",
        "meeting": "Meeting",
        "organization": "Organization",
        "paper": "Paper",
    },
    "Meeting": {"organization": "Organization", "agendaItem": "AgendaItem"},
    "AgendaItem": {"consultation": "Consultation", "meeting": "Meeting"},
}
# What an object inside another one leaves out, since it goes without saying.
_BACK = {
    ("Paper", "Consultation"): "paper",
    ("Meeting", "AgendaItem"): "meeting",
    ("Consultation", "AgendaItem"): "consultation",
    ("AgendaItem", "Consultation"): "agendaItem",
}
_BELONGS_TO = {"Consultation": "paper", "AgendaItem": "consultation"}
_MAX_CHARS = 2000
_MAX_DEPTH = 4  # an agenda item in a consultation in a paper is the deepest that makes sense


@dataclass(frozen=True, slots=True)
class Found:
    """One object as it was met."""

    url: str
    kind: str
    data: dict[str, Any]
    modified_at: dt.datetime | None
    is_deleted: bool


def key_of(url: str) -> str:
    """Return an id without scheme and host: a system that moves to another host keeps its objects."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def found_in(given: Object, kind: str, *, depth: int = 0) -> Iterator[Found]:
    """Yield the objects inside `given`, and then itself, all with ids in the place of objects."""
    url = given.get("id")
    if depth > _MAX_DEPTH or not isinstance(url, str) or not 0 < len(key_of(url)) <= 500:
        return
    data = {name: _plain(given[name]) for name in _KEPT[kind] if given.get(name) is not None}
    for name, part in _PARTS.get(kind, {}).items():
        values = given.get(name)
        data[name] = []
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, dict):
                back = _BACK.get((kind, part))
                inner = {back: url, **value} if back else value
                yield from found_in(inner, part, depth=depth + 1)
                value = value.get("id")
            if isinstance(value, str) and value:
                data[name].append(value)
    yield Found(url, kind, data, _moment(given.get("modified")), given.get("deleted") is True)


@transaction.atomic
def keep(found: Iterable[Found], *, only_known: bool = False) -> int:
    """Keep objects, and note the papers that have to be written anew; return how many were new or changed.

    Args:
        found: The later of two forms of one object counts, unless the server says that it is older.
        only_known: Keep nothing that wasn't kept before.
    """
    found = list(found)
    rows = SourceObject.objects.in_bulk([key_of(one.url) for one in found], field_name="key")
    changed: dict[str, SourceObject] = {}
    for one in found:
        row = rows.get(key_of(one.url))
        if row is None:
            if only_known:
                continue
            row = rows[key_of(one.url)] = SourceObject(key=key_of(one.url), kind=one.kind)
        if row.kind == one.kind and _take(row, one):
            changed[row.key] = row
    for row in changed.values():
        row.save()
    _note_papers(changed.values())
    return len(changed)


def _take(row: SourceObject, found: Found) -> bool:
    """Let the row say what was found; tell whether that is something else."""
    if row.modified_at and found.modified_at and found.modified_at < row.modified_at:
        return False
    before = (row.url, row.data, row.is_deleted, row.pk is None)
    row.url, row.is_deleted = found.url, found.is_deleted
    row.modified_at = found.modified_at or row.modified_at
    if not found.is_deleted:  # a deleted object may have lost all that it said
        row.data = found.data
        of = found.data.get(_BELONGS_TO.get(row.kind, ""))
        row.belongs_to = key_of(of[0]) if of else row.belongs_to
    return before != (row.url, row.data, row.is_deleted, False)


def _note_papers(changed: Iterable[SourceObject]) -> None:
    keys = {key for row in changed for key in (row.key, row.belongs_to) if key}
    papers = SourceObject.objects.filter(kind="Paper").filter(
        Q(key__in=keys) | Q(uses__key__in=keys)
    )
    SourceObject.objects.filter(pk__in=papers.values("pk")).update(waiting=F("waiting") + 1)


def _moment(value: Any) -> dt.datetime | None:
    """Read a moment; None if there is none, or none that can be read."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _plain(value: Any) -> Any:
    """Return a simple value; PostgreSQL keeps no NUL."""
    if isinstance(value, bool):
        return value
    return " ".join(str(value).replace("\0", "").split())[:_MAX_CHARS]

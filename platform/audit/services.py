"""Write to the log: `record`, and for what somebody was not given `record_refusal` and `record_missing`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import Model
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Circle, Organisation, User
from audit import flood
from audit.actions import AuditAction, actions
from audit.context import (
    acting_as,
    after_answer,
    current_actor,
    current_request,
    short_address,
)
from audit.hashing import commit_names
from audit.models import Entry, Log
from audit.sealing import seal_after_commit

NUMBER_LENGTH = 12  # of what is taken for a primary key
BATCH = 500  # lines in one statement
DETAIL_LENGTH = 300  # characters of one text in the details
Detail = str | int | bool | dt.datetime | dt.date | None


class SpaceLike(Protocol):
    """What is recorded of a space; `access` lies above this app."""

    pk: Any
    slug: str


def record(
    action: str,
    *,
    actor: User | None,
    obj: Model | None = None,
    former_name: str = "",
    former: Sequence[str] = (),
    space: SpaceLike | None = None,
    space_id: int | None = None,
    reference: tuple[str, str] | None = None,
    details: Mapping[str, Detail] | None = None,
    request: HttpRequest | None = None,
) -> Entry:
    """Add one line to the log, in the current transaction: both are kept or neither is.

    Args:
        action: A registered name, such as `grant.given`.
        actor: Who did it; None for the installation itself, and for somebody who isn't signed in.
        obj: The object. Its model and number are stored, its name only for people, organisations, circles and spaces:
            titles of pages and files are content.
        former_name: The former name of `obj`, if that changed; kept and taken out together with the name.
        former: Other former facts of a person; kept and taken out likewise.
        space: Where it counts; by default the space of `obj`.
        space_id: The number of the space, if the space itself is not at hand; its short name is then left out.
        reference: Instead of `obj`: model and key of something that was asked for and doesn't exist.
        details: Only those that the action names; texts are cut after `DETAIL_LENGTH` characters.
        request: The request that caused it; by default the one that is being answered.

    Raises:
        web.registry.NotRegistered: If nobody registered the action.
        ValueError: If a detail is none of the action's.
    """
    request = request or current_request()
    entry = _line(actions[action], actor=actor, request=request, details=details or {})
    _name_object(entry, obj, former_name, former)
    if reference is not None:
        entry.object_type, entry.object_id = reference
    _name_space(entry, obj, space, space_id)
    commit_names(entry)
    entry.save()
    seal_after_commit(entry.log)
    return entry


@dataclass(frozen=True, slots=True)
class Told:
    """What one line of many is about, as in `record`."""

    obj: Model
    details: Mapping[str, Detail] = field(default_factory=dict)
    former_name: str = ""
    former: Sequence[str] = ()


def record_many(action: str, *, actor: User | None, lines: Iterable[Told]) -> None:
    """Add a line for each of many things done at once, with one statement for some hundreds of them.

    Raises:
        web.registry.NotRegistered: If nobody registered the action.
        ValueError: If a detail is none of the action's.
    """
    known, request = actions[action], current_request()
    entries = []
    for told in lines:
        entry = _line(known, actor=actor, request=request, details=told.details)
        _name_object(entry, told.obj, told.former_name, told.former)
        commit_names(entry)
        entries.append(entry)
    if entries:
        # unscoped: adds lines, shows none
        Entry.objects.bulk_create(entries, batch_size=BATCH)
        seal_after_commit(entries[0].log)


def _line(
    action: AuditAction,
    *,
    actor: User | None,
    request: HttpRequest | None,
    details: Mapping[str, Detail],
) -> Entry:
    entry = Entry(
        log=Log.READS if action.is_read else Log.CHANGES,
        action=action.name,
        group=action.group,
        details=_allowed(action, details),
        address=short_address(request),
    )
    _name_people(entry, actor, acting_as(request))
    return entry


def record_refusal(obj: Model) -> None:
    """Record, after the answer is sent, that the person of the request was refused `obj`.

    Within an hour only the first refusal of an object to a person is recorded, and at most `flood.REFUSALS_AN_HOUR` a
    person; one line then says that there were more. Anonymous requests aren't recorded: they get no further than the
    sign-in page.
    """
    _record_denial(object_reference(obj), {"obj": obj})


def record_missing(label: str, asked: object) -> None:
    """Record, after the answer is sent, that the person of the request asked for what doesn't exist.

    It does the same work as for a refusal, so that the time of the next answer on the connection doesn't tell that
    something was there. The log keeps the number that was asked for or, for an address, a digest of it.

    Args:
        label: Model of what was asked for.
        asked: Its number, or whatever else was asked by.
    """
    key = str(asked)
    if not key.isdecimal() or len(key) > NUMBER_LENGTH:
        key = salted_hmac("audit.missing", key).hexdigest()
    reference = (label, key)
    _record_denial(reference, {"reference": reference})


def _record_denial(reference: tuple[str, str], about: Mapping[str, Any]) -> None:
    actor = current_actor()
    if actor is None:
        return
    request = current_request()

    def write() -> None:
        action = flood.refusal_to_record(actor, reference)
        if action == flood.REFUSAL:
            known = action if "obj" in about else flood.MISSING
            record(known, actor=actor, request=request, **about)
        elif action is not None:
            record(action, actor=actor, request=request)

    after_answer(write)


def object_reference(obj: Model) -> tuple[str, str]:
    """Return model and primary key of `obj`; for any kind of page, those of the base page."""
    meta = obj._meta
    parents = meta.get_parent_list()
    return (parents[-1]._meta.label if parents else meta.label, str(obj.pk))


def _allowed(action: AuditAction, details: Mapping[str, Detail]) -> dict[str, Any]:
    if unknown := sorted(set(details) - action.details):
        raise ValueError(
            f"{action.name} knows no detail {', '.join(unknown)}; name it in audit.vocabulary if it is no content."
        )
    return {name: _plain(value) for name, value in details.items() if value not in (None, "")}


def _plain(value: Detail) -> str | int | bool | None:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return value.replace("\x00", "")[:DETAIL_LENGTH]
    return value


def _name_people(
    entry: Entry, actor: User | None, seen_as: User | Organisation | Circle | None
) -> None:
    if actor is not None:
        entry.actor_id, entry.actor_name = actor.pk, _cut(actor)
        entry.actor_organisation = _cut(actor.organisation or "")
    if seen_as is not None:
        entry.acting_as_name = _cut(seen_as)
    if isinstance(seen_as, User):
        entry.acting_as_id = seen_as.pk


def _name_object(entry: Entry, obj: Model | None, former_name: str, former: Sequence[str]) -> None:
    if obj is None:
        return
    entry.object_type, entry.object_id = object_reference(obj)
    if isinstance(obj, User | Organisation | Circle) or entry.object_type == "access.Space":
        title = f"{former_name} → {obj}" if former_name else str(obj)
        if former:
            words = {"name": title, "values": ", ".join(former)}
            title = _("%(name)s (previously: %(values)s)") % words
        entry.object_title = _cut(title)


def _name_space(
    entry: Entry, obj: Model | None, space: SpaceLike | None, space_id: int | None
) -> None:
    if space is None and space_id is None:
        own: Any = obj  # a space itself, a page or a file; the models lie above this app
        space = own if entry.object_type == "access.Space" else getattr(own, "space", None)
    if space is not None:
        space_id, entry.space_slug = space.pk, space.slug
    entry.space_id = space_id


def _cut(named: object) -> str:
    return str(named).replace("\x00", "")[:200]

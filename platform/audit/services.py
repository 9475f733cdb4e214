"""Write to the log: `record`, and `record_refusal` for what somebody was refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from django.db.models import Model
from django.http import HttpRequest

from accounts.models import Circle, Organisation, User
from audit import flood
from audit.actions import Action, action_named
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
    space: SpaceLike | None = None,
    space_id: int | None = None,
    details: Mapping[str, Detail] | None = None,
    request: HttpRequest | None = None,
) -> Entry:
    """Add one line to the log, in the current transaction: both are kept or neither is.

    Args:
        action: A registered name, such as `grant.given`.
        actor: Who did it; None for the installation itself, and for somebody who isn't signed in.
        obj: What it was done with. Its model and number are stored, its name only if it is a person, an organisation, a
            circle or a space: titles of pages and files are content.
        space: Where it counts; by default the space of `obj`.
        space_id: The same by its number, if the space itself is not at hand; its short name is then left out.
        details: Only those that the action names; texts are cut after `DETAIL_LENGTH` characters.
        request: The request it came with; by default the one that is being answered.

    Raises:
        audit.actions.UnknownAction: If nobody registered the action.
        ValueError: If a detail is none of the action's.
    """
    known = action_named(action)
    entry = Entry(
        log=Log.READS if known.is_read else Log.CHANGES,
        action=known.name,
        group=known.group,
        details=_allowed(known, details or {}),
    )
    request = request or current_request()
    _name_people(entry, actor, acting_as(request))
    _name_object(entry, obj)
    _name_space(entry, obj, space, space_id)
    entry.address = short_address(request)
    commit_names(entry)
    entry.save()
    seal_after_commit(entry.log)
    return entry


def record_refusal(obj: Model) -> None:
    """Record, after the answer is sent, that the person of the request was refused `obj`.

    The first refusal of one object to one person in an hour is recorded, and at most `flood.REFUSALS_AN_HOUR` a
    person; one line then says that there were more. Nobody's refusals are not recorded: nobody gets further than the
    sign-in page.
    """
    actor = current_actor()
    if actor is None:
        return
    request = current_request()

    def write() -> None:
        action = flood.refusal_to_record(actor, object_reference(obj))
        if action is not None:
            refused = obj if action == flood.REFUSAL else None
            record(action, actor=actor, obj=refused, request=request)

    after_answer(write)


def object_reference(obj: Model) -> tuple[str, str]:
    """Return model and primary key of `obj`; a special kind of page is named as the page that it is."""
    meta = obj._meta
    parents = meta.get_parent_list()
    return (parents[-1]._meta.label if parents else meta.label, str(obj.pk))


def _allowed(action: Action, details: Mapping[str, Detail]) -> dict[str, Any]:
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


def _name_object(entry: Entry, obj: Model | None) -> None:
    if obj is None:
        return
    entry.object_type, entry.object_id = object_reference(obj)
    if isinstance(obj, User | Organisation | Circle) or entry.object_type == "access.Space":
        entry.object_title = _cut(obj)


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

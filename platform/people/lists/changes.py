"""Carry out what a list of people says: all of it in one transaction, written in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.reader import forget
from access.rights import can
from access.roles import Action
from accounts.models import PlatformRole, User, belong_to_organisations
from audit.context import acting
from audit.receivers import former_values
from audit.services import Told, record_many
from people.accounts import (
    PersonFacts,
    free_username,
    username_base,
)
from people.lists.plan import Row, State, plan_of, rows_of
from people.models import PeopleList
from people.passwords.links import MadeLink, mail_links, make_links
from people.turns import take_turn

BATCH = 500  # rows in one statement
_FACTS = ("first_name", "last_name", "organisation", "position", "phone")


class ChangedMeanwhile(ValidationError):
    """The list would do something else now than what was shown."""


@dataclass(frozen=True, slots=True)
class Applied:
    """How many were added and changed, and the links that were made to be handed over."""

    added: int
    changed: int
    links: Sequence[MadeLink] = ()


def apply_and_mail(kept: PeopleList, *, actor: User, fingerprint: str) -> Applied:
    """Add and change people as shown, and have an invitation mailed to everybody new; see `_apply`."""
    with transaction.atomic():
        added, changed = _apply(kept, actor=actor, fingerprint=fingerprint)
        mail_links(added, actor=actor)
    return Applied(len(added), changed)


def apply_and_make_links(kept: PeopleList, *, actor: User, fingerprint: str) -> Applied:
    """Add and change people as shown, and return a link for everybody new; see `_apply`."""
    with transaction.atomic():
        added, changed = _apply(kept, actor=actor, fingerprint=fingerprint)
        links = make_links(added, actor=actor)
    return Applied(len(added), changed, links)


def _apply(kept: PeopleList, *, actor: User, fingerprint: str) -> tuple[list[User], int]:
    """Write what the list says; rows that are wrong or doubled are left out.

    Raises:
        PermissionDenied: If the actor does not keep accounts, or read in another list.
        ValidationError: If the list is gone (it was carried out already).
        ChangedMeanwhile: If it would do something else now than what was shown.
    """
    if kept.made_by_id != actor.pk or not can(actor, Action.KEEP_ACCOUNT):
        raise PermissionDenied
    take_turn()
    locked = PeopleList.objects.select_for_update().filter(pk=kept.pk).first()
    if locked is None:
        raise ValidationError(
            _(
                "This list was carried out already, or is gone. Nothing was changed; read it in again."
            )
        )
    _lock_people_in(locked.text, actor=actor)
    plan = plan_of(locked.text, actor=actor)
    if plan.fingerprint != fingerprint:
        raise ChangedMeanwhile(
            _("Something changed meanwhile. Nothing was saved; this is what the list would do now.")
        )
    added = _add(plan.of(State.NEW), actor=actor)
    changed = _change(plan.of(State.CHANGED), actor=actor)
    locked.delete()
    forget()
    return added, changed


def _lock_people_in(text: str, *, actor: User) -> None:
    """Let nobody correct or close whom the list names until the transaction ends."""
    named = {cells["email"].casefold() for _line, cells in rows_of(text, actor=actor)}
    meant = [
        pk
        for pk, address in User.objects.values_list("pk", "email")
        if address and address.casefold() in named
    ]
    list(User.objects.filter(pk__in=meant).order_by("pk").select_for_update().values_list("pk"))


def _add(rows: Sequence[Row], *, actor: User) -> list[User]:
    taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}
    people = []
    for row in rows:
        if row.facts is None:
            continue
        username = free_username(username_base(row.facts), taken=taken)
        taken.add(username)
        person = User(username=username, email=row.facts.email)
        _write(person, row.facts)
        person.set_unusable_password()
        people.append(person)
    User.objects.bulk_create(people, batch_size=BATCH)
    belong_to_organisations(people)
    record_many("person.added", actor=actor, lines=[Told(person) for person in people])
    return people


def _change(rows: Sequence[Row], *, actor: User) -> int:
    """Write what changed; a new name through `save`, since pages that show it hear of that."""
    lines, people = [], []
    for row in rows:
        person, facts = row.person, row.facts
        if person is None or facts is None:
            continue
        is_renamed = (person.first_name, person.last_name) != (facts.first_name, facts.last_name)
        is_moved = person.organisation != facts.organisation
        before = {
            "position": person.position,
            "phone": person.phone,
            "organisation_id": person.organisation_id,
        }
        _write(person, facts)
        if is_moved and person.platform_role == PlatformRole.ORGANISATION:
            person.platform_role = (
                PlatformRole.NONE
            )  # it was given for the people of the former one
        if is_renamed or is_moved:
            with acting(actor):
                person.save()
            continue
        changed = [name for name, value in before.items() if getattr(person, name) != value]
        lines.append(
            Told(person, {"changed": ", ".join(changed)}, former=former_values(before, changed))
        )
        people.append(person)
    User.objects.bulk_update(people, ["position", "phone"], batch_size=BATCH)
    record_many("person.changed", actor=actor, lines=lines)
    return len(rows)


def _write(person: User, facts: PersonFacts) -> None:
    for field in _FACTS:
        setattr(person, field, getattr(facts, field))

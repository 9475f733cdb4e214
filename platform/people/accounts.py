"""Invite people and correct what is said of them: by hand, one at a time (`people.lists.plan` reads many in)."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, fields

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.reader import forget
from access.rights import can
from access.roles import Action
from accounts.models import Organisation, PlatformRole, User
from audit.context import acting
from people.closure import refuse_last_administrator
from people.letters import tell_of_new_address
from people.turns import take_turn

_SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
USERNAME_LENGTH = 100  # characters; the column has some more for a number behind it

TAKEN = gettext_lazy(
    "Somebody else has this mail address already. Look for it in the list of people; nothing was changed."
)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is said of a person; what the column of the same name holds.

    Attributes:
        platform_role: Given by administrators only.
    """

    first_name: str
    last_name: str
    email: str
    organisation: Organisation | None
    position: str = ""
    phone: str = ""
    platform_role: str = PlatformRole.NONE


@transaction.atomic
def add_person(facts: PersonFacts, *, actor: User) -> User:
    """Make an account without a password; a link lets its person set one (`people.passwords.links`).

    Raises:
        PermissionDenied: If the actor does not keep accounts of this organisation, or gives a platform role without
            operating the platform.
        ValidationError: If somebody has the address already, or the facts are no such.
    """
    take_turn()
    person = User()
    _write(person, facts)
    _check(person, actor=actor)
    if facts.platform_role and not can(actor, Action.OPERATE):
        raise PermissionDenied
    base = username_base(facts)
    alike = User.objects.filter(username__istartswith=base).values_list("username", flat=True)
    person.username = free_username(base, taken={name.casefold() for name in alike})
    person.set_unusable_password()
    person.full_clean(exclude={"password"})
    with acting(actor):
        person.save()
    return person


@transaction.atomic
def correct_person(person: User, facts: PersonFacts, *, actor: User, stamp: str) -> User:
    """Write what is said of a person; the log keeps what was said before.

    A new mail address is told to the new and to the former one: who keeps accounts could else take one over unseen.

    Args:
        person: Whom it is about.
        facts: All of it, changed or not.
        actor: Who keeps the account.
        stamp: Of the facts that the actor started from (`stamp_of`).

    Raises:
        PermissionDenied: If the actor does not keep the account, before or after, or changes their own platform role.
        ValidationError: If somebody else corrected the person meanwhile, or the facts are no such.
    """
    take_turn()
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if not can(actor, Action.KEEP_ACCOUNT, person):
        raise PermissionDenied
    before = facts_of(person)
    if stamp != stamp_of(person):
        raise ValidationError(_changed_meanwhile(before, facts))
    if person.pseudonymised_at is not None:
        raise ValidationError(_("The name of this person was removed. Nothing was changed."))
    _write(person, facts)
    if (
        before.organisation != facts.organisation
        and person.platform_role == before.platform_role == PlatformRole.ORGANISATION
    ):
        person.platform_role = PlatformRole.NONE  # it was given for the people of the former one
    _check(person, actor=actor)
    if before.platform_role != person.platform_role:
        _check_role(person, before, actor=actor)
    person.full_clean(exclude={"password"})
    with acting(actor):
        person.save()
    if before.email.casefold() != person.email.casefold():
        tell_of_new_address(person, before=before.email)
    forget()
    return person


@transaction.atomic
def correct_own_facts(person: User, *, position: str, phone: str) -> User:
    """Write what everybody says of themselves; name, address and organisation are the administration's."""
    person = User.objects.select_for_update().get(pk=person.pk)
    person.position, person.phone = position, phone
    with acting(person):
        person.save(update_fields=["position", "phone"])
    return person


def facts_of(person: User) -> PersonFacts:
    """Return what is said of a person now."""
    return PersonFacts(**{field.name: getattr(person, field.name) for field in fields(PersonFacts)})


def stamp_of(person: User) -> str:
    """Return what a form carries, to notice that somebody else has corrected the person meanwhile."""
    facts = facts_of(person)
    values = [getattr(facts, field.name) for field in fields(PersonFacts)]
    plain = [value.pk if isinstance(value, Organisation) else value for value in values]
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()[:32]


def free_username(base: str, *, taken: Collection[str]) -> str:
    """Return `base`, or with a number behind it what isn't taken yet; `taken` is in small letters."""
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


def username_base(facts: PersonFacts) -> str:
    """Return the sign-in name that is made of a name, such as `erika.muster`."""
    words = [_plain(facts.first_name), _plain(facts.last_name)]
    return ".".join(word for word in words if word)[:USERNAME_LENGTH] or "person"


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold().translate(_SPELLINGS))
    return re.sub(r"[^a-z0-9]+", "-", letters.encode("ascii", "ignore").decode()).strip("-")


def _write(person: User, facts: PersonFacts) -> None:
    for field in fields(PersonFacts):
        setattr(person, field.name, getattr(facts, field.name))


def _check(person: User, *, actor: User) -> None:
    """Check what holds for new and for corrected people.

    Raises:
        PermissionDenied: If the actor does not keep accounts of this organisation or with this platform role.
        ValidationError: If nobody can belong to the organisation, or the address is taken.
    """
    if not can(actor, Action.KEEP_ACCOUNT, person):
        raise PermissionDenied
    organisation = person.organisation
    if organisation is not None and not _takes_people(organisation):
        raise ValidationError(
            {
                "organisation": _(
                    "Nobody can belong to this organisation: it has left, stands for several, or is gone."
                )
            }
        )
    if person.platform_role == PlatformRole.ORGANISATION and organisation is None:
        raise ValidationError(
            {"platform_role": _("Choose the organisation whose people this person looks after.")}
        )
    others = User.objects.filter(email__iexact=person.email).exclude(pk=person.pk)
    if person.email and others.exists():
        raise ValidationError({"email": TAKEN})


def _takes_people(organisation: Organisation) -> bool:
    """Tell whether people can belong to it by now: another curator may have merged it, or let it leave."""
    open_ones = Organisation.objects.filter(is_collective=False, left_at=None)
    return open_ones.filter(pk=organisation.pk).exists()


def _check_role(person: User, before: PersonFacts, *, actor: User) -> None:
    if not can(actor, Action.OPERATE):
        raise PermissionDenied
    if before.platform_role == PlatformRole.ADMINISTRATOR:
        refuse_last_administrator([person.pk])
    if person == actor:
        raise ValidationError(
            {
                "platform_role": _(
                    "Nobody changes their own platform role: ask another administrator. Nothing was changed."
                )
            }
        )


def _changed_meanwhile(now: PersonFacts, wanted: PersonFacts) -> str:
    labels = [
        str(User._meta.get_field(field.name).verbose_name)  # type: ignore[union-attr]  # relations have names, too
        for field in fields(PersonFacts)
        if getattr(now, field.name) != getattr(wanted, field.name)
    ]
    return _(
        "Somebody else corrected this person meanwhile. Nothing was saved; your entries still stand here. They differ "
        "from what is stored now in: %(fields)s. Compare, and save again if yours are right."
    ) % {"fields": ", ".join(labels) or "–"}

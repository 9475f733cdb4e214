"""From what was typed to whom is meant: people and bodies that the writer knows, nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from access.models import Space
from access.principals import label_of
from access.rights import Person
from accounts.models import Membership, Organisation, User
from knowledge.contacts.models import ContactPage
from knowledge.groups.selectors import people_known_to

Charged = User | Organisation
OFFERED = 200  # names in a list to choose from; more are found by typing them


class NotUnderstood(ValueError):
    """Nobody, or more than one, is called like this; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Names:
    """Whom one writer can charge, by every name under which they are found, folded."""

    found: dict[str, list[Charged]]

    @classmethod
    def known_to(cls, user: Person, space: Space) -> Names:
        """Load the people and bodies that `user` may know, and the members of the group of `space`; five queries."""
        found: dict[str, list[Charged]] = {}
        for person in people_known_to(user).select_related("organisation"):
            for name in {label_of(person), str(person)}:
                found.setdefault(_folded(name), []).append(person)
        for body in bodies_known_to(user):
            for name in {body.short_name, body.name, body.slug}:
                found.setdefault(_folded(name), []).append(body)
        return cls(found)

    def meant_by(self, typed: str) -> Charged:
        """Return whom a name stands for.

        Raises:
            NotUnderstood: If it is nobody, or several.
        """
        found = {(type(one), one.pk): one for one in self.found.get(_folded(typed), [])}
        if len(found) == 1:
            return next(iter(found.values()))
        if not found:
            raise NotUnderstood(
                _("Nobody here is called “%(name)s”. Choose a name from the list.")
                % {"name": typed}
            )
        choices = ", ".join(sorted(label_of(one) for one in found.values()))
        raise NotUnderstood(
            _("“%(name)s” may be several: %(choices)s. Write which one.")
            % {"name": typed, "choices": choices}
        )


def bodies_known_to(user: Person) -> Any:
    """Return the organisations that `user` meets here: the own one, those of known people and of visible contacts."""
    known = Q(people__in=people_known_to(user).order_by().values("pk"))
    contacts = ContactPage.objects.visible_to(user).filter(live=True).order_by()
    known |= Q(pk__in=contacts.values("organisation"))
    bodies = Organisation.objects.filter(known, is_collective=False, left_at__isnull=True)
    return bodies.distinct().order_by("short_name", "pk")


# unscoped: the members of a group whose page the reader reads, and bodies that the reader knows
def offered(user: Person, space: Space) -> list[str]:
    """Return the names to choose from: members of the space's group, then bodies."""
    return [*_labels(members_of(space)[:OFFERED]), *_labels(bodies_known_to(user)[:OFFERED])]


# unscoped: for whoever reads the group's page, which names its members
def members_of(space: Space) -> list[User]:
    """Return the people who belong to the group of `space` now, by name."""
    members = Membership.objects.current().filter(group__circle__space=space)
    people = User.objects.filter(pk__in=members.values("user"), is_active=True)
    return list(people.select_related("organisation").order_by("last_name", "first_name", "pk"))


def _labels(people: Iterable[Charged]) -> list[str]:
    return [label_of(one) for one in people]


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold().lstrip("@")

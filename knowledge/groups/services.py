"""Found a working group: its circle with whoever leads it, its space, its first members, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.consequence.of_roles import Consequence, Item
from access.consequence.space_grants import Change
from access.consequence.state import fingerprint
from access.granting.memberships import Joining, write_membership
from access.models import Space
from access.roles import Role
from accounts.models import Circle, Membership, User
from audit.context import acting
from knowledge.groups.models import GroupPage
from knowledge.home.spaces import SpacePlan, check_short_name, make_space, take_turn_at_names
from knowledge.taxonomy.models import FieldOfAction
from people.organisations import require_curator


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """A working group that is to be founded.

    Attributes:
        space: Its space, without circle, home page and roles, which follow from the group.
        kind: A `GroupKind`.
        field_of_action: What it works on, if that is one field.
        leads: Who leads it: somebody at least.
        members: Who else belongs to it.
        role: What its members may do in its space.
        reason: Why they belong to it, in a sentence.
    """

    space: SpacePlan
    kind: str
    field_of_action: FieldOfAction | None = None
    leads: Sequence[User]
    members: Sequence[User] = ()
    role: Role = Role.READER
    reason: str = ""


def make_group(plan: GroupPlan, *, actor: User) -> tuple[Space, Consequence]:
    """Make the circle with its people, and its space; whoever leads it may name further members.

    `knowledge.home.spaces.tried` and `made` are the ways to it.

    Raises:
        PermissionDenied: If the actor doesn't curate the platform.
        ValidationError: If nobody leads it, the short name is taken, or an account is closed.
    """
    space, consequence = make_space(_with_people(plan, actor=actor), actor=actor)
    return space, _with_names(consequence, plan)


def _with_people(plan: GroupPlan, *, actor: User) -> SpacePlan:
    """Make the circle and its memberships; return the plan of its space."""
    require_curator(actor)
    take_turn_at_names()
    check_short_name(plan.space.slug)
    if not plan.leads:
        raise ValidationError(
            _("A working group needs somebody who leads it. Name one. Nothing was changed.")
        )
    if Circle.objects.filter(slug=plan.space.slug).exists():
        raise ValidationError(
            _("“%(slug)s” is taken. Choose another short name. Nothing was changed.")
            % {"slug": plan.space.slug}
        )
    with acting(actor):
        circle = Circle.objects.create(slug=plan.space.slug, name=plan.space.title)
    functions = dict.fromkeys(plan.members, Membership.Function.MEMBER)
    functions |= dict.fromkeys(plan.leads, Membership.Function.LEAD)
    for person, function in functions.items():
        write_membership(circle, Joining(person, function, reason=plan.reason), actor=actor)
    return replace(
        plan.space,
        circle=circle,
        home_page=GroupPage(kind=plan.kind, field_of_action=plan.field_of_action),
        roles=[Change(circle, plan.role, reason=plan.reason)],
    )


def _with_names(consequence: Consequence, plan: GroupPlan) -> Consequence:
    leads = ", ".join(map(str, plan.leads))
    members = ", ".join(str(one) for one in plan.members if one not in plan.leads)
    effects = [_("Led by %(names)s, who may name further members.") % {"names": leads}]
    if members:
        effects.append(_("Members: %(names)s.") % {"names": members})
    people = Item(label=_("Members"), change=_("A new group."), effects=tuple(effects))
    return Consequence(
        items=(people, *consequence.items),
        total=consequence.total,
        fingerprint=fingerprint([consequence.fingerprint, *effects]),
    )

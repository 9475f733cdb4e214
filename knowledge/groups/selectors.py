"""What a working group's page shows beside its own fields."""

from __future__ import annotations

from accounts.models import Membership
from knowledge.groups.models import GroupPage


def members_of(group: GroupPage) -> list[Membership]:
    """Return the current memberships of the group's circle, leads first, then by name."""
    memberships = (
        Membership.objects.current()
        .filter(group__circle__space=group.space_id, user__is_active=True)
        .select_related("user__organisation")
        .order_by("user__last_name", "user__first_name")
    )
    return sorted(memberships, key=lambda one: one.function != Membership.Function.LEAD)

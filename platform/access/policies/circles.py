"""Who may say who belongs to a circle: whoever leads it, and those who are responsible for its space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from access.roles import Action, Role
from accounts.models import Membership

if TYPE_CHECKING:
    from access.rights import Person, Rights
    from accounts.models import Circle


class CirclePolicy:
    """Whoever leads it; the stewards of its own space; curators, if it has none. Nobody edits everybody's circle.

    A curator has no way round a space that has opted out: whoever joins its circle may do there what the circle may.
    """

    def allows(self, rights: Rights, user: Person, action: Action, obj: Circle) -> bool:
        """Tell whether somebody with `rights` may add, change and end memberships."""
        if action is not Action.GRANT or obj.is_everybody:
            return False
        space: Any = getattr(obj, "space", None)  # the reverse of `Space.circle`
        if rights.is_curator if space is None else rights.has_role(space.pk, Role.STEWARD):
            return True
        return Membership.objects.leading(user).filter(group=obj.group_id).exists()

"""Who may say who belongs to a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from access.roles import Action, Role

if TYPE_CHECKING:
    from access.rights import Person, Rights
    from accounts.models import Circle


class CirclePolicy:
    """The stewards of a circle's own space; curators, if it has none. Nobody edits everybody's circle.

    A curator has no way round a space that has opted out: whoever joins its circle may do there what the circle may.
    """

    def allows(self, rights: Rights, user: Person, action: Action, obj: Circle) -> bool:
        """Tell whether somebody with `rights` may add, change and end memberships."""
        if action is not Action.GRANT or obj.is_everybody:
            return False
        space: Any = getattr(obj, "space", None)  # the reverse of `Space.circle`
        if space is None:
            return rights.is_curator
        return rights.has_role(space.pk, Role.STEWARD)

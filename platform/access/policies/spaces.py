"""Who may do what with a space itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from access.roles import ROLE_NEEDED, Action

if TYPE_CHECKING:
    from access.models import Space
    from access.rights import Person, Rights


class SpacePolicy:
    """Each action needs a role in the space."""

    def allows(self, rights: Rights, user: Person, action: Action, obj: Space) -> bool:
        """Tell whether the role in the space is high enough."""
        return rights.has_role(obj.pk, ROLE_NEEDED[action])

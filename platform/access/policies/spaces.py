"""Who may do what with a space itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from access.roles import Action, Role

if TYPE_CHECKING:
    from access.models import Space
    from access.rights import Person, Rights

_NEEDED = {
    Action.READ: Role.READER,
    Action.READ_DRAFT: Role.CONTRIBUTOR,
    Action.ADD: Role.CONTRIBUTOR,
    Action.EDIT: Role.PUBLISHER,
    Action.PUBLISH: Role.PUBLISHER,
    Action.GRANT: Role.STEWARD,
    Action.LOWER_MARK: Role.STEWARD,
}


class SpacePolicy:
    """Each action needs a role in the space."""

    def allows(self, rights: Rights, user: Person, action: Action, obj: Space) -> bool:
        """Tell whether the role in the space is high enough."""
        return rights.has_role(obj.pk, _NEEDED[action])

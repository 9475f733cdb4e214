"""Who keeps whose account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from access.roles import Action
from accounts.models import PlatformRole

if TYPE_CHECKING:
    from access.rights import Person, Rights
    from accounts.models import User


class PersonPolicy:
    """Administrators keep all accounts; who administers an organisation keeps those of its people.

    Nobody gets at a higher platform role this way: by a new password for a curator of the same organisation one could
    enter as a curator.
    """

    def allows(self, rights: Rights, user: Person, action: Action, obj: User) -> bool:
        """Tell whether somebody with `rights` may invite, correct, close and open the account."""
        if action is not Action.KEEP_ACCOUNT:
            return False
        if rights.is_administrator:
            return True
        managed = rights.managed_organisation_id
        is_ordinary = obj.platform_role in {PlatformRole.NONE, PlatformRole.ORGANISATION}
        return managed is not None and managed == obj.organisation_id and is_ordinary

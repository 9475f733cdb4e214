"""The ladder of roles on a space, and what can be asked of `access.rights.can`."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Role(enum.IntEnum):
    """What somebody may do in a space, lowest first; each role includes the ones before it.

    A role is stored as one row with its permission, so that a new one needs a line here, in `Space.Meta.permissions`
    and in the policies, and no change of stored grants. Only the order of the numbers counts; they are never stored.
    """

    codename: str  # of the permission on `access.Space` that stores it
    label: StrPromise

    READER = 1, "view_space", _("Reader")
    CONTRIBUTOR = 2, "add_to_space", _("Contributor")
    PUBLISHER = 3, "publish_in_space", _("Publisher")
    STEWARD = 4, "steward_space", _("Steward")

    def __new__(cls, value: int, *of_role: Any) -> Self:
        """Make a number that knows its permission and its name."""
        role = int.__new__(cls, value)
        role._value_ = value
        role.codename, role.label = of_role
        return role

    @classmethod
    def of_codename(cls, codename: str) -> Role:
        """Return the role that the permission `codename` stores.

        Raises:
            ValueError: If it stores none.
        """
        if (role := _BY_CODENAME.get(codename)) is None:
            raise ValueError(f"{codename!r} is no permission of a role.")
        return role

    @property
    def codenames_from(self) -> list[str]:
        """Return the permissions that store this role and the higher ones."""
        return [role.codename for role in Role if role >= self]


_BY_CODENAME = {role.codename: role for role in Role}


class Action(enum.Enum):
    """What can be asked of `access.rights.can`; an unknown action can't be written."""

    READ = "read"
    READ_DRAFT = "read_draft"
    ADD = "add"
    EDIT = "edit"
    PUBLISH = "publish"
    GRANT = "grant"
    LOWER_CLASSIFICATION = "lower_mark"  # choose a milder handling (`access.handling`)
    USE_ADMIN = "use_admin"
    OPERATE = "operate"
    KEEP_ACCOUNT = "keep_account"  # invite, correct, close: a person, or anybody if none is named
    CURATE = "curate"
    PROTECT_DATA = "protect_data"


ROLE_NEEDED = {
    Action.READ: Role.READER,
    Action.READ_DRAFT: Role.CONTRIBUTOR,
    Action.ADD: Role.CONTRIBUTOR,
    Action.EDIT: Role.PUBLISHER,
    Action.PUBLISH: Role.PUBLISHER,
    Action.GRANT: Role.STEWARD,
    Action.LOWER_CLASSIFICATION: Role.STEWARD,
}
"""The lowest role that allows an action in a space; the policies know the exceptions, such as one's own pages."""

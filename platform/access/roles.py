"""Roles on a space and the guardian permissions that each one stands for."""

from __future__ import annotations

import enum

from django.utils.translation import gettext_lazy as _


class Role(enum.IntEnum):
    """What somebody may do in a space; each role includes the ones below it."""

    READER = 1
    CONTRIBUTOR = 2
    PUBLISHER = 3
    STEWARD = 4

    @property
    def codenames(self) -> tuple[str, ...]:
        """Return the codenames of all permissions of this role, lowest first."""
        return _CODENAMES[: self.value]

    @classmethod
    def of_codename(cls, codename: str) -> Role:
        """Return the lowest role that has the permission `codename`.

        Raises:
            ValueError: If no role has it.
        """
        if (role := _BY_CODENAME.get(codename)) is None:
            raise ValueError(f"{codename!r} is no permission of a role.")
        return role


# One new permission a role, in the order of `Role`.
_CODENAMES = ("view_space", "add_to_space", "publish_in_space", "steward_space")
_BY_CODENAME = dict(zip(_CODENAMES, Role, strict=True))

ROLE_LABELS = {
    Role.READER: _("Reader"),
    Role.CONTRIBUTOR: _("Contributor"),
    Role.PUBLISHER: _("Publisher"),
    Role.STEWARD: _("Steward"),
}


class Action(enum.Enum):
    """What can be asked of `access.rights.can`; an unknown action can't be written."""

    READ = "read"
    READ_DRAFT = "read_draft"
    ADD = "add"
    EDIT = "edit"
    PUBLISH = "publish"
    GRANT = "grant"
    LOWER_MARK = "lower_mark"  # choose a milder handling (`access.handling`)
    USE_ADMIN = "use_admin"
    OPERATE = "operate"
    CURATE = "curate"
    PROTECT_DATA = "protect_data"

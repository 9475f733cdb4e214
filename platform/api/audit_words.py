"""What the audit log says about access keys; it names a key by its number, never by its secret."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, Group, actions, groups

CREATED, REVOKED, REFUSED = "access_key.created", "access_key.revoked", "access_key.refused"

ACTIONS = (
    AuditAction(
        CREATED,
        _("%(actor)s made the access key no. %(number)s."),
        frozenset({"number", "until"}),
        additions=(("until", _("Ends: %(until)s.")),),
    ),
    AuditAction(
        REVOKED,
        _("%(actor)s revoked the access key no. %(number)s of %(object)s."),
        frozenset({"number"}),
    ),
    AuditAction(
        REFUSED,
        _("A request to the API came with an access key that is not valid. Account: %(object)s."),
        frozenset({"number"}),
    ),
)


def register_all() -> None:
    """Register the group and its actions; called once, when the app is ready."""
    groups.register(Group("access_key", _("Access keys")))
    actions.register(*ACTIONS)

"""What the audit log says about access keys; a key is named by its number, never by what opens the door."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import Action, register, register_group

CREATED, REVOKED, REFUSED = "access_key.created", "access_key.revoked", "access_key.refused"

ACTIONS = (
    Action(
        CREATED,
        _("%(actor)s made the access key no. %(number)s."),
        frozenset({"number", "until"}),
        additions=(("until", _("Ends: %(until)s.")),),
    ),
    Action(
        REVOKED,
        _("%(actor)s revoked the access key no. %(number)s of %(object)s."),
        frozenset({"number"}),
    ),
    Action(
        REFUSED,
        _("A request to the API came with an access key that is not valid. Account: %(object)s."),
        frozenset({"number"}),
    ),
)


def register_all() -> None:
    """Register the group and its actions; called once, when the app is ready."""
    register_group("access_key", _("Access keys"))
    for action in ACTIONS:
        register(action)

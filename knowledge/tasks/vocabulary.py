"""What the audit log says of tasks: who did what with which, never what it is about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, Group, actions, groups
from knowledge.tasks.models import State


def register_all() -> None:
    """Register the group and its actions; called once, when the app is ready."""
    groups.register(Group("task", _("Tasks")))
    actions.register(
        AuditAction("task.made", _("%(actor)s recorded the task, %(object)s.")),
        AuditAction("task.corrected", _("%(actor)s corrected the task, %(object)s.")),
        AuditAction("task.steps", _("%(actor)s worked on the checklist of the task, %(object)s.")),
        AuditAction("task.noted", _("%(actor)s commented on the task, %(object)s.")),
        AuditAction(
            "task.state",
            _("%(actor)s changed the state of the task, %(object)s: %(state)s."),
            details=frozenset({"state"}),
            values={"state": dict(State.choices)},
        ),
        AuditAction(
            "task.offered", _("%(actor)s asked somebody to take over the task, %(object)s.")
        ),
        AuditAction("task.accepted", _("%(actor)s took over the task, %(object)s.")),
        AuditAction("task.declined", _("%(actor)s did not take over the task, %(object)s.")),
        AuditAction("task.taken", _("%(actor)s took the organisation’s task, %(object)s.")),
        AuditAction("task.left", _("%(actor)s left the task to the organisation, %(object)s.")),
    )

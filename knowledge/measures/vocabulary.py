"""What the audit log says of measures: who did what with which, never what was written."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, Group, actions, groups
from knowledge.measures.models import Assessment, State, Succession


def register_all() -> None:
    """Register the group and its actions; called once, when the app is ready."""
    groups.register(Group("measure", _("Measures")))
    actions.register(
        AuditAction(
            "measure.state",
            _("%(actor)s changed the state of the measure, %(object)s: %(state)s."),
            details=frozenset({"state"}),
            values={"state": {"": _("not stated"), **dict(State.choices)}},
        ),
        AuditAction(
            "measure.assessed",
            _("%(actor)s assessed the measure, %(object)s: %(assessment)s."),
            details=frozenset({"assessment"}),
            values={"assessment": {"": _("not stated"), **dict(Assessment.choices)}},
        ),
        AuditAction(
            "measure.milestone", _("%(actor)s changed a milestone of the measure, %(object)s.")
        ),
        AuditAction("measure.entry", _("%(actor)s wrote an entry on the measure, %(object)s.")),
        AuditAction(
            "measure.entry_changed", _("%(actor)s corrected an entry on the measure, %(object)s.")
        ),
        AuditAction(
            "measure.entry_deleted", _("%(actor)s deleted an entry on the measure, %(object)s.")
        ),
        AuditAction(
            "measure.contact",
            _("%(actor)s named who answers for a body on the measure, %(object)s."),
        ),
        AuditAction("measure.need", _("%(actor)s changed what the measure needs, %(object)s.")),
        AuditAction(
            "measure.tied", _("%(actor)s changed which pages belong to the measure, %(object)s.")
        ),
        AuditAction(
            "measure.goes_on",
            _("%(actor)s let the measure go on in another one, %(object)s: %(how)s."),
            details=frozenset({"how"}),
            values={"how": dict(Succession.choices)},
        ),
        AuditAction(
            "measure.taken_back", _("%(actor)s let the measure go on by itself again, %(object)s.")
        ),
        AuditAction(
            "measure.patience", _("%(actor)s set after how many days measures count as silent.")
        ),
    )

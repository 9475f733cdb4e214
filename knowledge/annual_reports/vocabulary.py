"""What the audit log says of reports: who did what, and the checksum of what was frozen; never what it says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, Group, actions, groups

FROZEN = "report.frozen"
_YEAR = frozenset({"year"})
_NAMED = _YEAR | {"version"}


def register_all() -> None:
    """Register the group and its actions; called once, when the app is ready."""
    groups.register(Group("report", _("Annual reports")))
    actions.register(
        AuditAction("report.made", _("%(actor)s began the report of %(year)s, version %(version)s."), details=_NAMED),
        AuditAction(
            "report.released",
            _("%(actor)s took %(count)s texts or files that aren’t public into the report of %(year)s."),
            details=_YEAR | {"count"},
        ),
        AuditAction(
            "report.compared",
            _("%(actor)s compared the report of %(year)s with texts that aren’t public: %(count)s marks."),
            details=_YEAR | {"count"},
        ),
        AuditAction(
            "report.settled",
            _("%(actor)s let %(count)s marked passages stand in the report of %(year)s."),
            details=_YEAR | {"count"},
        ),
        AuditAction("report.submitted", _("%(actor)s handed in the report of %(year)s for approval."), details=_YEAR),
        AuditAction("report.returned", _("%(actor)s gave the report of %(year)s back."), details=_YEAR),
        AuditAction(
            FROZEN,
            _("%(actor)s froze the report of %(year)s, version %(version)s, with the checksum %(digest)s."),
            details=_NAMED | {"digest"},
        ),
        AuditAction("report.deleted", _("%(actor)s deleted the draft of the report of %(year)s."), details=_YEAR),
        AuditAction(
            "report.fetched",
            _("%(actor)s fetched a file of the report of %(year)s: %(file)s."),
            details=_YEAR | {"file"},
        ),
    )  # fmt: skip

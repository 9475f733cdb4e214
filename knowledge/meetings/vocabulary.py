"""What the audit log says of meetings and minutes; numbers of decisions, never their texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, Group, actions, groups
from knowledge.meetings.models import Approval


def register_all() -> None:
    """Register the groups and their actions; called once, when the app is ready."""
    groups.register(Group("meeting", _("Meetings")), Group("minutes", _("Minutes")))
    number = frozenset({"number"})
    actions.register(
        AuditAction("meeting.planned", _("%(actor)s planned the meeting, %(object)s.")),
        AuditAction("meeting.invited", _("%(actor)s invited to the meeting, %(object)s.")),
        AuditAction("meeting.cancelled", _("%(actor)s called off the meeting, %(object)s.")),
        AuditAction(
            "meeting.answered", _("%(actor)s answered the invitation to the meeting, %(object)s.")
        ),
        AuditAction("meeting.topic", _("%(actor)s proposed a topic in the space “%(space)s”.")),
        AuditAction(
            "meeting.topic_dropped", _("%(actor)s took a topic out in the space “%(space)s”.")
        ),
        AuditAction(
            "meeting.rules", _("%(actor)s changed the rules for minutes in the space “%(space)s”.")
        ),
        AuditAction("meeting.feed_made", _("%(actor)s made a secret address for their calendar.")),
        AuditAction(
            "meeting.feed_ended", _("%(actor)s ended the secret address of their calendar.")
        ),
        AuditAction(
            "minutes.release_asked",
            _("%(actor)s asked the lead to release the minutes, %(object)s."),
        ),
        AuditAction("minutes.taken_over", _("%(actor)s made minutes of an article, %(object)s.")),
        AuditAction("minutes.circulated", _("%(actor)s sent out the minutes, %(object)s.")),
        AuditAction(
            "minutes.decided",
            _("%(actor)s gave a decision the number %(number)s, %(object)s."),
            details=number,
        ),
        AuditAction(
            "minutes.withdrawn",
            _("%(actor)s took the decision %(number)s out of the minutes, %(object)s."),
            details=number,
        ),
        AuditAction(
            "minutes.approved",
            _("%(actor)s approved the minutes, %(object)s: %(how)s."),
            details=frozenset({"how"}),
            values={"how": dict(Approval.choices)},
        ),
        AuditAction(
            "minutes.narrowed",
            _("%(actor)s narrowed item %(number)s to %(bodies)s, %(object)s."),
            details=frozenset({"number", "bodies"}),
        ),
        AuditAction(
            "minutes.opened",
            _("%(actor)s opened item %(number)s to all readers of the minutes, %(object)s."),
            details=number,
        ),
        AuditAction("minutes.addendum", _("%(actor)s added to the approved minutes, %(object)s.")),
    )

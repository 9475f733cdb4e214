"""What the audit log says of requests for news."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, Group, actions, groups


def register_all() -> None:
    """Register the group and its actions; called once, when the app is ready."""
    groups.register(Group("news", _("Requests for news")))
    actions.register(
        AuditAction("news.asked", _("%(actor)s asked for news in the space “%(space)s”.")),
        AuditAction(
            "news.reminded", _("%(actor)s reminded of a request for news in the space “%(space)s”.")
        ),
        AuditAction(
            "news.closed", _("%(actor)s closed a request for news in the space “%(space)s”.")
        ),
        AuditAction(
            "news.reopened",
            _("%(actor)s opened a request for news again in the space “%(space)s”."),
        ),
        AuditAction("news.answered", _("%(actor)s answered for the organisation, %(object)s.")),
        AuditAction(
            "news.handed_on",
            _("%(actor)s handed a request for news on to a colleague, %(object)s."),
        ),
        AuditAction("news.merged", _("%(actor)s merged the organisation’s answers, %(object)s.")),
        AuditAction("news.accepted", _("%(actor)s accepted an answer, %(object)s.")),
    )

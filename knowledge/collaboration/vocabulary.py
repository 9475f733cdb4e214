"""What the audit log says of comments: who did what on which page, never what was said."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, actions


def register_actions() -> None:
    """Register the actions; called once, when the app is ready."""
    actions.register(
        AuditAction("page.commented", _("%(actor)s commented on %(object)s.")),
        AuditAction("page.comment_resolved", _("%(actor)s settled a comment on %(object)s.")),
        AuditAction("page.comment_reopened", _("%(actor)s opened a comment on %(object)s again.")),
        AuditAction("page.comment_removed", _("%(actor)s removed a comment on %(object)s.")),
        AuditAction(
            "page.reading_asked", _("%(actor)s asked for confirmed reading of %(object)s.")
        ),
    )

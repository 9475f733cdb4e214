"""What the audit log says about partners that leave."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, actions

_REASON = ("reason", _("Reason: %(reason)s"))


def register_all() -> None:
    """Register the actions; called once, when the app is ready."""
    actions.register(
        AuditAction(
            "organisation.left",
            _(
                "%(actor)s let the organisation %(object)s leave. Accounts closed: %(people)s, "
                "rights and shares revoked: %(rights)s, pages handed over: %(pages)s."
            ),
            frozenset({"people", "rights", "pages", "reason"}),
            additions=(_REASON,),
        ),
        AuditAction(
            "organisation.merged",
            _(
                "%(actor)s merged the organisation “%(merged)s” into %(object)s. People who moved: %(people)s."
            ),
            frozenset({"merged", "people", "reason"}),
            additions=(_REASON,),
        ),
        AuditAction(
            "organisation.pages_handed_over",
            _(
                "%(actor)s handed pages of the organisation %(object)s in the space “%(space)s” over to "
                "“%(heir)s”. Pages: %(pages)s."
            ),
            frozenset({"heir", "pages"}),
        ),
        AuditAction(
            "organisation.exported",
            _(
                "%(actor)s exported the content of the organisation %(object)s. Pages: %(pages)s, files: %(files)s."
            ),
            frozenset({"pages", "files"}),
        ),
        AuditAction(
            "organisation.export_fetched",
            _("%(actor)s fetched the exported content of the organisation %(object)s."),
        ),
    )

"""Configuration of the writing app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EMPTY_AT = dt.time(4, 10)


class WritingConfig(AppConfig):
    """How pages change."""

    name = "knowledge.writing"
    label = "writing"
    verbose_name = _("Changes of pages")

    def ready(self) -> None:
        """Tell search and audit log of every change of a page; let the bin empty itself, and reviews end."""
        from audit.actions import AuditAction, actions
        from knowledge.writing import audit, binning, confidential, indexing, submitting
        from schedule.jobs import Job, jobs

        for room in (indexing, audit, confidential, submitting, binning):
            room.connect()
        jobs.register(Job("writing.empty_bin", binning.empty_bin, daily_at=EMPTY_AT))
        actions.register(
            AuditAction("page.handed_in", _("%(actor)s handed in %(object)s for publication.")),
            AuditAction("page.sent_back", _("%(actor)s returned the draft of %(object)s.")),
            AuditAction("page.taken_back", _("%(actor)s took the draft of %(object)s back.")),
            AuditAction("page.restored", _("%(actor)s restored an earlier version of %(object)s.")),
            AuditAction("page.renamed", _("%(actor)s renamed %(object)s.")),
            AuditAction("page.binned", _("%(actor)s put %(object)s into the bin.")),
            AuditAction("page.unbinned", _("%(actor)s took %(object)s out of the bin.")),
        )

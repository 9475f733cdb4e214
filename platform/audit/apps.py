"""Configuration of the audit app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Who did, saw and shared what."""

    name = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        """Register vocabulary and jobs, and listen to what happens around people and sign-in."""
        from audit import checks, receivers, vocabulary  # noqa: F401 - importing registers the checks
        from audit.heads import note_heads
        from audit.retention import prune_all
        from audit.sealing import seal_pending
        from schedule.jobs import Job, jobs

        vocabulary.register_all()
        receivers.connect()
        jobs.register(Job("audit.prune", prune_all, daily_at=dt.time(3, 20)))
        # What a process left that died between a change and its sealing.
        jobs.register(Job("audit.seal", seal_pending, every=dt.timedelta(hours=1)))
        jobs.register(Job("audit.note_heads", note_heads, every=dt.timedelta(minutes=15)))

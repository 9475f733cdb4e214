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
        from audit.retention import prune_all
        from audit.sealing import seal_pending
        from schedule.jobs import register_job

        vocabulary.register_all()
        receivers.connect()
        register_job("audit.prune", prune_all, daily_at=dt.time(3, 20))
        # What a process left that died between a change and its sealing.
        register_job("audit.seal", seal_pending, every=dt.timedelta(hours=1))

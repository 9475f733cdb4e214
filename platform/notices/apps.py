"""Configuration of the notices app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

MAIL_EVERY = dt.timedelta(minutes=1)
DAILY_MAIL_AT = dt.time(6, 30)
PRUNE_AT = dt.time(3, 10)


class NoticesConfig(AppConfig):
    """Notices to people, on the platform and by mail."""

    name = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """Register the jobs that mail and forget notices."""
        from notices.delivery import mail_at_once, mail_daily
        from notices.services import forget_old
        from schedule.jobs import Job, jobs

        jobs.register(Job("notices.mail", mail_at_once, every=MAIL_EVERY))
        jobs.register(Job("notices.mail_daily", mail_daily, daily_at=DAILY_MAIL_AT))
        jobs.register(Job("notices.forget", forget_old, daily_at=PRUNE_AT))

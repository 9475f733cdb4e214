"""Configuration of the partners app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

FORGET_EVERY = dt.timedelta(hours=1)


class PartnersConfig(AppConfig):
    """What happens when an organisation leaves: its rights end, its content is handed to it and over."""

    name = "knowledge.partners"
    label = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        """Register what the audit log says, and the job that deletes exports whose time is over."""
        from knowledge.partners.exporting import forget_expired
        from knowledge.partners.vocabulary import register_all
        from schedule.jobs import register_job

        register_all()
        register_job("partners.forget_exports", forget_expired, every=FORGET_EVERY)

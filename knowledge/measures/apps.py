"""Configuration of the measures app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REMIND_AT = dt.time(5, 30)  # before the daily mails


class MeasuresConfig(AppConfig):
    """Measures."""

    name = "knowledge.measures"
    label = "measures"
    verbose_name = _("Measures")

    def ready(self) -> None:
        """Register the kind of page, panels, notices, alarms, words of the log, and what ends when somebody leaves."""
        from accounts import leaving
        from knowledge.measures.kind import KIND
        from knowledge.measures.notices import register_kinds, remind
        from knowledge.measures.personal_data import OWN_PART, register_section
        from knowledge.measures.receivers import connect
        from knowledge.measures.start_panel import PANEL
        from knowledge.measures.tied import OF_PAGE
        from knowledge.measures.vocabulary import register_all
        from knowledge.pages.kinds import register_kind
        from knowledge.pages.parts import page_parts
        from schedule.jobs import Job, jobs
        from web.panels import start_panels

        register_kind(KIND)
        register_all()
        register_kinds()
        register_section()
        connect()
        leaving.parts.register(OWN_PART)
        jobs.register(Job("measures.remind", remind, daily_at=REMIND_AT))
        page_parts.register(OF_PAGE)
        start_panels.register(PANEL)

"""Configuration of the reporting app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REMIND_AT = dt.time(5, 35)  # before the daily mails


class ReportingConfig(AppConfig):
    """Asking for news, and what is made of it."""

    name = "knowledge.reporting"
    label = "reporting"
    verbose_name = _("Reporting")

    def ready(self) -> None:
        """Register panels, links, menu, notices, reminders, and words of the log."""
        from knowledge.measures.origins import origin_readers
        from knowledge.meetings.links import decision_links
        from knowledge.pages.parts import page_parts
        from knowledge.reporting.notices import register_kinds, remind
        from knowledge.reporting.panels import ON_MEASURE, ON_START, THREAD
        from knowledge.reporting.personal_data import register_section
        from knowledge.reporting.thread import DECISIONS, OF_DECISIONS, OF_TASKS
        from knowledge.reporting.vocabulary import register_all
        from knowledge.tasks.links import task_links
        from schedule.jobs import Job, jobs
        from web.menu import MenuEntry, as_oneself, menu
        from web.panels import start_panels

        register_all()
        register_kinds()
        register_section()
        origin_readers.register(DECISIONS)
        decision_links.register(OF_DECISIONS)
        task_links.register(OF_TASKS)
        jobs.register(Job("reporting.remind", remind, daily_at=REMIND_AT))
        page_parts.register(ON_MEASURE, THREAD)
        start_panels.register(ON_START)
        menu.register(
            MenuEntry(
                name="reporting.requests",
                label=_("Requests for news"),
                route="reporting:mine",
                icon="checklist",
                order=13,
                is_shown=as_oneself,
            )
        )

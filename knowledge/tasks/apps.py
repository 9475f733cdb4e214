"""Configuration of the tasks app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REMIND_AT = dt.time(5, 40)  # before the daily mails


class TasksConfig(AppConfig):
    """Tasks."""

    name = "knowledge.tasks"
    label = "tasks"
    verbose_name = _("Tasks")

    def ready(self) -> None:
        """Register panels, menu, notices, reminders, words of the log, leaving, and what texts state."""
        from accounts import leaving
        from knowledge.pages.parts import page_marks, page_parts
        from knowledge.tasks import texts
        from knowledge.tasks.leaving import OWN_PART, connect
        from knowledge.tasks.notices import register_kinds, remind
        from knowledge.tasks.personal_data import register_section
        from knowledge.tasks.selectors import ON_GROUP, ON_START
        from knowledge.tasks.vocabulary import register_all
        from schedule.jobs import Job, jobs
        from web.menu import MenuEntry, as_oneself, menu
        from web.panels import start_panels

        register_all()
        register_kinds()
        register_section()
        connect()
        texts.connect()
        leaving.parts.register(OWN_PART)
        jobs.register(Job("tasks.remind", remind, daily_at=REMIND_AT))
        start_panels.register(ON_START)
        page_parts.register(ON_GROUP, texts.ON_PAGE)
        page_marks.register(texts.HAS_TASKS)
        menu.register(
            MenuEntry(
                name="tasks.mine",
                label=_("My tasks"),
                route="tasks:mine",
                icon="checklist",
                order=12,
                is_shown=as_oneself,
            )
        )

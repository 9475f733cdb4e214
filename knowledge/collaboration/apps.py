"""Configuration of the collaboration app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

TELL_EVERY = dt.timedelta(minutes=10)
REMIND_AT = dt.time(5, 50)  # before the daily mails
FORGET_AT = dt.time(3, 20)


class CollaborationConfig(AppConfig):
    """Comments on pages, watching them, reading that is confirmed."""

    name = "knowledge.collaboration"
    label = "collaboration"
    verbose_name = _("Collaboration")

    def ready(self) -> None:
        """Register what stands on pages, notices, jobs, words of the log, and what is held on a person."""
        from accounts import leaving
        from knowledge.collaboration.happenings import connect, forget_old, tell_watchers
        from knowledge.collaboration.leaving import OWN_PART
        from knowledge.collaboration.notices import register_kinds
        from knowledge.collaboration.panels import ON_PAGE, WATCH
        from knowledge.collaboration.personal_data import register_sections
        from knowledge.collaboration.reading import remind, remove_names
        from knowledge.collaboration.vocabulary import register_actions
        from knowledge.pages.parts import page_parts
        from schedule.jobs import Job, jobs
        from web.menu import MenuEntry, as_oneself, menu

        register_actions()
        connect()
        register_kinds()
        register_sections()
        page_parts.register(ON_PAGE, WATCH)
        leaving.parts.register(OWN_PART)
        jobs.register(
            Job("collaboration.tell", tell_watchers, every=TELL_EVERY),
            Job("collaboration.forget", forget_old, daily_at=FORGET_AT),
            Job("collaboration.remind", remind, daily_at=REMIND_AT),
            Job("collaboration.remove_names", remove_names, daily_at=FORGET_AT),
        )
        menu.register(
            MenuEntry(
                name="collaboration.watched",
                label=_("What I watch"),
                route="collaboration:watched",
                icon="visibility",
                order=17,
                is_shown=as_oneself,
            )
        )

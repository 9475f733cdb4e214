"""Configuration of the indicators app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REMIND_AT = dt.time(5, 45)  # before the daily mails


class IndicatorsConfig(AppConfig):
    """What is counted or asked year by year."""

    name = "knowledge.indicators"
    label = "indicators"
    verbose_name = _("Indicators")

    def ready(self) -> None:
        """Register the table, parts of other pages, reminders, the entry of the menu and the words of the log."""
        from audit.actions import AuditAction, Group, actions, groups
        from knowledge.exchange.kinds import exchanges
        from knowledge.indicators.exchange import EXCHANGE
        from knowledge.indicators.notices import register_kinds, remind
        from knowledge.indicators.thread import OF_TASKS, ON_MEASURE
        from knowledge.pages.parts import page_parts
        from knowledge.tasks.links import task_links
        from schedule.jobs import Job, jobs
        from web.menu import MenuEntry, menu

        exchanges.register(EXCHANGE)
        register_kinds()
        jobs.register(Job("indicators.remind", remind, daily_at=REMIND_AT))
        page_parts.register(ON_MEASURE)
        task_links.register(OF_TASKS)
        menu.register(
            MenuEntry(
                name="indicators",
                label=_("Indicators"),
                route="indicators:indicators",
                icon="checklist",
                order=15,
            )
        )
        groups.register(Group("indicator", _("Indicators")))
        actions.register(
            AuditAction("indicator.changed", _("%(actor)s changed an indicator, %(object)s.")),
            AuditAction(
                "indicator.value",
                _("%(actor)s changed the value of an indicator for %(year)s, %(object)s."),
                details=frozenset({"year"}),
            ),
        )

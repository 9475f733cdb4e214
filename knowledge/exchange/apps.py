"""Configuration of the exchange app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

FORGET_AT = dt.time(3, 30)


class ExchangeConfig(AppConfig):
    """Rows of other rooms as tables, out and in again."""

    name = "knowledge.exchange"
    label = "exchange"
    verbose_name = _("Tables out and in")

    def ready(self) -> None:
        """Register the tables of measures, the words of the log and the job that deletes what was sent long ago."""
        from audit.actions import AuditAction, Group, actions, groups
        from knowledge.exchange import of_measures
        from knowledge.exchange.kinds import exchanges
        from knowledge.exchange.of_steps import OF_ENTRIES, OF_MILESTONES
        from knowledge.exchange.personal_data import register_section
        from knowledge.exchange.services import forget_old
        from schedule.jobs import Job, jobs

        register_section()
        exchanges.register(of_measures.EXCHANGE, OF_MILESTONES, OF_ENTRIES)
        groups.register(Group("exchange", _("Tables out and in")))
        actions.register(
            AuditAction(
                "exchange.written",
                _("%(actor)s wrote a table (%(what)s) into the space %(space)s: %(lines)s lines."),
                details=frozenset({"what", "lines"}),
            ),
            AuditAction(
                "exchange.taken_out",
                _("%(actor)s downloaded a table (%(what)s) of the space %(space)s."),
                details=frozenset({"what"}),
            ),
        )
        jobs.register(Job("exchange.forget", forget_old, daily_at=FORGET_AT))

"""Configuration of the search app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

CHECK_SAVED_EVERY = dt.timedelta(minutes=5)
PRUNE_AT = dt.time(3, 40)


class SearchConfig(AppConfig):
    """One search over everything; knows no kind of content."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Register words of the audit log, personal data, notices, and what is due again and again."""
        from schedule.jobs import register_job
        from search import (
            checks,  # noqa: F401 - registers itself
            personal_data,
        )
        from search.saved_notices import register_kinds
        from search.watching import check_due
        from search.words.counting import prune
        from search.words.log import register_all

        register_all()
        personal_data.register_all()
        register_kinds()
        register_job("search.saved", check_due, every=CHECK_SAVED_EVERY)
        register_job("search.prune", prune, daily_at=PRUNE_AT)

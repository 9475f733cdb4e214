"""Configuration of the search app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """One search over everything; knows no kind of content."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Tell the audit log what can be said about words, and have counted searches deleted in time."""
        from schedule.jobs import register_job
        from search import checks  # noqa: F401 - registers itself
        from search.words.counting import prune
        from search.words.log import register_all

        register_all()
        register_job("search.prune", prune, daily_at=dt.time(3, 40))

"""Configuration of the search app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

CHECK_SAVED_EVERY = dt.timedelta(minutes=5)


class SearchConfig(AppConfig):
    """One search over everything; knows no kind of content."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Register words of the audit log, notices of saved searches, and the job that looks at these."""
        from schedule.jobs import register_job
        from search import checks  # noqa: F401 - registers itself
        from search.saved_notices import register_kinds
        from search.watching import check_due
        from search.words.log import register_all

        register_all()
        register_kinds()
        register_job("search.saved", check_due, every=CHECK_SAVED_EVERY)

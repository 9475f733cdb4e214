"""Configuration of the search app."""

import datetime as dt

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _

CHECK_SAVED_EVERY = dt.timedelta(minutes=5)
PRUNE_AT = dt.time(3, 40)


class SearchConfig(AppConfig):
    """One search over everything; knows no kind of content."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Register facets, words of the audit log, personal data, notices, jobs, entry and panel."""
        from access.rights import can
        from access.roles import Action
        from schedule.jobs import Job, jobs
        from search import own_facets
        from search.saved import personal_data
        from search.saved.new_matches import check_due
        from search.saved.notices import register_kinds
        from search.saved.selectors import start_page_panel
        from search.words.counting import prune
        from search.words.house import renew
        from search.words.log import register_all
        from web.menu import MenuEntry, menu
        from web.panels import Panel, Place, start_panels

        for changed in (post_save, post_delete):
            changed.connect(renew, sender="accounts.Organisation", dispatch_uid="search.words")
        own_facets.register_all()
        register_all()
        personal_data.register_all()
        register_kinds()
        jobs.register(Job("search.saved", check_due, every=CHECK_SAVED_EVERY))
        jobs.register(Job("search.prune", prune, daily_at=PRUNE_AT))
        menu.register(
            MenuEntry(
                name="search.words",
                label=_("Words of the search"),
                route="search_words",
                icon="search",
                order=50,
                is_shown=lambda request: can(request.user, Action.CURATE),
            )
        )
        start_panels.register(
            Panel(
                name="search.saved",
                template="search/_saved_on_start.html",
                place=Place.ASIDE,
                order=20,
                context=start_page_panel,
            )
        )

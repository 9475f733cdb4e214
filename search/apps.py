"""Configuration of the search app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """One search over everything; knows no kind of content."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Tell the audit log what can be said about words."""
        from search import checks  # noqa: F401 - registers itself
        from search.words.log import register_all

        register_all()

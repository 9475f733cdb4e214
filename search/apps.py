"""Configuration of the search app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """One search over everything; knows no kind of content."""

    name = "search"
    verbose_name = _("Search")

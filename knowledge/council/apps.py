"""Configuration of the council app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilConfig(AppConfig):
    """Council papers."""

    name = "knowledge.council"
    label = "council"
    verbose_name = _("Council papers")

    def ready(self) -> None:
        """Tell the search."""
        from knowledge.council.search import register

        register()

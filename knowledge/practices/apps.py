"""Configuration of the practices app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    """Best practices."""

    name = "knowledge.practices"
    label = "practices"
    verbose_name = _("Best practices")

    def ready(self) -> None:
        """Tell the search."""
        from knowledge.practices.search import register

        register()

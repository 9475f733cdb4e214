"""Configuration of the practices app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PracticesConfig(AppConfig):
    """Best practices."""

    name = "knowledge.practices"
    label = "practices"
    verbose_name = _("Best practices")

    def ready(self) -> None:
        """Register the kind of page."""
        from knowledge.pages.kinds import register_kind
        from knowledge.practices.kind import KIND

        register_kind(KIND)

"""Configuration of the events app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events."""

    name = "knowledge.events"
    label = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Tell the search."""
        from knowledge.events.search import register

        register()

"""Configuration of the events app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    """Events."""

    name = "knowledge.events"
    label = "events"
    verbose_name = _("Events")

    def ready(self) -> None:
        """Register the kind of page, what the page of a measure says of events, and what is made of results."""
        from knowledge.events.kind import KIND
        from knowledge.events.results import ON_EVENT, PAPERS
        from knowledge.events.selectors import OF_MEASURE
        from knowledge.export.outputs import outputs
        from knowledge.pages.kinds import register_kind
        from knowledge.pages.parts import page_parts

        register_kind(KIND)
        page_parts.register(OF_MEASURE, ON_EVENT)
        outputs.register(*PAPERS)

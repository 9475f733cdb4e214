"""Configuration of the facts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FactsConfig(AppConfig):
    """Plain forms for what a page says in fields."""

    name = "knowledge.facts"
    label = "facts"
    verbose_name = _("Facts of pages")

    def ready(self) -> None:
        """Register the form as an editor, and what can be made new with it."""
        from knowledge.facts.entries import EDITOR, NEW_FACTS
        from knowledge.pages.editors import page_editors
        from web.menu import new_entries

        page_editors.register(EDITOR)
        new_entries.register(NEW_FACTS)

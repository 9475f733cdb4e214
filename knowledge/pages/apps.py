"""Configuration of the pages app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    """What all kinds of pages share."""

    name = "knowledge.pages"
    label = "pages"
    verbose_name = _("Pages of all kinds")

    def ready(self) -> None:
        """Make pages findable, and register what stands around each of them."""
        from access.requests.addresses import register_resolver
        from knowledge.basepage.contexts import PageContext, page_contexts
        from knowledge.pages import personal_data
        from knowledge.pages.at_address import object_at_address
        from knowledge.pages.backlinks import BACKLINKS
        from knowledge.pages.navigation import SPACES
        from knowledge.pages.page_context import added_by_kind, around_page
        from knowledge.pages.parts import CONTENTS, FACTS, FILES, READERS, page_parts
        from knowledge.pages.source import PageSource
        from search.registry import sources
        from web.menu import navigation

        page_contexts.register(
            PageContext("around", around_page), PageContext("kind", added_by_kind)
        )
        sources.register(PageSource())
        page_parts.register(CONTENTS, FACTS, FILES, BACKLINKS, READERS)
        navigation.register(SPACES)
        personal_data.register_sections()
        register_resolver(object_at_address)

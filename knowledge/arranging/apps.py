"""Configuration of the arranging app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArrangingConfig(AppConfig):
    """Where pages lie and what they are called."""

    name = "knowledge.arranging"
    label = "arranging"
    verbose_name = _("Order of pages")

    def ready(self) -> None:
        """Register what can be done with a page, and the bin in the account menu."""
        from knowledge.arranging.panel import PANEL
        from knowledge.pages.editors import writes_somewhere
        from knowledge.pages.parts import page_parts
        from web.menu import MenuEntry, menu

        page_parts.register(PANEL)
        menu.register(
            MenuEntry(
                name="arranging.bin",
                label=_("Bin"),
                route="arranging:bin",
                icon="delete",
                order=60,
                is_shown=writes_somewhere,
            )
        )

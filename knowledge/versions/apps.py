"""Configuration of the versions app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VersionsConfig(AppConfig):
    """Earlier versions of pages, and drafts that are handed in."""

    name = "knowledge.versions"
    label = "versions"
    verbose_name = _("Versions")

    def ready(self) -> None:
        """Register what waits for the reader's decision, and what people are told of it."""
        from knowledge.versions.notices import register_notices
        from knowledge.versions.panel import PANEL
        from web.panels import start_panels

        register_notices()
        start_panels.register(PANEL)

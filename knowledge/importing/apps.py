"""Configuration of the importing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportingConfig(AppConfig):
    """Files in: their text for the search, folders of them as pages."""

    name = "knowledge.importing"
    label = "importing"
    verbose_name = _("Import")

    def ready(self) -> None:
        """Read every new file."""
        from knowledge.importing.signals import connect

        connect()

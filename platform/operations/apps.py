"""Configuration of the operations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Health, checks, preparation, worker. It has no models."""

    name = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        """Register the start-up checks."""
        from operations import checks  # noqa: F401 - importing registers them

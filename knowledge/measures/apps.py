"""Configuration of the measures app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeasuresConfig(AppConfig):
    """Measures."""

    name = "knowledge.measures"
    label = "measures"
    verbose_name = _("Measures")

    def ready(self) -> None:
        """Tell the search."""
        from knowledge.measures.search import register

        register()

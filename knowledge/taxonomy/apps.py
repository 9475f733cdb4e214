"""Configuration of the taxonomy app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TaxonomyConfig(AppConfig):
    """Fields of action and districts."""

    name = "knowledge.taxonomy"
    label = "taxonomy"
    verbose_name = _("Fields of action and districts")

    def ready(self) -> None:
        """Tell the search."""
        from knowledge.taxonomy.search import register

        register()

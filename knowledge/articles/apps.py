"""Configuration of the articles app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    """Articles."""

    name = "knowledge.articles"
    label = "articles"
    verbose_name = _("Articles")

    def ready(self) -> None:
        """Register the kind of page."""
        from knowledge.articles.kind import KIND
        from knowledge.pages.kinds import register_kind

        register_kind(KIND)

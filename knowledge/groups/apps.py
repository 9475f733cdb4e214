"""Configuration of the groups app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    """Working groups."""

    name = "knowledge.groups"
    label = "groups"
    verbose_name = _("Working groups")

    def ready(self) -> None:
        """Tell the search."""
        from knowledge.groups.search import register

        register()

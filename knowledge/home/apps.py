"""Configuration of the home app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Start page and spaces."""

    name = "knowledge.home"
    label = "home"
    verbose_name = _("Start page and spaces")

    def ready(self) -> None:
        """Make pages findable, tell search and audit log of every change, resolve references within rights."""
        from access.addresses import register_resolver
        from knowledge import handling, page_audit, page_changes, personal_data, references
        from knowledge.at_address import object_at_address
        from knowledge.page_source import PageSource
        from search.registry import register_source

        register_source(PageSource())
        page_changes.connect()
        page_audit.connect()
        references.connect()
        personal_data.register_sections()
        register_resolver(object_at_address)
        handling.connect()

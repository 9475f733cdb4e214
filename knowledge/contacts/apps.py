"""Configuration of the contacts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    """Contacts."""

    name = "knowledge.contacts"
    label = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        """Tell the search."""
        from knowledge.contacts.search import register

        register()

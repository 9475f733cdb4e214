"""Configuration of the contacts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    """Contacts."""

    name = "knowledge.contacts"
    label = "contacts"
    verbose_name = _("Contacts")

    def ready(self) -> None:
        """Tell the search, the audit log and whoever asks what is kept on a person."""
        from audit.actions import Action, register_group
        from audit.actions import register as register_action
        from knowledge.contacts.personal_data import register_section
        from knowledge.contacts.search import register

        register()
        register_section()
        register_group("contact", _("Contacts"))
        register_action(
            Action(
                "contact.confirmed", _("%(actor)s confirmed the data of the contact, %(object)s.")
            )
        )

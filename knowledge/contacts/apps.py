"""Configuration of the contacts app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

REMIND_AT = dt.time(5, 30)  # before the daily mails


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
        from knowledge.contacts.reminders import DUE, remind, render_due
        from knowledge.contacts.search import register
        from notices.kinds import Delivery, register_kind
        from schedule.jobs import register_job

        register()
        register_section()
        register_kind(
            DUE,
            _("Contacts are to be confirmed"),
            render_due,
            delivery=Delivery.DAILY,
        )
        register_job("contacts.remind", remind, daily_at=REMIND_AT)
        register_group("contact", _("Contacts"))
        register_action(
            Action(
                "contact.confirmed", _("%(actor)s confirmed the data of the contact, %(object)s.")
            )
        )

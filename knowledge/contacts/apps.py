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
        """Register kind, actions, personal data, notices, job and parts of pages."""
        from audit.actions import AuditAction, Group, actions, groups
        from knowledge.contacts.kind import KIND
        from knowledge.contacts.personal_data import register_section
        from knowledge.contacts.reminders import DUE, remind, render_due
        from knowledge.contacts.whom_to_ask import ASK
        from knowledge.pages.kinds import register_kind
        from knowledge.pages.parts import page_parts
        from notices.kinds import Delivery, NoticeKind, kinds
        from schedule.jobs import Job, jobs

        register_kind(KIND)
        page_parts.register(ASK)
        register_section()
        kinds.register(
            NoticeKind(DUE, _("Contacts are to be confirmed"), render_due, Delivery.DAILY)
        )
        jobs.register(Job("contacts.remind", remind, daily_at=REMIND_AT))
        groups.register(Group("contact", _("Contacts")))
        actions.register(
            AuditAction(
                "contact.confirmed", _("%(actor)s confirmed the data of the contact, %(object)s.")
            )
        )

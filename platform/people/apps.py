"""Configuration of the people app."""

import datetime as dt

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext_lazy as _

MAIL_EVERY = dt.timedelta(seconds=20)  # somebody waits at the sign-in
FORGET_AT = dt.time(3, 40)


class PeopleConfig(AppConfig):
    """Pages about people: their accounts, closing and opening them, one's own data."""

    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Register the ways to the accounts and to one's own data, and what is kept for one-time links."""
        from accounts import leaving, personal_data
        from people import letters
        from people.lists import kept as lists_kept
        from people.own_sessions import note_beginning
        from people.passwords import forgotten, links
        from people.set_up import STEPS
        from people.views import keeps_accounts
        from schedule.jobs import Job, jobs
        from web.menu import MenuEntry, as_oneself, menu
        from web.set_up import set_up_steps

        user_logged_in.connect(note_beginning, dispatch_uid="people_note_beginning")
        leaving.parts.register(links.LEAVING_PART)
        personal_data.sections.register(links.OWN_DATA, letters.OWN_DATA)
        jobs.register(
            Job("people.forgotten", forgotten.answer_requests, every=MAIL_EVERY),
            Job("people.links", links.deliver_links, every=MAIL_EVERY),
            Job("people.letters", letters.deliver_letters, every=MAIL_EVERY),
            Job("people.lists", lists_kept.forget_old, daily_at=FORGET_AT),
        )
        set_up_steps.register(*STEPS)
        menu.register(
            MenuEntry(
                name="people.list",
                label=_("People and accounts"),
                route="people:list",
                icon="account-circle",
                order=70,
                is_shown=keeps_accounts,
            ),
            MenuEntry(
                name="people.account",
                label=_("My account"),
                route="people:account",
                icon="checklist",
                order=90,
                is_shown=as_oneself,
            ),
        )

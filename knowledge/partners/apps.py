"""Configuration of the partners app."""

import datetime as dt

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

FORGET_EVERY = dt.timedelta(hours=1)


class PartnersConfig(AppConfig):
    """What happens when an organisation leaves: its rights end, its content is handed to it and over."""

    name = "knowledge.partners"
    label = "partners"
    verbose_name = _("Partners")

    def ready(self) -> None:
        """Register what the audit log says, and the job that deletes exports whose time is over."""
        from access.rights import can
        from access.roles import Action
        from knowledge.partners.exporting import forget_expired
        from knowledge.partners.new_bodies import NEW_BODIES
        from knowledge.partners.set_up import STEP
        from knowledge.partners.vocabulary import register_all
        from schedule.jobs import Job, jobs
        from web.menu import MenuEntry, menu, new_entries
        from web.set_up import set_up_steps

        register_all()
        set_up_steps.register(STEP)
        jobs.register(Job("partners.forget_exports", forget_expired, every=FORGET_EVERY))
        new_entries.register(NEW_BODIES)
        menu.register(
            MenuEntry(
                name="spaces.list",
                label=_("Spaces"),
                route="spaces:list",
                icon="drive-folder-upload",
                order=61,
                is_shown=lambda request: can(request.user, Action.CURATE),
            ),
            MenuEntry(
                name="partners.list",
                label=_("Organisations"),
                route="partners:list",
                icon="open-in-new",
                order=60,
                is_shown=lambda request: can(request.user, Action.CURATE),
            ),
        )

"""Configuration of the groups app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    """Working groups."""

    name = "knowledge.groups"
    label = "groups"
    verbose_name = _("Working groups")

    def ready(self) -> None:
        """Register the kind of page, and the step of the set-up."""
        from knowledge.groups.kind import GROUP
        from knowledge.groups.set_up import STEP
        from knowledge.pages.kinds import register_kind
        from web.set_up import set_up_steps

        register_kind(GROUP)
        set_up_steps.register(STEP)

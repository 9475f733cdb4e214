"""Configuration of the operations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_CHANGED = {
    "city": _("name of the city"),
    "mark": _("mark"),
    "initial_data": _("initial data"),
    "mail": _("a mail was sent to try it out"),
    "set_up": _("hidden on the start page"),
}


class OperationsConfig(AppConfig):
    """Health, checks, preparation, worker. It has no models."""

    name = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        """Register the start-up checks, the state of the platform and the way to the audit log."""
        from audit.actions import AuditAction, Group, actions, groups
        from operations import checks  # noqa: F401 - importing registers them
        from operations.audit_views import shows_anything
        from operations.set_up import steps
        from operations.state_views import STATE, operates
        from web.menu import MenuEntry, menu
        from web.panels import start_panels
        from web.set_up import set_up_steps

        groups.register(Group("installation", _("Set-up")))
        actions.register(
            AuditAction(
                "installation.changed",
                _("%(actor)s changed the set-up: %(changed)s."),
                frozenset({"changed"}),
                values={"changed": _CHANGED},
            )
        )
        set_up_steps.register(*steps.STEPS)
        start_panels.register(steps.ON_START, STATE)
        menu.register(
            MenuEntry(
                name="operations.audit_log",
                label=_("Audit log"),
                route="audit_log",
                icon="draft",
                order=80,
                is_shown=shows_anything,
            ),
            MenuEntry(
                name="operations.state",
                label=_("State of the platform"),
                route="platform_state",
                icon="checklist",
                order=85,
                is_shown=operates,
            ),
            MenuEntry(
                name="operations.set_up",
                label=_("Set-up"),
                route="set_up",
                icon="home",
                order=84,
                is_shown=steps.takes_part,
            ),
        )

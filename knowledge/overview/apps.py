"""Configuration of the overview app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OverviewConfig(AppConfig):
    """How the measures stand, all together."""

    name = "knowledge.overview"
    label = "overview"
    verbose_name = _("Overview of measures")

    def ready(self) -> None:
        """Register the entry of the menu and the word of the log."""
        from audit.actions import AuditAction, actions
        from knowledge.overview.tables import NAMES
        from web.menu import MenuEntry, menu

        menu.register(
            MenuEntry(
                name="overview",
                label=_("Overview of measures"),
                route="overview:page",
                icon="checklist",
                order=14,
            )
        )
        actions.register(
            AuditAction(
                "measure.table_taken_out",
                _("%(actor)s downloaded a table of measures: %(table)s."),
                details=frozenset({"table"}),
                values={"table": NAMES},
            )
        )

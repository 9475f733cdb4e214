"""Configuration of the calendar app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalendarConfig(AppConfig):
    """Events and meetings by day."""

    name = "knowledge.calendar"
    label = "calendar"
    verbose_name = _("Calendar")

    def ready(self) -> None:
        """Register the entry of the menu, the part of dated pages and the words of the log."""
        from audit.actions import AuditAction, Group, actions, groups
        from knowledge.calendar.part import ON_PAGE
        from knowledge.pages.parts import page_parts
        from web.menu import MenuEntry, menu

        menu.register(
            MenuEntry(
                name="calendar",
                label=_("Calendar"),
                route="calendar:now",
                icon="calendar-today",
                order=11,
            )
        )
        page_parts.register(ON_PAGE)
        groups.register(Group("calendar", _("Calendar")))
        actions.register(
            AuditAction(
                "calendar.taken_out",
                _("%(actor)s downloaded calendar entries: %(entries)s."),
                details=frozenset({"entries"}),
            )
        )

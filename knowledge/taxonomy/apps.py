"""Configuration of the taxonomy app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TaxonomyConfig(AppConfig):
    """Fields of action and districts."""

    name = "knowledge.taxonomy"
    label = "taxonomy"
    verbose_name = _("Fields of action and districts")

    def ready(self) -> None:
        """Register the facets, the entry of the menu and the words of the log."""
        from audit.actions import AuditAction, Group, actions, groups
        from knowledge.taxonomy.facets import DISTRICT, FIELD_OF_ACTION
        from knowledge.taxonomy.views import keeps_map
        from search.facet import facets
        from web.menu import MenuEntry, menu

        facets.register(FIELD_OF_ACTION, DISTRICT)
        menu.register(
            MenuEntry(
                name="district_map",
                label=_("Map of districts"),
                route="districts:map",
                icon="checklist",
                order=72,
                is_shown=keeps_map,
            )
        )
        groups.register(Group("districts", _("Map of districts")))
        actions.register(
            AuditAction("districts.map_shown", _("%(actor)s showed another map of districts.")),
            AuditAction("districts.map_removed", _("%(actor)s removed a map of districts.")),
        )

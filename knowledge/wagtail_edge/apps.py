"""Configuration of the wagtail_edge app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WagtailEdgeConfig(AppConfig):
    """Wagtail's admin within our rules."""

    name = "knowledge.wagtail_edge"
    label = "wagtail_edge"
    verbose_name = _("Wagtail's admin")

    def ready(self) -> None:
        """Ask about the handling in forms, keep the reference index true, let nobody give themselves a name."""
        from django.db import connection
        from wagtail.admin.views.account import NameEmailSettingsPanel
        from wagtail.models import get_page_models

        from access.rights import can
        from access.roles import Action
        from knowledge.basepage.models import KnowledgePage
        from knowledge.wagtail_edge import (
            embedded_search,
            history,
            own_search,
            reference_index,
            references,
            spreadsheets,
        )
        from knowledge.wagtail_edge.forms import KnowledgePageForm, check_forms
        from knowledge.wagtail_edge.new_pages import NEW_PAGES
        from knowledge.wagtail_edge.patching import replace
        from web.menu import MenuEntry, menu, new_entries

        # Not in the class: Wagtail puts its own form there when its admin is ready, which is before us.
        KnowledgePage.base_form_class = KnowledgePageForm
        check_forms(get_page_models())
        references.connect()
        reference_index.connect()
        own_search.connect()
        history.connect()
        spreadsheets.connect()
        if connection.vendor == "sqlite":
            embedded_search.connect()
        # Names come from the administration: whoever changes their own might pass for somebody else. Wagtail has no
        # setting for that.
        replace(NameEmailSettingsPanel, "is_active", lambda original: lambda panel: False)
        new_entries.register(NEW_PAGES)
        menu.register(
            MenuEntry(
                name="wagtail_edge.admin",
                label=_("Edit content"),
                route="wagtailadmin_home",
                icon="edit",
                order=10,
                is_shown=lambda request: can(request.user, Action.USE_ADMIN),
            )
        )

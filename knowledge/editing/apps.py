"""Configuration of the editing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EditingConfig(AppConfig):
    """Writing on the front."""

    name = "knowledge.editing"
    label = "editing"
    verbose_name = _("Writing")

    def ready(self) -> None:
        """Register the editor of texts, what can be made new with it, drafts on the start page, completion."""
        from knowledge.editing.completion import PAGES, completions
        from knowledge.editing.drafts import PANEL
        from knowledge.editing.entries import EDITOR, NEW_TEXTS
        from knowledge.pages.editors import page_editors
        from web.menu import new_entries
        from web.panels import start_panels

        start_panels.register(PANEL)
        page_editors.register(EDITOR)
        new_entries.register(NEW_TEXTS)
        completions.register(PAGES)

"""Configuration of the export app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportConfig(AppConfig):
    """Pages as files: PDF, DOCX, Markdown."""

    name = "knowledge.export"
    label = "export"
    verbose_name = _("Pages as files")

    def ready(self) -> None:
        """Register the files of every page, where they are offered, and what the log says of them."""
        from audit.actions import AuditAction, actions
        from knowledge.export.files import standard_outputs
        from knowledge.export.outputs import outputs
        from knowledge.export.panel import DOWNLOADS
        from knowledge.pages.parts import page_parts

        outputs.register(*standard_outputs())
        page_parts.register(DOWNLOADS)
        actions.register(
            AuditAction(
                "page.exported",
                _(
                    "%(actor)s downloaded the page as a file (%(file)s), %(object)s. Pages in it: %(pages)s."
                ),
                details=frozenset({"file", "pages"}),
            )
        )

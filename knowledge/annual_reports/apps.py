"""Configuration of the annual reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnnualReportsConfig(AppConfig):
    """A year's report: chosen, edited, compared, approved, frozen."""

    name = "knowledge.annual_reports"
    label = "annual_reports"
    verbose_name = _("Annual reports")

    def ready(self) -> None:
        """Register menu, notices, own data, and words of the log."""
        from knowledge.annual_reports.notices import register_kinds
        from knowledge.annual_reports.personal_data import register_section
        from knowledge.annual_reports.vocabulary import register_all
        from web.menu import MenuEntry, as_oneself, menu

        register_all()
        register_kinds()
        register_section()
        menu.register(
            MenuEntry(
                name="annual_reports.list",
                label=_("Annual reports"),
                route="annual_reports:list",
                icon="description",
                order=14,
                is_shown=as_oneself,
            )
        )

"""Configuration of the council app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilConfig(AppConfig):
    """Council papers."""

    name = "knowledge.council"
    label = "council"
    verbose_name = _("Council papers")

    def ready(self) -> None:
        """Register the kind of page and, if it is configured, the job that fetches papers."""
        from knowledge.council.kind import KIND
        from knowledge.council.oparl.sync import register_job
        from knowledge.pages.kinds import register_kind

        register_kind(KIND)
        register_job()

"""Configuration of the basepage app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BasePageConfig(AppConfig):
    """The base model of every page."""

    name = "knowledge.basepage"
    label = "basepage"
    verbose_name = _("Pages")

    def ready(self) -> None:
        """Connect what must happen around Wagtail's own writes."""
        from knowledge.basepage import receivers

        receivers.connect()

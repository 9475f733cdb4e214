"""Configuration of the web app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """The frame of every page and what it is made of."""

    name = "web"
    verbose_name = _("Frame of the pages")

    def ready(self) -> None:
        """Let all fields be looked up by `among`."""
        from web.composed import register_lookups

        register_lookups()

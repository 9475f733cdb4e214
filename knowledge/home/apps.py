"""Configuration of the home app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Start page and spaces."""

    name = "knowledge.home"
    label = "home"
    verbose_name = _("Start page and spaces")

    def ready(self) -> None:
        """Register what its pages show, and the step of the set-up."""
        from knowledge.home.kind import SPACE_HOME, START_PAGE
        from knowledge.home.panels import PANELS
        from knowledge.home.set_up import STEP
        from knowledge.pages.kinds import register_kind
        from web.panels import start_panels
        from web.set_up import set_up_steps

        register_kind(START_PAGE)
        register_kind(SPACE_HOME)
        start_panels.register(*PANELS)
        set_up_steps.register(STEP)

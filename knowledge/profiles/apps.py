"""Configuration of the profiles app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfilesConfig(AppConfig):
    """Pages of organisations and people."""

    name = "knowledge.profiles"
    label = "profiles"
    verbose_name = _("Organisations and people")

    def ready(self) -> None:
        """Register the completion of people and bodies, and the ways to their pages."""
        from access.naming import ways
        from knowledge.editing.completion import completions
        from knowledge.profiles.completion import BODIES, PEOPLE
        from knowledge.profiles.ways import WAYS

        completions.register(PEOPLE, BODIES)
        ways.register(*WAYS)

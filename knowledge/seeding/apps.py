"""Configuration of the seeding app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SeedingConfig(AppConfig):
    """The initial data of an installation, and the samples."""

    name = "knowledge.seeding"
    label = "seeding"
    verbose_name = _("Initial data")

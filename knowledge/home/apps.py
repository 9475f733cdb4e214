"""Configuration of the home app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Start page and spaces."""

    name = "knowledge.home"
    label = "home"
    verbose_name = _("Start page and spaces")

"""Configuration of the REST API."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """The REST API, and the access keys that programs come with."""

    name = "api"
    verbose_name = _("REST API")

    def ready(self) -> None:
        """Say in the log what happens to access keys."""
        from api import audit_words

        audit_words.register_all()

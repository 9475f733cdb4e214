"""Configuration of the audit app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Who did, saw and shared what."""

    name = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        """Register the vocabulary, and listen to what happens around people and sign-in."""
        from audit import checks, receivers, vocabulary  # noqa: F401 - importing registers the checks

        vocabulary.register_all()
        receivers.connect()

"""Stop the start if a retention period would make the log useless."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

MIN_DAYS = 30


@register
def retention_periods(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse periods below `MIN_DAYS`."""
    return [
        Error(
            f"{name} is {getattr(settings, name)}; lines of the audit log are kept for at least {MIN_DAYS} days.",
            hint=f"Set STADTWISSEN_{name} in the environment (.env.example).",
            id="audit.E001",
        )
        for name in ("AUDIT_RETENTION_DAYS", "AUDIT_READS_RETENTION_DAYS")
        if getattr(settings, name) < MIN_DAYS
    ]

"""A confirmation of rights that would be due all the time stops the start."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

MIN_DAYS = 30


@register
def recertification_interval(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse an interval below `MIN_DAYS`."""
    if settings.RECERTIFICATION_DAYS >= MIN_DAYS:
        return []
    return [
        Error(
            f"RECERTIFICATION_DAYS is {settings.RECERTIFICATION_DAYS}; rights are confirmed every {MIN_DAYS} days at "
            "the most.",
            hint="Set STADTWISSEN_RECERTIFICATION_DAYS in the environment (.env.example).",
            id="access.E001",
        )
    ]

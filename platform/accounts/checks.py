"""Stop the start if the settings on second factors would affect nobody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accounts.models import PlatformRole


@register
def second_factor_roles(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse roles that don't exist: a typo would switch the second factor off."""
    known = [value for value in PlatformRole.values if value]
    return [
        Error(
            f"STADTWISSEN_SECOND_FACTOR_ROLES names {role!r}, which is no platform role.",
            hint=f"Use {', '.join(known)}, separated by commas; leave it empty for none.",
            id="accounts.E001",
        )
        for role in settings.SECOND_FACTOR_ROLES
        if role not in known
    ]

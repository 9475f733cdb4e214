"""What rooms add to the page of one's own account, such as access keys."""

from __future__ import annotations

from web.panels import Panel
from web.registry import Registry

account_panels: Registry[Panel] = Registry(
    "panel of one's own account",
    cure="register it with people.account_panels.account_panels.register",
)

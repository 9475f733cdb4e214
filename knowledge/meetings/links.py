"""Where a decision leads beside its minutes."""

from __future__ import annotations

from web.linked import LinkSource
from web.registry import Registry

decision_links: Registry[LinkSource] = Registry(
    "link of a decision", cure="register it with knowledge.meetings.links.decision_links.register"
)

"""Where a task leads: rooms above register the decision, the measures and whatever else it belongs to."""

from __future__ import annotations

from web.linked import LinkSource
from web.registry import Registry

task_links: Registry[LinkSource] = Registry(
    "link of a task", cure="register it with knowledge.tasks.links.task_links.register"
)

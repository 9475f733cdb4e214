"""The actions that the log can record; recording one that nobody registered raises.

`audit.vocabulary` registers the platform's own actions; a content app may register more in its `ready`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise

from web.registry import Registry

Text = str | Promise  # a text, or one to be translated when it is shown

NO_VALUES: Mapping[str, Mapping[str, Text]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AuditAction:
    """One thing that can be recorded.

    Attributes:
        name: Its name with the group before the dot, such as `grant.given`.
        sentence: What it says, with the placeholders `actor`, `object`, `space` and the names of details.
        details: Names of the details that may be recorded with it; nothing else is ever stored.
        additions: Sentences that follow if their detail was recorded: (name of the detail, sentence).
        values: For a detail with fixed values: what each value is called.
        is_read: Whether it says who read what. Such lines are kept apart and only data protection sees them.
    """

    name: str
    sentence: Text
    details: frozenset[str] = frozenset()
    additions: Sequence[tuple[str, Text]] = ()
    values: Mapping[str, Mapping[str, Text]] = field(default_factory=lambda: NO_VALUES)
    is_read: bool = False

    @property
    def group(self) -> str:
        """What stands before the dot; people filter by it."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Group:
    """The actions with one word before the dot; people filter by `label`."""

    name: str
    label: Text


groups: Registry[Group] = Registry(
    "group of actions", cure="register it with audit.actions.groups.register"
)


def _check_group(action: AuditAction) -> None:
    if action.group not in groups:
        raise ValueError(
            f"The action {action.name!r} has no known group; register its group first."
        )


actions: Registry[AuditAction] = Registry(
    "action",
    cure="register it in audit.vocabulary, or with audit.actions.actions.register in your app's ready (docs/audit.md)",
    check=_check_group,
)


def group_choices(*, reads: bool) -> list[tuple[str, Any]]:
    """Return (name, label) of the groups with lines in the one or the other log, by label."""
    used = {action.group for action in actions if action.is_read is reads}
    return sorted(((name, groups[name].label) for name in used), key=lambda group: str(group[1]))

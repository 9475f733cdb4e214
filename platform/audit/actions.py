"""The register of what can be said in the log: an action that nobody registered raises.

`audit.vocabulary` registers the platform's own actions; a content app may register more in its `ready`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise

Text = str | Promise  # a text, or one to be translated when it is shown

NO_VALUES: Mapping[str, Mapping[str, Text]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Action:
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


class UnknownAction(LookupError):
    """An action was recorded that nobody registered."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The action {name!r} is unknown; register it in audit.vocabulary, or with "
            "audit.actions.register in your app's ready (docs/audit.md)."
        )


_actions: dict[str, Action] = {}
_groups: dict[str, Text] = {}


def register_group(name: str, label: Text) -> None:
    """Make `name` a group of actions that people may filter by under `label`."""
    _groups[name] = label


def register(action: Action) -> None:
    """Make `action` recordable.

    Raises:
        ValueError: If its group is unknown.
    """
    if action.group not in _groups:
        raise ValueError(
            f"The action {action.name!r} has no known group; call register_group first."
        )
    _actions[action.name] = action


def action_named(name: str) -> Action:
    """Return the registered action.

    Raises:
        UnknownAction: If nobody registered it.
    """
    try:
        return _actions[name]
    except KeyError:
        raise UnknownAction(name) from None


def known(name: str) -> Action | None:
    """Return the action, None if its app is gone; old lines stay readable by their name."""
    return _actions.get(name)


def all_actions() -> list[Action]:
    """Return every registered action, by name."""
    return [_actions[name] for name in sorted(_actions)]


def group_choices(*, reads: bool) -> list[tuple[str, Any]]:
    """Return (name, label) of the groups with lines in the one or the other log, by label."""
    used = {action.group for action in _actions.values() if action.is_read is reads}
    return sorted(((name, _groups[name]) for name in used), key=lambda group: str(group[1]))

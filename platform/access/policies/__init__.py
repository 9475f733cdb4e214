"""Rules, one file a kind of object; found by the label of its model.

`access` may not import the models that lie above it, so a policy is registered under a label such as
`"basepage.KnowledgePage"` and is used for that model and the ones derived from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Model

from access.roles import Action

if TYPE_CHECKING:
    from access.rights import Person, Rights
    from access.tree import Page


class Policy(Protocol):
    """Answers what somebody may do with one kind of object."""

    def allows(self, rights: Rights, user: Person, action: Action, obj: Any) -> bool:
        """Tell whether somebody with `rights` may do `action` with `obj`."""


_policies: dict[str, Policy] = {}


def register(label: str, policy: Policy) -> None:
    """Make `policy` the rule for the model `label` (`app.Model`) and the models derived from it."""
    _policies[label] = policy


def policy_for(obj: Model | Page) -> Policy:
    """Return the rule for `obj`.

    Raises:
        LookupError: If nothing is registered for its model or one it derives from.
    """
    for model in type(obj).__mro__:
        meta = getattr(model, "_meta", None)
        if meta is not None and meta.label in _policies:
            return _policies[meta.label]
    raise LookupError(
        f"No policy for {obj._meta.label}; register one in access.policies (docs/access.md)."
    )

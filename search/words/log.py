"""What the audit log can say about words and best bets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.actions import AuditAction, Group, actions, groups
from search.words.models import WordKind

_KIND = {"kind": dict(WordKind.choices)}
_ENTRY = frozenset({"number", "kind"})
_BET = frozenset({"number"})

ACTIONS = (
    AuditAction(
        "words.entry_added",
        _("%(actor)s added entry no. %(number)s to the words of the search (%(kind)s)."),
        _ENTRY,
        values=_KIND,
    ),
    AuditAction(
        "words.entry_changed",
        _("%(actor)s changed entry no. %(number)s of the words of the search (%(kind)s)."),
        _ENTRY,
        values=_KIND,
    ),
    AuditAction(
        "words.entry_removed",
        _("%(actor)s removed entry no. %(number)s from the words of the search (%(kind)s)."),
        _ENTRY,
        values=_KIND,
    ),
    AuditAction("words.best_bet_added", _("%(actor)s added recommendation no. %(number)s."), _BET),
    AuditAction(
        "words.best_bet_changed", _("%(actor)s changed recommendation no. %(number)s."), _BET
    ),
    AuditAction(
        "words.best_bet_removed", _("%(actor)s removed recommendation no. %(number)s."), _BET
    ),
)


def register_all() -> None:
    """Register group and actions; called once, when the app is ready."""
    groups.register(Group("words", _("Words of the search")))
    actions.register(*ACTIONS)

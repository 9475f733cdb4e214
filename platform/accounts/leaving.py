"""What ends when somebody leaves: each app registers its part, all run in the transaction that closes the account.

`people.closure` closes accounts. An app below or above registers what it keeps for a person that must not outlive the
account (grants, reminders, tasks), in its `ready`:

    from accounts.leaving import Part, parts
    parts.register(Part("tasks", consequences=…, leave=…))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Session, User, tokens_of
from web.registry import Registry


class Consequences(Protocol):
    """Says beforehand what will end, in sentences that name no content."""

    def __call__(self, person: User) -> Iterable[str]:
        """Yield a sentence for each thing that ends."""


class Leave(Protocol):
    """Ends it, inside the transaction; calling it again has no effect."""

    def __call__(self, person: User, *, actor: User | None, reason: str) -> None:
        """End what the app keeps for `person`, with a line in the audit log for each right."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one app does when somebody leaves.

    Attributes:
        name: Unique; the app's label will do.
        consequences: Says to the administrator beforehand what will end.
        leave: Ends it.
    """

    name: str
    consequences: Consequences
    leave: Leave


parts: Registry[Part] = Registry(
    "part of leaving", cure="register it with accounts.leaving.parts.register"
)


def consequences_of_leaving(person: User) -> list[str]:
    """Return what ends when `person` leaves, in sentences."""
    return [sentence for part in parts for sentence in part.consequences(person)]


def leave(person: User, *, actor: User | None, reason: str) -> None:
    """Run every part for `person`; the caller holds the transaction and closes the account itself."""
    for part in parts:
        part.leave(person, actor=actor, reason=reason)


# --- this app's own part --------------------------------------------------------------------------------
def chosen_memberships(person: User) -> list[Membership]:
    """Return the memberships in circles that somebody decided on, not those that follow from the organisation."""
    chosen = Membership.objects.filter(user=person, group__circle__is_everybody=False)
    return list(chosen.select_related("group__circle").order_by("group__circle__name"))


def _consequences(person: User) -> Iterable[str]:
    sessions = Session.objects.filter(user=person).count()
    if sessions:
        yield ngettext(
            "%(count)d open session ends at once.", "%(count)d open sessions end at once.", sessions
        ) % {"count": sessions}
    tokens = tokens_of([person]).filter(revoked_at__isnull=True).count()
    if tokens:
        yield ngettext(
            "%(count)d access token ends at once.", "%(count)d access tokens end at once.", tokens
        ) % {"count": tokens}
    for membership in chosen_memberships(person):
        yield _("The membership in “%(circle)s” ends (%(function)s).") % {
            "circle": membership.group.circle,
            "function": membership.get_function_display(),
        }
    if person.platform_role:
        yield _("The platform role “%(role)s” ends.") % {"role": person.get_platform_role_display()}


def _leave(person: User, *, actor: User | None, reason: str) -> None:
    for membership in chosen_memberships(person):
        membership.delete()  # one by one: each has its line in the audit log
    person.platform_role = ""


OWN_PART = Part("accounts", consequences=_consequences, leave=_leave)

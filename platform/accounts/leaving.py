"""What ends when somebody leaves: each app registers its part, all run in the transaction that closes the account.

`access.closing` closes accounts. An app below or above registers what it keeps for a person that must not outlive her
account (grants, reminders, tasks), in its `ready`:

    from accounts import leaving
    leaving.register(leaving.Part("tasks", consequences=…, leave=…))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, Session, User, tokens_of


class Consequences(Protocol):
    """Says before, in sentences that name no content, what will end."""

    def __call__(self, person: User) -> Iterable[str]:
        """Yield one sentence for each thing; nothing if nothing ends."""


class Leave(Protocol):
    """Ends it; called inside the transaction, a second time without effect."""

    def __call__(self, person: User, *, actor: User | None, reason: str) -> None:
        """End what the app keeps for `person`, with a line in the audit log for each right."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one app does when somebody leaves.

    Attributes:
        name: Unique; the app's label will do.
        consequences: What will end, told to the administrator before.
        leave: Ends it.
    """

    name: str
    consequences: Consequences
    leave: Leave


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Let `part` run whenever an account is closed."""
    _parts[part.name] = part


def parts() -> list[Part]:
    """Return all parts in the order in which they were registered."""
    return list(_parts.values())


def consequences_of_leaving(person: User) -> list[str]:
    """Return what ends when `person` leaves, in sentences."""
    return [sentence for part in parts() for sentence in part.consequences(person)]


def leave(person: User, *, actor: User | None, reason: str) -> None:
    """Run every part for `person`; the caller holds the transaction and closes the account itself."""
    for part in parts():
        part.leave(person, actor=actor, reason=reason)


# --- this app's own part --------------------------------------------------------------------------------
def circles_of(person: User) -> list[Membership]:
    """Return her memberships in circles that somebody chose, not those that follow from her organisation."""
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
    for membership in circles_of(person):
        yield _("The membership in “%(circle)s” ends (%(function)s).") % {
            "circle": membership.group.circle,
            "function": membership.get_function_display(),
        }
    if person.platform_role:
        yield _("The platform role “%(role)s” is taken.") % {
            "role": person.get_platform_role_display()
        }


def _leave(person: User, *, actor: User | None, reason: str) -> None:
    for membership in circles_of(person):
        membership.delete()  # one by one: each has its line in the audit log
    person.platform_role = ""


OWN_PART = Part("accounts", consequences=_consequences, leave=_leave)

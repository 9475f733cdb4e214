"""Who belongs to the platform is changed by one after the other."""

from __future__ import annotations

from accounts.models import PlatformRole, User


def take_turn() -> None:
    """Wait until nobody else adds, corrects or closes accounts, or changes organisations; the turn ends at the commit.

    Mail addresses and names of organisations have no constraint in the database, since old installations may hold some
    twice; and who is the last administrator is decided by looking at all of them. Whoever takes a turn does so before
    locking anything else, so that two never wait for each other. There is always somebody who operates the platform,
    whose row is the one to wait for; readers and sign-ins don't wait, nor does what refers to that row.
    """
    administrators = User.objects.filter(platform_role=PlatformRole.ADMINISTRATOR)
    list(administrators.order_by("pk").select_for_update(no_key=True).values_list("pk"))

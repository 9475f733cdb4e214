"""Share single pages with people outside their space (Freigabe): ask, change, forget, in one transaction.

A share gives reading, of the page with the files that it attaches or shows, and of its subpages if that is said. It
never reaches a confidential page.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.granting.notices import forget_end, tell_of_share
from access.granting.services import check_holder
from access.grants import set_share, take_share
from access.handling import is_confidential
from access.principals import Principal
from access.reader import forget
from access.requests.services import close_answered
from access.rights import can
from access.roles import Action
from access.selectors import Holding, shares_resting_on
from access.tree import Page, space_of
from accounts.models import User
from audit.services import record


@transaction.atomic
def share_page(
    page: Page,
    principal: Principal,
    *,
    actor: User | None,
    include_descendants: bool = False,
    until: dt.datetime | None = None,
    reason: str = "",
) -> None:
    """Let `principal` read `page`, replacing an earlier share with the same principal.

    Args:
        page: A page below the home page of a space.
        principal: A person, an organisation or a circle.
        actor: Who shares it, a steward of the space; None for the installation itself.
        include_descendants: Whether its subpages are shared too, now and later.
        until: When it ends; None for no end.
        reason: Why, in a sentence.

    Raises:
        PermissionDenied: If the actor is no steward of the page's space.
        ValidationError: If the page is confidential, the end lies in the past, or nobody can use the share.
    """
    if actor is not None and not can(actor, Action.GRANT, page):
        raise PermissionDenied
    if is_confidential(page):
        raise ValidationError(
            _("Confidential pages can't be shared outside their space. Nothing was changed.")
        )
    check_holder(principal, until=until)
    set_share(
        page,
        principal,
        include_descendants=include_descendants,
        granted_by=actor,
        until=until,
        reason=reason,
    )
    record(
        "share.given",
        actor=actor,
        obj=principal,
        space=page.space,
        details={
            "page": page.pk,
            "with_subpages": include_descendants,
            "until": until,
            "reason": reason,
        },
    )
    forget()
    forget_end(page, principal)
    if actor is not None:
        tell_of_share(page, principal, actor=actor)
    close_answered(space_of(page))


@transaction.atomic
def unshare_page(page: Page, principal: Principal, *, actor: User | None) -> bool:
    """Take a share of this page back, and say whether there was one; shares of pages above stay.

    Raises:
        PermissionDenied: If the actor is no steward of the page's space.
    """
    if actor is not None and not can(actor, Action.GRANT, page):
        raise PermissionDenied
    ended = take_share(page, principal)
    if ended:
        details = {"page": page.pk}
        record("share.revoked", actor=actor, obj=principal, space=page.space, details=details)
        forget_end(page, principal)
    forget()
    return ended


@transaction.atomic
def end_shares_of_confidential_page(page: Page, *, actor: User | None) -> tuple[Holding, ...]:
    """End the shares of a page that has become confidential, so that they don't come back when it is so no more.

    Shares of pages above with their subpages stay for the other subpages; they don't reach a confidential page.

    Args:
        page: A confidential page.
        actor: Who marked it; writing it is enough, they need not be a steward.

    Returns:
        Every share that no longer reaches the page, the ended ones and those from above.

    Raises:
        ValueError: If the page isn't confidential.
    """
    if not is_confidential(page):
        raise ValueError(f"Page {page.pk} is not confidential; its shares stay.")
    stopped = tuple(shares_resting_on(page))
    for one in stopped:
        if one.principal and one.shared_page and one.shared_page.pk == page.pk:
            take_share(page, one.principal)
            record(
                "share.revoked",
                actor=actor,
                obj=one.principal,
                space=page.space,
                details={"page": page.pk, "reason": _("The page became confidential.")},
            )
    forget()
    return stopped

"""Share single pages with people outside their space (Freigabe): ask, change, forget, in one transaction.

A share gives reading, of the page with the files that it attaches or shows, and of its subpages if that is said. It
never reaches a confidential page.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.asking import close_answered
from access.handling import is_confidential
from access.models import PageGroupObjectPermission, PageUserObjectPermission
from access.principals import Principal
from access.request_cache import forget
from access.rights import can
from access.roles import Action
from access.selectors import Holding, shares_resting_on
from access.services import check_holder
from access.telling import forget_end, tell_of_share
from accounts.models import User
from audit.services import record

VIEW_PAGE = "view_knowledgepage"


@transaction.atomic
def share_page(
    page: Any,
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
    _delete_shares(page, principal)
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    details: dict[str, Any] = {
        # Guardian compares content types, so the base page must stand here, not the specific one.
        "content_object": page_model.objects.get(pk=page.pk),
        "permission": Permission.objects.get(
            content_type=ContentType.objects.get_for_model(page_model), codename=VIEW_PAGE
        ),
        "granted_by": actor,
        "include_descendants": include_descendants,
        "until": until,
        "reason": reason,
    }
    if isinstance(principal, User):
        PageUserObjectPermission.objects.create(user=principal, **details)
    else:
        PageGroupObjectPermission.objects.create(group=principal.group, **details)
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
    close_answered(page.space)


@transaction.atomic
def unshare_page(page: Any, principal: Principal, *, actor: User | None) -> bool:
    """Take a share of this page back, and say whether there was one; shares of pages above stay.

    Raises:
        PermissionDenied: If the actor is no steward of the page's space.
    """
    if actor is not None and not can(actor, Action.GRANT, page):
        raise PermissionDenied
    ended = bool(_delete_shares(page, principal))
    if ended:
        details = {"page": page.pk}
        record("share.revoked", actor=actor, obj=principal, space=page.space, details=details)
        forget_end(page, principal)
    forget()
    return ended


@transaction.atomic
def end_shares_of_confidential_page(page: Any, *, actor: User | None) -> tuple[Holding, ...]:
    """End the shares of a page that has become confidential, so that they don't come back when it is so no more.

    Shares of pages above with their subpages stay for the other subpages; they don't reach a confidential page.

    Args:
        page: A confidential page.
        actor: Who marked it; marking is enough, she need not be a steward.

    Returns:
        Every share that no longer reaches the page, the ended ones and those from above.

    Raises:
        ValueError: If the page isn't confidential.
    """
    if not is_confidential(page):
        raise ValueError(f"Page {page.pk} is not confidential; its shares stay.")
    stopped = tuple(shares_resting_on(page))
    for one in stopped:
        if one.principal is not None and one.shared_page.pk == page.pk:
            _delete_shares(page, one.principal)
            record(
                "share.revoked",
                actor=actor,
                obj=one.principal,
                space=page.space,
                details={"page": page.pk, "reason": _("The page became confidential.")},
            )
    forget()
    return stopped


def _delete_shares(page: Any, principal: Principal) -> int:
    """Delete the shares of `page` with `principal`; return how many there were.

    One writer at a time changes a page's shares: of two stewards who save at once the later one counts.
    """
    page_model: Any = apps.get_model(settings.WAGTAIL_PAGE_MODEL)
    locked = page_model.objects.order_by().select_for_update(no_key=True).filter(pk=page.pk)
    list(locked.values_list("pk"))
    shares: Any
    if isinstance(principal, User):
        shares = PageUserObjectPermission.objects.filter(user=principal)
    else:
        shares = PageGroupObjectPermission.objects.filter(group=principal.group)
    deleted, _by_model = shares.filter(content_object=page.pk).delete()
    return int(deleted)

"""Ask whoever is responsible for an address, without learning whether there is anything at it.

Asking stores the same row and gives the same answer for every address. What lies there is looked up after the answer
is sent, so that not even its time tells. Where there is nothing, or nothing new to them, nobody is told.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import AccessRequest, Space
from access.requests.addresses import object_at
from access.rights import can, spaces_where
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from audit.context import after_answer
from audit.services import record
from notices.services import notify, withdraw

logger = logging.getLogger(__name__)

A_DAY = 10
"""So many requests a person and day; more would be a way to search for addresses."""

KEPT = dt.timedelta(days=90)
"""How long a request is kept after it was made, answered or not."""

NOTICE = "access.request"
DECLINED = "access.request_declined"


def ask_for_access(requester: User, *, address: str, reason: str) -> None:
    """Note that `requester` asks for what lies at `address`; a second time replaces the open request.

    Args:
        requester: Who asks.
        address: An address of this site, whole or from the first slash on, as it was followed.
        reason: What it is needed for, in their words.

    Raises:
        ValidationError: If the address is none of this site, or they have asked `A_DAY` times within a day. Neither
            depends on what lies at the address.
    """
    path = path_of(address)
    lately = AccessRequest.objects.filter(
        requester=requester, created_at__gt=timezone.now() - dt.timedelta(days=1)
    )
    with transaction.atomic():
        if lately.count() >= A_DAY:
            raise ValidationError(
                _(
                    "You have asked %(count)d times today. Please try again tomorrow, or ask the "
                    "person who gave you the link. Your earlier requests are not lost."
                )
                % {"count": A_DAY}
            )
        earlier = AccessRequest.objects.filter(
            requester=requester, address=path, state=AccessRequest.State.OPEN
        )
        _close(earlier, state=AccessRequest.State.REPLACED)
        AccessRequest.objects.create(requester=requester, address=path, reason=reason.strip())
    after_answer(deliver_requests)


def path_of(address: str) -> str:
    """Return the path of an address of this site.

    Raises:
        ValidationError: If it leads to another site, or is no address at all.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        parts = urlsplit("")
    own = {"", urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc}
    is_path = parts.path.startswith("/") and len(parts.path) <= AccessRequest.ADDRESS_LENGTH
    if parts.netloc not in own or not is_path or "\x00" in parts.path:
        raise ValidationError(
            _(
                "This is no address of this platform. Copy the address from the line at the top of "
                "your browser. Nothing was sent."
            )
        )
    return parts.path


def deliver_requests() -> int:
    """Find out whom new requests concern and tell the stewards; return how many were looked at.

    Runs after the answer to the requester, and as a scheduled job for what a dying process left.
    """
    looked_at = 0
    for pk in list(AccessRequest.objects.undelivered().values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                one = AccessRequest.objects.undelivered().select_for_update().filter(pk=pk).first()
                if one is not None:
                    _deliver(one)
                    looked_at += 1
        except Exception:
            # One request that can't be delivered must not keep the others waiting; it is tried again.
            logger.exception("request for access could not be delivered request=%d", pk)
    return looked_at


def _deliver(request: AccessRequest) -> None:
    request.delivered_at = timezone.now()
    target = object_at(request.address)
    space: Space | None = getattr(target, "space", None)
    if target is None or space is None or can(request.requester, Action.READ, target):
        request.state = AccessRequest.State.WITHOUT_TARGET
        request.save(update_fields=["delivered_at", "state"])
        return
    request.space = space
    request.page_id = target.pk if _is_page(target) else None
    request.save(update_fields=["delivered_at", "space", "page"])
    record("request.made", actor=request.requester, obj=target, space=space)
    notify(
        responsible_for(space), NOTICE, key=f"request:{request.pk}", details={"request": request.pk}
    )


def _is_page(target: Any) -> bool:
    return hasattr(target, "url_path")


def open_requests_for(steward: User) -> QuerySet[AccessRequest]:
    """Return the open requests in the spaces that `steward` is responsible for, oldest first."""
    spaces = spaces_where(steward, Action.GRANT)
    return (
        AccessRequest.objects.filter(
            state=AccessRequest.State.OPEN, space__in=spaces, requester__is_active=True
        )
        .select_related("requester__organisation", "space", "page")
        .order_by("created_at", "pk")
    )


@transaction.atomic
def close_request(request: AccessRequest, *, actor: User) -> None:
    """Close a request without an answer: whoever asked learns nothing; a closed one stays closed.

    Raises:
        PermissionDenied: If the actor is no steward of the request's space.
    """
    if request.space is None or not can(actor, Action.GRANT, request.space):
        raise PermissionDenied
    _close([request], state=AccessRequest.State.CLOSED)
    record("request.closed", actor=actor, obj=request.requester, space=request.space)


@transaction.atomic
def decline_request(request: AccessRequest, *, actor: User, answer: str) -> None:
    """Decline a request and tell whoever asked why; with it they learn that there is something at the address.

    Raises:
        PermissionDenied: If the actor is no steward of the request's space.
        ValidationError: If no reason is given, or the request was answered meanwhile.
    """
    if request.space is None or not can(actor, Action.GRANT, request.space):
        raise PermissionDenied
    answer = " ".join(answer.split())
    if not answer or len(answer) > AccessRequest.ANSWER_LENGTH:
        raise ValidationError(
            _("Give a reason of at most %(count)d characters. The request is still open.")
            % {"count": AccessRequest.ANSWER_LENGTH}
        )
    if not _close([request], state=AccessRequest.State.DECLINED, answer=answer):
        raise ValidationError(_("This request is no longer open."))
    record("request.declined", actor=actor, obj=request.requester, space=request.space)
    notify(
        [request.requester],
        DECLINED,
        key=f"request:{request.pk}",
        details={"request": request.pk},
    )


def close_answered(space: Space) -> None:
    """Close the open requests in `space` whose requesters can now read what they asked for.

    Called with every grant and share in the space, in its transaction.
    """
    waiting = AccessRequest.objects.filter(
        state=AccessRequest.State.OPEN, space=space
    ).select_related("requester", "page")
    answered = [one for one in waiting if can(one.requester, Action.READ, one.page or space)]
    _close(answered, state=AccessRequest.State.GRANTED)


def _close(
    requests: Iterable[AccessRequest], *, state: AccessRequest.State, answer: str = ""
) -> int:
    """Close those that are still open; return how many."""
    closed = 0
    for one in requests:
        still_open = AccessRequest.objects.filter(pk=one.pk, state=AccessRequest.State.OPEN)
        closed += still_open.update(state=state, closed_at=timezone.now(), answer=answer)
        withdraw(NOTICE, key=f"request:{one.pk}")
    return closed


def withdraw_requests(requester: User) -> None:
    """Take back what somebody who leaves asked for: nobody needs to answer it any more."""
    _close(AccessRequest.objects.filter(requester=requester), state=AccessRequest.State.CLOSED)
    AccessRequest.objects.filter(requester=requester).delete()


def forget_old() -> int:
    """Delete requests that are older than `KEPT`; return how many."""
    deleted, _by_model = AccessRequest.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return deleted

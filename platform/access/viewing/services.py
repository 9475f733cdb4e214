"""See the site as somebody else: begin, go on from request to request, end; each with its line in the log.

For stewards (and curators, who are stewards of many spaces). The view is kept in the session and ends by itself, when
its time is over, when the viewer is a steward no more, when the other one's account is closed, and at the sign-out.
"""

from __future__ import annotations

import datetime as dt
import enum
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from access.models import Space
from access.reader import Viewing
from access.rights import own_rights_of
from access.roles import Role
from accounts.models import Circle, Organisation, User
from audit.services import record

SESSION_KEY = "view_as"
_MODELS: dict[str, type[User | Organisation | Circle]] = {
    "user": User,
    "organisation": Organisation,
    "circle": Circle,
}


class Cause(enum.Enum):
    """Why a view ended before its time."""

    BUTTON = "button"
    SIGNED_OUT = "signed_out"
    ROLE_LOST = "role_lost"
    ACCOUNT_CLOSED = "account_closed"


def may_view_as(user: User) -> bool:
    """Tell whether `user` may see the site as somebody else: for stewards of some space."""
    return bool(own_rights_of(user).spaces_with(Role.STEWARD))


@transaction.atomic
def start_view(
    request: HttpRequest,
    target: User | Organisation | Circle,
    *,
    actor: User,
    space: Space | None = None,
    reason: str = "",
    back_to: str = "/",
) -> Viewing:
    """Let the steward of the request see the site as `target` from the next request on.

    Args:
        request: The viewer's; the view is kept in its session.
        target: A person, or an organisation or circle for somebody who belongs to it and has no other rights.
        actor: Who looks.
        space: The space that is looked at; the line in the log is then shown to its other stewards.
        reason: Why, in a sentence.
        back_to: Address of this site to come back to at the end.

    Raises:
        PermissionDenied: If they are no steward of any space, or not of `space`.
        ValidationError: If nobody can see the site as `target`.
    """
    stewarded = own_rights_of(actor).spaces_with(Role.STEWARD)
    if not stewarded or (space is not None and space.pk not in stewarded):
        raise PermissionDenied
    if target == actor:
        raise ValidationError(_("You see the site as yourself already. Choose somebody else."))
    if not _can_be_seen_as(target):
        raise ValidationError(
            _("Nobody can sign in as this entry, so there is nothing to see. Choose another one.")
        )
    until = timezone.now() + dt.timedelta(minutes=settings.VIEW_AS_MINUTES)
    record(
        "view_as.started",
        actor=actor,
        obj=target,
        space=space,
        details={"until": until, "reason": reason},
        request=request,
    )
    request.session[SESSION_KEY] = {
        "actor": actor.pk,
        "kind": target._meta.model_name,
        "target": target.pk,
        "space": space.pk if space is not None else None,
        "until": until.isoformat(),
        "back_to": back_to,
    }
    return Viewing(actor.pk, target, until)


def continue_view(request: HttpRequest) -> tuple[Viewing | None, str]:
    """Return the view that the request goes on with, None if there is none.

    A view that is over is ended here, and the second value says so in a sentence for the person; else it is empty.
    """
    user = request.user
    if SESSION_KEY not in request.session or not isinstance(user, User):
        return None, ""
    kept = request.session[SESSION_KEY]
    target = _target_of(kept)
    until = parse_datetime(str(kept.get("until")))
    if target is None or until is None or kept.get("actor") != user.pk:
        del request.session[SESSION_KEY]
        return None, ""
    viewing = Viewing(user.pk, target, until)
    said = {"who": viewing.label}
    if until <= timezone.now():
        _forget(request, viewing, actor=user, cause=None)
        return None, _("Seeing the site as %(who)s has ended, the time is over.") % said
    if not may_view_as(user):
        _forget(request, viewing, actor=user, cause=Cause.ROLE_LOST)
        return None, _(
            "Seeing the site as %(who)s has ended: you are no longer responsible for a space."
        ) % said
    if not _can_be_seen_as(target):
        _forget(request, viewing, actor=user, cause=Cause.ACCOUNT_CLOSED)
        return None, _(
            "Seeing the site as %(who)s has ended: nobody can sign in as this entry any more."
        ) % said
    return viewing, ""


def end_view(request: HttpRequest, *, actor: User) -> str:
    """End the view of the request, if there is one; return the address that it was begun from, else the start page."""
    kept = request.session.get(SESSION_KEY) or {}
    viewing: Viewing | None = getattr(request, "viewing", None)
    if viewing is not None:
        _forget(request, viewing, actor=actor, cause=Cause.BUTTON)
    return str(kept.get("back_to") or "/")


@transaction.atomic
def _forget(request: HttpRequest, viewing: Viewing, *, actor: User, cause: Cause | None) -> None:
    """Take the view out of the session and record its end; no cause means that its time is over."""
    kept = request.session.pop(SESSION_KEY, {})
    vars(request).pop("acting_as", None)  # the line is about the other one, not written as theirs
    record(
        "view_as.ended" if cause else "view_as.expired",
        actor=actor,
        obj=viewing.target,
        space=Space.objects.filter(pk=kept.get("space")).first(),
        details={"cause": cause.value} if cause else {},
        request=request,
    )


def _can_be_seen_as(target: User | Organisation | Circle) -> bool:
    """Tell whether anybody could sign in and have these rights."""
    if isinstance(target, User):
        return target.is_active
    return not (isinstance(target, Organisation) and target.is_collective)


def _target_of(kept: dict[str, Any]) -> User | Organisation | Circle | None:
    model: Any = _MODELS.get(str(kept.get("kind")))
    if model is None:
        return None
    found = model.objects.filter(pk=kept.get("target"))
    return (found.select_related("organisation") if model is User else found).first()


def _signed_out(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """End the view with the session; Django tells before it throws the session away."""
    viewing: Viewing | None = getattr(request, "viewing", None)
    if request is not None and viewing is not None and user is not None:
        _forget(request, viewing, actor=user, cause=Cause.SIGNED_OUT)


def connect() -> None:
    """Connect the receiver; called once, when the app is ready."""
    user_logged_out.connect(_signed_out, dispatch_uid="view_as_signed_out")

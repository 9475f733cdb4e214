"""What the frame of every page needs: navigation, whether the admin is open, through whose eyes the site is seen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from access.rights import can, rights_of
from access.roles import Action, Role
from knowledge.frame import spaces_of

# From this many on, working groups share one entry of the navigation.
MANY_GROUPS = 2


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation` and what the account menu offers; they cost nothing unless a template uses them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": (), "can_use_admin": False}
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "can_use_admin": SimpleLazyObject(lambda: can(user, Action.USE_ADMIN)),
        "can_grant": SimpleLazyObject(lambda: bool(rights_of(user).spaces_with(Role.STEWARD))),
        "can_curate": SimpleLazyObject(lambda: can(user, Action.CURATE)),
        "can_keep_accounts": SimpleLazyObject(lambda: _can_keep_accounts(user)),
        "can_read_log": SimpleLazyObject(lambda: _can_read_log(user)),
        "unread_notices": getattr(user, "unread_notices", 0),  # loaded with her (access.backends)
        "viewing": getattr(request, "viewing", None),
    }


def _can_keep_accounts(user: Any) -> bool:
    """Tell whether `access.people_views` shows anybody's account to `user`."""
    return can(user, Action.OPERATE) or can(user, Action.PROTECT_DATA)


def _can_read_log(user: Any) -> bool:
    """Tell whether `operations.audit_pages` shows anything to `user`."""
    if can(user, Action.OPERATE) or can(user, Action.PROTECT_DATA):
        return True
    return bool(rights_of(user).spaces_with(Role.STEWARD))


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return an entry for each space; several working groups share one, which leads to their list."""
    spaces = spaces_of(request.user)
    groups = [one for one in spaces if one.is_group]
    entries = []
    for one in spaces:
        current = request.path.startswith(one.url)
        if len(groups) < MANY_GROUPS or not one.is_group:
            entries.append({"title": one.title, "url": one.url, "current": current})
        elif one is groups[0]:
            in_group = any(request.path.startswith(group.url) for group in groups)
            entries.append(
                {"title": _("Working groups"), "url": "/#arbeitsgruppen", "current": in_group}
            )
    return entries

"""What the frame of every page needs: navigation, breadcrumbs, whether the admin is open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from access.rights import can, rights_of
from access.roles import Action, Role
from knowledge.frame import spaces_of


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return `navigation`, `can_use_admin`, `can_grant`; they cost nothing unless a template uses them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": (), "can_use_admin": False}
    return {
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
        "can_use_admin": SimpleLazyObject(lambda: can(user, Action.USE_ADMIN)),
        "can_grant": SimpleLazyObject(lambda: bool(rights_of(user).spaces_with(Role.STEWARD))),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"title": one.title, "url": one.url, "current": request.path.startswith(one.url)}
        for one in spaces_of(request.user)
    ]

"""What a new installation needs of people: somebody who curates, and the first ones of the organisations."""

# unscoped: whether there are such people at all; none is named
from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.granting.matrix import has_curators
from access.rights import can
from access.roles import Action
from accounts.models import User
from web.set_up import SetUpStep


def _others_are_there() -> bool:
    return User.objects.filter(is_active=True, organisation__isnull=False).exists()


def _for_keepers(route: str) -> Callable[[HttpRequest], str]:
    return lambda request: reverse(route) if can(request.user, Action.KEEP_ACCOUNT) else ""


STEPS = (
    SetUpStep(
        name="curator",
        title=_("Somebody who curates"),
        text=_(
            "Invite a person with the platform role curator: they make organisations, spaces and groups."
        ),
        order=40,
        is_done=has_curators,
        url=_for_keepers("people:invite"),
    ),
    SetUpStep(
        name="people",
        title=_("First people"),
        text=_("Invite one by one, or read in a list."),
        order=80,
        is_done=_others_are_there,
        url=_for_keepers("people:list"),
    ),
)

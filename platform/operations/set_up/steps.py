"""The steps of the set-up that belong to no room, and the start page's panel on all steps."""

# unscoped: whether there is any space at all; none is named
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.models import Space
from access.rights import can
from access.roles import Action
from operations.state_views import operates
from web.models import InitialData, installation
from web.panels import Panel, Place
from web.set_up import SetUpStep, set_up_steps


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step, whether it is done, and where this reader does it; no address if it is somebody else's task."""

    step: SetUpStep
    is_done: bool
    url: str


def takes_part(request: HttpRequest) -> bool:
    """Tell whether the reader has a part in the set-up: curators, and whoever operates the platform."""
    return operates(request) or can(request.user, Action.CURATE)


def shown_steps(request: HttpRequest) -> Sequence[ShownStep]:
    """Return all steps in their order, as the reader sees them."""
    steps = sorted(set_up_steps, key=lambda step: step.order)
    return [ShownStep(step, step.is_done(), step.url(request)) for step in steps]


def _here(part: str) -> Callable[[HttpRequest], str]:
    return lambda request: reverse("set_up") + f"#{part}" if operates(request) else ""


STEPS = (
    SetUpStep(
        name="city",
        title=_("Name of the city, and its mark"),
        text=_("They appear at the top of every page."),
        order=10,
        is_done=lambda: bool(installation().city),
        url=_here("stadt"),
    ),
    SetUpStep(
        name="mail",
        title=_("Mail"),
        text=_("Invitations and notices go out by mail. Send one to yourself."),
        order=20,
        is_done=lambda: installation().mail_tested_at is not None,
        url=_here("mail"),
    ),
    SetUpStep(
        name="initial_data",
        title=_("What the platform begins with"),
        text=_("The data of Dortmund's council paper, or nothing."),
        order=30,
        is_done=lambda: (
            installation().initial_data != InitialData.UNDECIDED or Space.objects.exists()
        ),
        url=_here("daten"),
    ),
)


def _on_start(request: HttpRequest) -> dict[str, Any] | None:
    """Return the steps left for this reader, until all are done or somebody has hidden them."""
    if not takes_part(request) or installation().set_up_hidden_at is not None:
        return None
    left = [one for one in shown_steps(request) if not one.is_done]
    if not operates(request):
        left = [one for one in left if one.url]
    return {"left": left} if left else None


ON_START = Panel(
    name="operations.set_up",
    template="operations/_set_up_on_start.html",
    place=Place.MAIN,
    order=1,
    context=_on_start,
)

"""What a new installation needs of spaces."""

# unscoped: whether there is any space at all; none is named
from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.models import Space
from access.rights import can
from access.roles import Action
from web.set_up import SetUpStep

STEP = SetUpStep(
    name="spaces",
    title=_("Spaces"),
    text=_("Rooms for content, each with its own rights. Curators make them."),
    order=60,
    is_done=Space.objects.exists,
    url=lambda request: reverse("spaces:add") if can(request.user, Action.CURATE) else "",
)

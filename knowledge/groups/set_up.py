"""What a new installation needs of working groups."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.rights import can
from access.roles import Action
from accounts.models import Circle
from web.set_up import SetUpStep

STEP = SetUpStep(
    name="groups",
    title=_("Working groups"),
    text=_("Their members and leads. Curators make them."),
    order=70,
    is_done=Circle.objects.filter(is_everybody=False).exists,
    url=lambda request: reverse("groups:new") if can(request.user, Action.CURATE) else "",
)

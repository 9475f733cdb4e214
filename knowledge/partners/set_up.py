"""What a new installation needs of organisations."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from access.rights import can
from access.roles import Action
from accounts.models import Organisation
from web.set_up import SetUpStep

STEP = SetUpStep(
    name="organisations",
    title=_("Organisations"),
    text=_("The bodies that take part. Curators make them."),
    order=50,
    is_done=Organisation.objects.filter(is_collective=False).exists,
    url=lambda request: reverse("partners:add") if can(request.user, Action.CURATE) else "",
)

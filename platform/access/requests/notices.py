"""What people are told about requests for access, in the words of the moment at which it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from access.handling import mail_excerpt_allowed
from access.models import AccessRequest
from access.requests.services import open_requests_for
from accounts.models import User
from notices.kinds import Rendered
from notices.models import Notice


def render_declined(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Say to whoever asked why a request was declined, by the address that they typed themselves."""
    declined = AccessRequest.objects.filter(
        requester=recipient, state=AccessRequest.State.DECLINED
    ).select_related("page")
    return _rendered(notices, declined, _declined)


def _declined(request: AccessRequest) -> Rendered:
    return Rendered(
        _("Your request for access to %(address)s was declined.") % {"address": request.address},
        text=request.answer,
        is_confidential=request.page is not None and not mail_excerpt_allowed(request.page),
    )


def render_requests(recipient: User, notices: Sequence[Notice]) -> list[Rendered | None]:
    """Name who asks for what, to whoever is responsible, while the request is open."""
    return _rendered(notices, open_requests_for(recipient), _waiting)


def _waiting(request: AccessRequest) -> Rendered:
    values = {"who": request.requester, "space": request.space}
    return Rendered(
        _("%(who)s asks for access to something in the space “%(space)s”.") % values,
        url=reverse("access:requests"),
    )


def _rendered(
    notices: Sequence[Notice],
    requests: QuerySet[AccessRequest],
    say: Callable[[AccessRequest], Rendered],
) -> list[Rendered | None]:
    pks = [one.details.get("request") for one in notices]
    found = requests.in_bulk(pks)
    return [say(found[pk]) if pk in found else None for pk in pks]

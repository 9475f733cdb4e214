"""What a request may touch: a space, or minutes that its writer may change."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from access.models import Space
from access.rights import can
from access.roles import Action
from access.selectors import space_read_by
from accounts.models import User
from knowledge.groups.models import MinutesPage


def space_where(request: HttpRequest, slug: str, action: Action) -> Space:
    """Return a space in which the reader may do `action`.

    Raises:
        Http404: If there is none, or the reader may not.
    """
    space = space_read_by(request.user, slug)
    if space is None or not can(request.user, action, space):
        raise Http404
    return space


def page_to_change(user: User, pk: int, action: Action = Action.EDIT) -> MinutesPage:
    """Return minutes that `user` may change.

    Raises:
        Http404: If there are none of this number, or `user` may not.
    """
    page = MinutesPage.objects.select_related("space").filter(pk=pk).first()
    if page is None or not can(user, action, page):
        raise Http404
    return page

"""What curators find on the page "New": organisations, spaces, working groups."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from access.rights import can
from access.roles import Action
from web.menu import Link, NewEntry, NewGroup, as_oneself


def _curates(request: HttpRequest) -> bool:
    return as_oneself(request) and can(request.user, Action.CURATE)


def _groups(request: HttpRequest) -> Iterator[NewGroup]:
    links = [
        Link(_("Organisation"), reverse("partners:add")),
        Link(_("Space"), reverse("spaces:add")),
        Link(_("Working group"), reverse("groups:new")),
    ]
    yield NewGroup(_("Who takes part, and where"), links)


NEW_BODIES = NewEntry(name="bodies", order=80, is_shown=_curates, groups=_groups)

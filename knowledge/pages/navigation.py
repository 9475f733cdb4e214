"""The main navigation: the spaces of the reader."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from knowledge.pages.frame import spaces_of
from web.menu import Link, NavigationPart

# From this many on, working groups share one entry.
MANY_GROUPS = 2


def _links(request: HttpRequest) -> Iterator[Link]:
    """Yield an entry for each space; several working groups share one, which leads to their list."""
    spaces = spaces_of(request.user)
    groups = {one.path: one for one in spaces if one.is_group}
    all_groups = reverse("groups:list")
    is_there = request.path == all_groups or any(
        request.path.startswith(group.url) for group in groups.values()
    )
    for one in spaces:
        if len(groups) < MANY_GROUPS or one.path not in groups:
            url = one.url
            yield Link(one.title, url, request.path.startswith(url))
        elif one.path == next(iter(groups)):
            yield Link(_("Working groups"), all_groups, is_there)


SPACES = NavigationPart(name="spaces", order=10, links=_links)

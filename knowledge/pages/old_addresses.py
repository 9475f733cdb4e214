"""Addresses that pages had before they were renamed or moved, and the page on which stewards see them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from access.granting.space_views import stewarded_space
from access.models import Space
from access.rights import Person
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage, OldAddress

PAGE_SIZE = 100


def new_address(user: Person, url_path: str) -> str | None:
    """Return the `url_path` of the page that left this one last, among those that `user` may see; one query.

    Args:
        user: The reader.
        url_path: The old one, as stored with the page.
    """
    moved = KnowledgePage.objects.visible_to(user).filter(old_addresses__url_path=url_path)
    # A page that came back to this address and is hidden now must not lead to itself.
    elsewhere = moved.exclude(url_path=url_path).order_by("-old_addresses__left_at")
    found: str | None = elsewhere.values_list("url_path", flat=True).first()
    return found


@require_safe
def old_addresses(request: HttpRequest, slug: str) -> HttpResponse:
    """List the old addresses of a space's pages, newest first; for its stewards.

    Those that a page brought along from another space are left out: they name folders there.

    Raises:
        Http404: If there is no such space, or the reader is no steward of it.
    """
    space = stewarded_space(request, slug)
    pages = KnowledgePage.objects.visible_to(request.user).filter(space=space)
    kept = (
        OldAddress.objects.filter(_below_home(space), page__in=pages)
        .exclude(url_path=F("page__url_path"))
        .select_related("page")
        .order_by("-left_at", "pk")
    )
    part = Paginator(kept, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "pages/old_addresses.html", {"space": space, "part": part})


# unscoped: addresses of homes narrow a list of visible pages, and are not shown
def _below_home(space: Space) -> Q:
    """Return the condition that an address lies, or lay, in the space and in no other."""
    own, others = set[str](), set[str]()
    homes = KnowledgePage.objects.filter(depth=SPACE_ROOT_DEPTH)
    for space_id, now, before in homes.values_list("space", "url_path", "old_addresses__url_path"):
        (own if space_id == space.pk else others).update({now, before or now})
    below = [("url_path__startswith", prefix) for prefix in own - others]
    return Q(*below, _connector=Q.OR) if below else Q(pk__in=[])

"""What it means for people and shares when pages move into another space, said before it happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.consequences import Item, count_pages
from access.effects import readers_of
from access.models import PageGroupObjectPermission, PageUserObjectPermission, Space
from access.selectors import principal_of_group
from access.tree import STEP, at_or_below

MAX_NAMES = 10  # receivers of shares that are named


def effect_of_move(paths: Sequence[str], *, source: Space, destination: Any, files: int) -> Item:
    """Say what follows if subtrees of `source` move below `destination`, a page of another space; nine queries.

    Whoever is told may publish in both spaces, so she may know who reads there.

    Args:
        paths: Treebeard paths of the pages that are moved, each with its subpages.
        source: The space they leave.
        destination: The page below which they come.
        files: How many files go along.
    """
    target: Space = destination.space
    below = _below(paths)
    pages = count_pages(below)
    said = [_going_along(pages.drafts, files, pages=str(pages))]
    before, after = readers_of(source), readers_of(target)
    gaining = after.exclude(pk__in=before.values("pk")).count()
    losing = before.exclude(pk__in=after.values("pk")).count()
    said.append(
        ngettext(
            "%(count)d person who can't read them now can then read them.",
            "%(count)d people who can't read them now can then read them.",
            gaining,
        )
        % {"count": gaining}
    )
    said.append(
        ngettext(
            "%(count)d person who reads them now can then no longer do so.",
            "%(count)d people who read them now can then no longer do so.",
            losing,
        )
        % {"count": losing}
    )
    said += _about_shares(paths, destination)
    change = _("From the space “%(source)s” to the space “%(target)s”") % {
        "source": source.title,
        "target": target.title,
    }
    return Item(label=_("Move into another space"), change=change, effects=tuple(said))


def _going_along(drafts: int, files: int, *, pages: str) -> str:
    return _("%(pages)s, %(drafts)s and %(files)s go along.") % {
        "pages": pages,
        "drafts": ngettext("%(count)d draft", "%(count)d drafts", drafts) % {"count": drafts},
        "files": ngettext("%(count)d file", "%(count)d files", files) % {"count": files},
    }


def _about_shares(paths: Sequence[str], destination: Any) -> list[str]:
    """Say which shares stay with the pages, which reach them no longer, and which reach them anew."""
    said = []
    if staying := _receivers(_below(paths, "content_object__")):
        said.append(_("Shares that stay: %(names)s.") % {"names": staying})
    ancestors = {path[:end] for path in paths for end in range(STEP, len(path), STEP)}
    new_ancestors = {destination.path[:end] for end in range(STEP, len(destination.path) + 1, STEP)}
    if ending := _receivers(_from_above(ancestors - new_ancestors)):
        said.append(
            _("Shares of pages above that no longer reach them: %(names)s.") % {"names": ending}
        )
    if beginning := _receivers(_from_above(new_ancestors - ancestors)):
        said.append(
            _(
                "Shares of pages above the new place that then reach them, confidential pages "
                "excepted: %(names)s."
            )
            % {"names": beginning}
        )
    return said


def _below(paths: Iterable[str], prefix: str = "") -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= at_or_below(path, field=f"{prefix}path")
    return condition


def _from_above(paths: Iterable[str]) -> Q:
    return Q(content_object__path__in=paths, include_descendants=True)


def _receivers(condition: Q) -> str:
    """Return the names of those with whom the pages are shared, at most `MAX_NAMES`; two queries."""
    groups: Any = PageGroupObjectPermission.objects.current().filter(condition)
    people: Any = PageUserObjectPermission.objects.current().filter(condition, user__is_active=True)
    names = {
        str(principal_of_group(row.group))
        for row in groups.select_related("group__organisation", "group__circle")
    } | {str(row.user) for row in people.select_related("user")}
    shown = sorted(names, key=str.casefold)
    if len(shown) > MAX_NAMES:
        shown = [*shown[:MAX_NAMES], _("and %(count)d more") % {"count": len(shown) - MAX_NAMES}]
    return ", ".join(shown)

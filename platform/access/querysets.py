"""Lists that hold only what their reader may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q

from access.policies.content import START_PAGE_DEPTH

if TYPE_CHECKING:
    from access.rights import Person


def visible_pages(user: Person, prefix: str = "") -> Q:
    """Return the condition under which a page is published and may be read by `user`.

    Args:
        user: The reader.
        prefix: Path of look-ups to the page, such as `"page__"`; empty on the page model itself.
    """
    from access.rights import scope_for

    scope = scope_for(user)
    if scope.user_id is None:
        return Q(pk__in=[])
    place = Q(**{f"{prefix}space__in": scope.spaces})
    place |= Q(**{f"{prefix}space__isnull": True, f"{prefix}depth": START_PAGE_DEPTH})
    for share in scope.shared:
        lookup = "path__startswith" if share.include_descendants else "path"
        place |= Q(**{f"{prefix}{lookup}": share.path})
    return Q(**{f"{prefix}live": True}) & place


class VisiblePagesMixin:
    """For querysets of pages: `visible_to`."""

    def visible_to(self, user: Person) -> Self:
        """Keep published pages that `user` may read."""
        queryset: Any = self
        kept: Self = queryset.filter(visible_pages(user))
        return kept


class VisibleFilesMixin:
    """For querysets of documents and images: `visible_to`."""

    def visible_to(self, user: Person) -> Self:
        """Keep files that `user` may read."""
        from access.rights import scope_for

        queryset: Any = self
        kept: Self = queryset.filter(space__in=scope_for(user).spaces)
        return kept

"""What Wagtail's admin offers to do with one page, beyond what the policy grants for its space."""

from __future__ import annotations

from wagtail.models import PagePermissionTester


class KnowledgePagePermissionTester(PagePermissionTester):
    """Who sees a page follows from its space; Wagtail's own privacy settings would be a second rule."""

    def can_set_view_restrictions(self) -> bool:
        """Offer no privacy settings."""
        return False


class SpaceHomePermissionTester(KnowledgePagePermissionTester):
    """The home page of a space comes and goes with the space, by services (`create_space`), not in the admin."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Refuse; so does `can_move`, which asks this."""
        return False

    def can_unpublish(self) -> bool:
        """Refuse."""
        return False

    def can_copy(self) -> bool:
        """Refuse; so does `can_copy_to`, which asks this."""
        return False

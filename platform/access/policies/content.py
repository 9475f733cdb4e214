"""Who may do what with pages and files: what lies in a space is ruled by the roles on the space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from access.roles import ROLE_NEEDED, Action, Role
from access.tree import START_PAGE_DEPTH, Page

if TYPE_CHECKING:
    from access.rights import Person, Rights


class File(Protocol):
    """What the rule needs to know of a document or an image."""

    pk: int
    space_id: int
    uploaded_by_user_id: int | None


class PagePolicy:
    """Published pages are for readers, drafts for contributors; one's own pages may be edited by contributors."""

    def allows(self, rights: Rights, user: Person, action: Action, obj: Page) -> bool:
        """Tell whether the role in the page's space, or authorship, is enough."""
        if obj.space_id is None:
            return action is Action.READ and user.is_authenticated and obj.depth == START_PAGE_DEPTH
        if action is Action.READ:
            if not obj.live:
                return rights.has_role(obj.space_id, Role.CONTRIBUTOR)
            return rights.scope.allows(space_id=obj.space_id, path=obj.path)
        if action is Action.EDIT:
            is_author = user.pk is not None and obj.owner_id == user.pk
            return rights.has_role(obj.space_id, Role.CONTRIBUTOR if is_author else Role.PUBLISHER)
        return rights.has_role(obj.space_id, ROLE_NEEDED[action])


class FilePolicy:
    """Files are read by whoever may read their space, and changed by publishers and whoever uploaded them."""

    def allows(self, rights: Rights, user: Person, action: Action, obj: File) -> bool:
        """Tell whether the role in the file's space, or having uploaded it, is enough."""
        if action is Action.READ:
            if obj.space_id in rights.scope.spaces:
                return True
            # Only somebody with shares may reach the file through a page of another space.
            files: Any = type(obj)
            return bool(rights.scope.shared) and (
                files.objects.filter(pk=obj.pk).visible_to(user).exists()
            )
        if action is Action.EDIT:
            is_author = user.pk is not None and obj.uploaded_by_user_id == user.pk
            return rights.has_role(obj.space_id, Role.CONTRIBUTOR if is_author else Role.PUBLISHER)
        return rights.has_role(obj.space_id, ROLE_NEEDED[action])

"""Wagtail's admin asks these; they derive every answer from the roles on spaces.

There are no `GroupPagePermission` or `GroupCollectionPermission` rows. Only publishers and stewards reach the admin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy

from access.grants import roles
from access.reader import remembered
from access.rights import can, rights_of, spaces_where
from access.roles import Action, Role
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import User

# What a publisher may do with the pages of a space, in Wagtail's words.
_PUBLISHER_ACTIONS = ("add", "change", "publish", "lock", "unlock", "bulk_delete")


@dataclass(frozen=True, slots=True)
class PagePermission:
    """Stands where Wagtail expects a row of `GroupPagePermission`."""

    @dataclass(frozen=True, slots=True)
    class Name:
        """Stands where Wagtail expects a `Permission`."""

        codename: str

    page: Any
    permission: Name

    @property
    def page_id(self) -> int:
        """Primary key of the page at and below which the permission counts."""
        page_id: int = self.page.pk
        return page_id


class SpacePagePermissionPolicy(PagePermissionPolicy):
    """Page permissions out of roles on spaces; nobody is above them."""

    def _base_user_has_permission(self, user: Any) -> bool | None:
        return None if user.is_active and user.is_authenticated else False

    def _base_queryset_for_user(self, user: Any) -> Any:
        if user.is_active and user.is_authenticated:
            return None
        return self.model._default_manager.none()

    def get_all_permissions_for_user(self, user: Any) -> list[PagePermission]:
        """Return one permission for each action and each space in which `user` is a publisher."""
        spaces = spaces_where(user, Action.PUBLISH)
        if not spaces:
            return []
        roots = remembered(
            ("space roots", spaces),
            lambda: list(
                self.model.base_page_model.objects.filter(depth=SPACE_ROOT_DEPTH, space__in=spaces)
            ),
        )
        return [
            PagePermission(page, PagePermission.Name(self._get_permission_codename(action)))
            for page in roots
            for action in _PUBLISHER_ACTIONS
        ]

    def get_cached_permissions_for_user(self, user: Any) -> list[PagePermission]:
        """Return the same; what is kept is kept by `access.reader`, not on the user."""
        return self.get_all_permissions_for_user(user)

    def explorable_root_instance(self, user: Any) -> Any:
        """Return the lowest page above all pages that `user` may work on."""
        user.__dict__.pop(self._explorable_root_instance_cache_name, None)
        return super().explorable_root_instance(user)

    def instances_with_direct_explore_permission(self, user: Any) -> list[Any]:
        """Return the root pages of the spaces in which `user` is a publisher."""
        return list(
            {perm.page_id: perm.page for perm in self.get_all_permissions_for_user(user)}.values()
        )

    def users_with_any_permission(self, actions: Any, include_superusers: bool = True) -> Any:
        """Return everybody who is a publisher of any space."""
        return roles(Role.PUBLISHER).people()

    def users_with_any_permission_for_instance(
        self, actions: Any, instance: Any, include_superusers: bool = True
    ) -> Any:
        """Return everybody who is a publisher of the page's space."""
        return roles(Role.PUBLISHER).filter(content_object=instance.space).people()


class SpaceFilePermissionPolicy(BasePermissionPolicy):
    """Documents and images: choosing needs reading, everything else needs a role in the file's space."""

    _ACTIONS = {  # noqa: RUF012 - constant
        "choose": Action.READ,
        "view": Action.READ,
        "add": Action.ADD,
        "change": Action.EDIT,
        "delete": Action.EDIT,
    }

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Tell whether `user` may do `action` with any file at all."""
        if action in {"choose", "view"}:
            return bool(rights_of(user).scope.spaces)
        return action in self._ACTIONS and can(user, Action.USE_ADMIN)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        """Tell whether `user` may do `action` with this file."""
        return action in self._ACTIONS and can(user, self._ACTIONS[action], instance)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Any, instance: Model
    ) -> bool:
        """Tell whether `user` may do any of the actions with this file."""
        return any(self.user_has_permission_for_instance(user, one, instance) for one in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        """Return the files with which `user` may do any of the actions."""
        rights = rights_of(user)
        files = self.model._default_manager
        if {"choose", "view"} & set(actions):
            return files.filter(space__in=rights.scope.spaces)
        kept = files.filter(space__in=rights.spaces_where(Action.PUBLISH))
        own = files.filter(space__in=rights.spaces_where(Action.ADD), uploaded_by_user=user.pk)
        return kept | own if {"change", "delete"} & set(actions) else kept

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        """Return everybody who is a publisher of any space."""
        return roles(Role.PUBLISHER).people()

    def users_with_any_permission_for_instance(self, actions: Any, instance: Any) -> QuerySet[User]:
        """Return everybody who is a publisher of the file's space."""
        return roles(Role.PUBLISHER).filter(content_object=instance.space).people()

    def collections_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        """Return the one collection there is: spaces take the place of collections."""
        from wagtail.models import Collection

        return Collection.objects.filter(depth=1)

    def collections_user_has_permission_for(self, user: Any, action: str) -> Any:
        """Return the one collection there is."""
        return self.collections_user_has_any_permission_for(user, [action])

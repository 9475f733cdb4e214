"""Django's `user.has_perm`, answered by `access.rights`; passwords are checked by Django as usual."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model, OuterRef, QuerySet

from access.models import Space
from access.rights import can, rights_of
from access.roles import Action, Role
from accounts.models import User
from notices.selectors import count_of_unread
from web.composed import composed

# What each of the platform's administration screens in Wagtail's admin needs.
_PLATFORM_PERMISSIONS = {"wagtailadmin.access_admin": Action.USE_ADMIN}


@composed
def _person_of_session(*, pk: Any) -> QuerySet[User]:
    unread = count_of_unread(OuterRef("pk"))
    people = User.objects.select_related("organisation").annotate(unread_notices=unread)
    return people.filter(pk=pk).order_by()


class AccessBackend(ModelBackend):
    """No model permissions, no superusers: a permission is held on a space, or it isn't held."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the person of a session with what the frame of each page shows of them, in one query.

        Nobody is returned if the account is closed.
        """
        user = next(_person_of_session(pk=user_id), None)
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """Tell whether `user_obj` has `perm`, on a space if `obj` is one."""
        if not isinstance(user_obj, User):
            return False
        if perm in _PLATFORM_PERMISSIONS:
            return can(user_obj, _PLATFORM_PERMISSIONS[perm])
        app_label, _, codename = perm.partition(".")
        if isinstance(obj, Space) and app_label == "access":
            try:
                role = Role.of_codename(codename)
            except ValueError:
                return False
            return rights_of(user_obj).has_role(obj.pk, role)
        return False

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """Return the platform permissions that `user_obj` has."""
        if obj is not None or not isinstance(user_obj, User):
            return set()
        return {perm for perm, action in _PLATFORM_PERMISSIONS.items() if can(user_obj, action)}

    def get_user_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """Return nothing: permissions are not attached to people here."""
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """Return what `get_all_permissions` does; groups are the way rights are given."""
        return self.get_all_permissions(user_obj, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """Tell whether any platform permission belongs to the app."""
        return any(perm.startswith(f"{app_label}.") for perm in self.get_all_permissions(user_obj))

"""Who leads a group, and the one step of the workflow in which its lead releases minutes before they go out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task

from access.models import Space
from access.rights import can
from access.roles import Action
from accounts.models import Membership, User
from knowledge.groups.models import MinutesPage
from knowledge.writing.models import OneStep
from web.menu import Link


def leads_of(space: Space) -> QuerySet[User]:
    """Return the people who lead the group of `space` now."""
    leading = Membership.objects.current().filter(
        group__circle__space=space, function=Membership.Function.LEAD
    )
    return User.objects.filter(pk__in=leading.values("user"), is_active=True)


def may_release(user: User, page: MinutesPage) -> bool:
    """Tell whether `user` may send out minutes that need the lead's release.

    It is whoever leads the group and publishes there; if nobody who leads it may publish, each publisher, so that no
    minutes are stuck.
    """
    if page.space is None or not can(user, Action.PUBLISH, page):
        return False
    leads = [one for one in leads_of(page.space) if can(one, Action.PUBLISH, page)]
    return not leads or user in leads


class ReleaseTask(OneStep, Task):
    """Whoever leads the group decides."""

    workflow_name = "Freigabe von Protokollen"

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Return what the person may decide: (name, label, whether something has to be said with it)."""
        if not may_release(user, obj):
            return []
        return [("approve", _("Send out"), False), ("reject", _("Return with a reason"), True)]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """Return what waits for the person's release."""
        waiting = super().get_task_states_user_can_moderate(user, **kwargs)
        pages = MinutesPage.objects.filter(pk__in=waiting.values("page_id")).select_related("space")
        return waiting.filter(page_id__in=[one.pk for one in pages if may_release(user, one)])

    def door(self, page: Any) -> Link:
        """Return where minutes are written: they are looked at, sent out and returned there."""
        return Link(
            gettext("Send out or return the minutes"), reverse("meetings:edit", args=[page.pk])
        )

    class Meta:
        verbose_name = _("release by whoever leads the group")
        verbose_name_plural = _("releases by whoever leads the group")

"""What the admin's start shows: the places in which its reader publishes."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from wagtail.admin.ui.components import Component

from access.rights import spaces_where
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from knowledge.basepage.models import KnowledgePage


class WorkplacesPanel(Component):
    """The spaces in which the reader publishes, each leading to its pages, and the way to something new."""

    name = "workplaces"
    template_name = "wagtailadmin/home/workplaces.html"
    order = 50

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return the home pages of these spaces; one query."""
        user = parent_context["request"].user
        # unscoped: of spaces in which the reader publishes
        homes = KnowledgePage.objects.filter(
            depth=SPACE_ROOT_DEPTH, space__in=spaces_where(user, Action.PUBLISH)
        )
        spaces = [
            {"title": page.title, "url": reverse("wagtailadmin_explore", args=[page.pk])}
            for page in homes.order_by("path")
        ]
        return {"spaces": spaces, "new_url": reverse("web:new")}

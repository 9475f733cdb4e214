"""The list of working groups, and the form that founds another one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from access.rights import can
from access.roles import Action
from knowledge.groups.forms import GroupForm
from knowledge.groups.selectors import groups_for
from knowledge.groups.services import make_group
from knowledge.home.space_views import curator, make_by_form
from web.menu import as_oneself


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    """List the groups whose pages the reader may read: one's own first, then the others with whom to ask."""
    rows = groups_for(request.user)
    return render(
        request,
        "groups/list.html",
        {
            "mine": [row for row in rows if row.is_mine],
            "others": [row for row in rows if not row.is_mine],
            "may_found": can(request.user, Action.CURATE) and as_oneself(request),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest) -> HttpResponse:
    """Found a working group, once its consequence was confirmed; for the curator."""
    user = curator(request)
    form = GroupForm(request.POST or None)

    def make() -> Any:
        return make_group(form.group_plan(), actor=user)

    return make_by_form(request, form, make, title=_("New working group"))

"""Working groups: how they are shown, found and given by the API; their minutes are of the room of meetings."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from access.granting.forms import MembershipForm
from access.rights import can
from access.roles import Action
from knowledge.groups.models import GroupPage
from knowledge.groups.selectors import members_of
from knowledge.home.kind import home_context
from knowledge.pages.kinds import PageContent, PageKind
from knowledge.text import PlainText


def group_content(page: GroupPage) -> PageContent:
    """Read the home page of a working group."""
    text = PlainText()
    if page.space is not None:
        text.add_text(page.space.description)
    text.add_html(page.introduction)
    fields = [page.field_of_action.slug] if page.field_of_action else []
    return PageContent(text=text, facets={"field_of_action": fields})


def group_context(page: GroupPage, request: HttpRequest) -> dict[str, Any]:
    """Add what every space's home shows, and the members: whoever may read the group's space may see who is in it."""
    circle = page.space.circle if page.space is not None else None
    may_name = circle is not None and can(request.user, Action.GRANT, circle)
    return {
        **home_context(page, request),
        "members": members_of(page),
        "circle": circle if may_name else None,
        "member_form": MembershipForm() if may_name else None,
    }


GROUP = PageKind(
    name="group",
    model=GroupPage,
    label=_("Working group"),
    aliases=("ag", "arbeitsgruppe", "gruppe"),
    asked_as=("Arbeitsgruppe", "AG"),
    context=group_context,
    shown_relations=("field_of_action",),
    facts_template="groups/_facts.html",
    content=group_content,
    prefetch=("field_of_action", "space"),
    facts=("kind", "field_of_action"),
    texts=("introduction",),
)

"""What a page and the start page show of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse

from access.rights import can, spaces_where
from access.roles import Action
from knowledge.pages.kinds import kind_of
from knowledge.pages.parts import PageMark
from knowledge.wiki.due import waiting_for
from knowledge.wiki.models import PageTag, Template
from knowledge.wiki.tags import may_tag, tags_of
from knowledge.wiki.templates import may_mark
from knowledge.wiki.upkeep import may_check, may_plan, upkeep_of
from web.menu import as_oneself
from web.panels import Panel, Place


# unscoped: of a page that is shown to its reader
def _has_tags() -> Exists:
    return Exists(PageTag.objects.filter(page=OuterRef("pk")))


# unscoped: of a page that is shown to its reader, too
def _is_template() -> Exists:
    return Exists(Template.objects.filter(page=OuterRef("pk")))


HAS_TAGS = PageMark(name="has_tags", condition=_has_tags)
IS_TEMPLATE = PageMark(name="is_template", condition=_is_template)


def _upkeep(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    """Return who checks a page, and the ways to doubt and to plan; a query only where a day is set."""
    if page.pk is None or page.space_id is None:
        return None
    user, kept = request.user, None
    oneself = as_oneself(request)
    if page.review_by:
        kept = upkeep_of(page)
        plans = may_check(user, page, kept)
    else:
        plans = may_plan(user, page)
    doubts = (
        page.live and oneself and can(user, Action.READ, page) and not can(user, Action.EDIT, page)
    )
    url = reverse("wiki:upkeep", args=[page.pk]) if plans and oneself else ""
    if not (kept or url or doubts):
        return None
    return {"upkeep": kept, "plan_url": url, "may_doubt": doubts}


def _on_start(request: HttpRequest) -> Mapping[str, Any] | None:
    if not spaces_where(request.user, Action.ADD):  # who keeps a page writes in its space
        return None
    count = waiting_for(request.user).count()
    return {"count": count} if count else None


def _tags(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    """Return the tags of a page, and the way to change them; a query only where there are any."""
    if page.pk is None or page.space_id is None:
        return None
    found = tags_of(page) if getattr(page, HAS_TAGS.name, True) else []
    may_change = as_oneself(request) and may_tag(request.user, page)
    url = reverse("wiki:tags_of", args=[page.pk]) if may_change else ""
    return {"tags": found, "tag_url": url} if found or url else None


def _template(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    """Return whether a page is a template, to those who write there; no query."""
    user = request.user
    if page.pk is None or not as_oneself(request) or not can(user, Action.ADD, page):
        return None
    kind = kind_of(type(page))
    if kind is None or kind.index is None or not page.live:
        return None
    used, marks = getattr(page, IS_TEMPLATE.name, False), may_mark(user, page)
    if not used and not marks:
        return None
    url = reverse("wiki:begin", args=[page.pk]) if used else ""
    return {"is_template": used, "may_mark": marks, "begin_url": url}


UPKEEP = Panel(
    name="wiki.upkeep", template="wiki/_upkeep.html", place=Place.ASIDE, order=91, context=_upkeep
)
DUE = Panel(
    name="wiki.due",
    template="wiki/_due_on_start.html",
    place=Place.MAIN,
    order=21,
    context=_on_start,
)
TAGS = Panel(
    name="wiki.tags", template="wiki/_tags.html", place=Place.ASIDE, order=55, context=_tags
)
TEMPLATE = Panel(
    name="wiki.template",
    template="wiki/_template.html",
    place=Place.ASIDE,
    order=94,
    context=_template,
)

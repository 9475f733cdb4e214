"""What every page shows beside its own fields, and what its kind adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from access.granting.share_badges import share_badge
from access.rights import Person, can, scope_for
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.editors import front_edit_url
from knowledge.pages.frame import breadcrumbs
from knowledge.pages.kinds import kind_of
from knowledge.pages.parts import page_parts
from web.panels import filled


def around_page(page: KnowledgePage, request: HttpRequest) -> dict[str, Any]:
    """Return the way to the page, its parts that rooms brought, and what the reader may do with it."""
    user = request.user
    context: dict[str, Any] = {
        # A shared page alone doesn't tell its space's name.
        "shown_space": page.space if page.space_id in scope_for(user).spaces else None,
        # Most kinds have none, and a template that asks in vain searches through all names of the page.
        "shown_source": getattr(page, "source", ""),
        "breadcrumbs": breadcrumbs(user, page.path),
        "parts": filled(page_parts, page, request),
        "review_overdue": bool(page.review_by and page.review_by < timezone.localdate()),
    }
    # The tag `anchored` notes them while the text is rendered, before the parts beside it are asked for.
    shown: Any = page
    shown.shown_headings = []
    if page.pk is not None:  # a preview may be of a page that isn't saved yet
        context["share"] = share_badge(user, page)
        context["share_url"] = reverse("access:page", args=[page.pk])
    context["edit_url"] = edit_url(page, user)
    return context


def edit_url(page: KnowledgePage, user: Person) -> str:
    """Return where `user` edits the page, on the front or else in the admin; empty if nowhere."""
    url = front_edit_url(page, user)
    if not url and can(user, Action.USE_ADMIN) and can(user, Action.PUBLISH, page):
        return reverse("wagtailadmin_pages:edit", args=[page.pk])
    return url


def added_by_kind(page: KnowledgePage, request: HttpRequest) -> Mapping[str, Any]:
    """Return what the page's kind adds."""
    kind = kind_of(type(page))
    return kind.context(page, request) if kind is not None else {}

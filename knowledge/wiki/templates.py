"""Templates: pages of a space from which others are begun there, as drafts with the same text."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from access.rights import Person, can, spaces_where
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.kinds import kind_of
from knowledge.wiki.models import PageTag, Template
from knowledge.writing.amending import amend
from knowledge.writing.copying import copy_page
from knowledge.writing.renaming import free_slug
from knowledge.writing.services import check_state, one_deed


def may_mark(user: Person, page: Any) -> bool:
    """Tell whether the person may make a page a template: a published page of a kind, where the person publishes."""
    kind = kind_of(type(page))
    has_list = kind is not None and kind.index is not None
    return (
        page.live and page.depth > SPACE_ROOT_DEPTH and has_list and can(user, Action.PUBLISH, page)
    )


def mark(page: Any, *, actor: User) -> None:
    """Make a page a template of its space.

    Raises:
        PermissionDenied, Locked, Refused: See `knowledge.writing.services`.
    """
    with one_deed(actor):
        check_state(page, actor, Action.PUBLISH, None)
        if not may_mark(actor, page):
            raise PermissionDenied
        _template, is_new = Template.objects.get_or_create(page_id=page.pk)
        if is_new:
            record("page.made_template", actor=actor, obj=page)


def unmark(page: Any, *, actor: User) -> None:
    """Make a template an ordinary page again; what was begun from it stays.

    Raises:
        PermissionDenied, Locked, Refused: See `knowledge.writing.services`.
    """
    with one_deed(actor):
        check_state(page, actor, Action.PUBLISH, None)
        if Template.objects.filter(page=page.pk).delete()[0]:
            record("page.made_ordinary", actor=actor, obj=page)


def templates_for(user: Person) -> Any:
    """Return the templates from which `user` may begin a page: those that are read, where the person writes."""
    visible: Any = KnowledgePage.objects.visible_to(user)
    found = visible.filter(space__in=spaces_where(user, Action.ADD))
    found = found.filter(pk__in=Template.objects.values("page"))
    return found.select_related("space").order_by("space__position", "title", "pk")


def begin(template: KnowledgePage, *, title: str, actor: User) -> Any:
    """Begin a page beside its template, as a draft with the same text and tags; return it.

    Args:
        template: One of `templates_for` the actor.
        title: What the new page is called.
        actor: Who begins it, and owns it from then on.

    Raises:
        PermissionDenied, Refused: See `knowledge.writing.copying.copy_page`.
    """
    if not templates_for(actor).filter(pk=template.pk).exists():
        raise PermissionDenied
    place = template.get_parent().specific
    with one_deed(actor):
        if not place.live:
            raise Refused(
                _("The list in which the template lies isn't published. Nothing was made.")
            )
        made = copy_page(
            template,
            to=place,
            actor=actor,
            title=title,
            slug=free_slug(title, below=place),
            with_subpages=False,
            is_live=False,
        )
        # unscoped: the page that was made a moment ago
        amend(KnowledgePage.objects.filter(pk=made.pk), {"review_by": None})
        tags = [
            PageTag(page_id=made.pk, name=one.name, key=one.key)
            for one in PageTag.objects.filter(page=template.pk)
        ]
        PageTag.objects.bulk_create(tags)
        record("page.begun_from_template", actor=actor, obj=made)
        return type(made)._default_manager.get(pk=made.pk)

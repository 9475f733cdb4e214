"""Copies and aliases of pages: who gains is asked like for a move, and no copy is milder than its source.

A copy in another space takes the published text along, neither drafts nor earlier versions, and no confidential page.
Files and pictures stay where they are: readers of the copy see those that they may see anyway. An alias shows whatever
is published in its source from then on, so that it lies in the same space.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Revision

from access.consequence.confirmation import Refused, current_question, one_question
from access.handling import Classification, confidential_among
from access.rights import can
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH, at_or_below
from accounts.models import User
from knowledge.basepage.models import KnowledgePage, alias_stays
from knowledge.writing.audit import copied
from knowledge.writing.renaming import why_not_below
from knowledge.writing.services import create_page


def copy_page(
    page: KnowledgePage,
    *,
    to: KnowledgePage,
    actor: User,
    title: str,
    slug: str,
    with_subpages: bool,
    is_live: bool,
) -> Any:
    """Copy a page below another one, and return the copy.

    Args:
        page: The page.
        to: Where the copy lies.
        actor: Who copies; asked for rights to both places.
        title: Title of the copy.
        slug: Its short name in addresses.
        with_subpages: Whether all pages below are copied, too.
        is_live: Whether copies of published pages are published.

    Raises:
        NotConfirmed: If people can read the copy who can't read the page, and that wasn't confirmed.
        Refused: If something confidential would come into another space.
        PermissionDenied: If the actor may not copy the page, or not write there.
    """
    needed = Action.PUBLISH if is_live else Action.ADD
    if not can(actor, needed, to) or not can(actor, Action.READ_DRAFT, page):
        raise PermissionDenied
    if problem := why_no_copy(page, to, with_subpages=with_subpages):
        raise Refused(problem)
    with one_question(actor):
        return _Copying(
            page=page,
            to=to,
            update_attrs={"title": title, "slug": slug},
            recursive=with_subpages,
            copy_revisions=page.space_id == to.space_id,
            keep_live=is_live,
            user=actor,
        ).execute(skip_permission_checks=True)  # Wagtail's know publishers alone


def create_from(source: KnowledgePage, page: Any, *, below: KnowledgePage, actor: User) -> Any:
    """Put a new page of another kind into the tree that shows what `source` says, as a draft; return it.

    Args:
        source: The page whose text the new one takes over.
        page: The new page, not saved yet.
        below: Where it lies.
        actor: Who makes it; asked for rights to both places.

    Raises:
        NotConfirmed: If people can read it who can't read the source, and that wasn't confirmed.
        Refused: If something confidential would come into another space, or `source` holds narrowed items.
        PermissionDenied: If the actor may not copy the source, or not write there.
    """
    if not can(actor, Action.READ_DRAFT, source):
        raise PermissionDenied
    problem = _why_whole(source, with_subpages=False) or _why_stays(source, below, Q(pk=source.pk))
    if problem:
        raise Refused(problem)
    marks = (Classification(page.classification), _mark_of_copy(source, below, actor))
    page.classification = max(marks, key=lambda mark: mark.strictness).value
    with one_question(actor):
        made = create_page(page, below=below, actor=actor)
        question = current_question()
        if question is not None:
            question.made(made, source=source)
        copied(source, made, actor=actor)
    return made


def make_alias(
    page: KnowledgePage, *, to: KnowledgePage, actor: User, slug: str, with_subpages: bool
) -> Any:
    """Make an alias of a page below another page of its space, and return it.

    Args:
        page: The page that it shows.
        to: Where it lies.
        actor: Who makes it; asked for rights to both places.
        slug: Its short name in addresses.
        with_subpages: Whether all pages below get an alias, too.

    Raises:
        NotConfirmed: If shares let people read it who can't read the page, and that wasn't confirmed.
        Refused: If it would lie in another space.
        PermissionDenied: If the actor may not copy the page, or not publish there.
    """
    if page.space_id != to.space_id:
        raise Refused(alias_stays(page))
    if problem := _why_whole(page, with_subpages=with_subpages):
        raise Refused(problem)
    with one_question(actor):
        action = CreatePageAliasAction(
            page.specific, recursive=with_subpages, parent=to, update_slug=slug, user=actor
        )
        return action.execute()


def why_no_copy(page: KnowledgePage, to: KnowledgePage, *, with_subpages: bool) -> str:
    """Return why nobody may copy a page there; an empty text if it is possible."""
    if problem := _why_whole(page, with_subpages=with_subpages):
        return problem
    if page.depth <= SPACE_ROOT_DEPTH:
        return _("The home page of a space isn't copied. Nothing was changed.")
    if why := why_not_below(page, to, with_subpages=with_subpages):
        return why
    return _why_stays(page, to, at_or_below(page.path) if with_subpages else Q(pk=page.pk))


def _why_stays(page: KnowledgePage, to: KnowledgePage, here: Q) -> str:
    """Return which of the pages `here` is confidential and can't come into another space; else an empty text."""
    found = confidential_among(here).first() if page.space_id != to.space_id else None
    if found is None:
        return ""
    return _(
        "“%(page)s” is confidential and stays in its space. It can't be copied into another one."
    ) % {"page": found.get_admin_display_title()}


def _why_whole(page: KnowledgePage, *, with_subpages: bool) -> str:
    """Return why a page with narrowed passages stays one page: who copies may not see all that would be copied."""
    here = at_or_below(page.path) if with_subpages else Q(pk=page.pk)
    found = KnowledgePage.objects.filter(here, narrowed_passages__isnull=False).first()
    if found is None:
        return ""
    return _(
        "“%(page)s” holds items that are for some organisations only. It can’t be copied. Nothing was changed."
    ) % {"page": found.get_admin_display_title()}


class _Copying(CopyPageAction):
    """Copies page by page; each copy is handled as strictly as the page and its latest draft."""

    def _copy_page(
        self,
        page: Any,
        to: Any = None,
        update_attrs: Any = None,
        exclude_fields: Any = None,
        _mpnode_attrs: Any = None,
    ) -> Any:
        mark = _mark_of_copy(page, self.to, self.user)
        attrs = {**(update_attrs or {}), "classification": mark.value}
        made = super()._copy_page(page, to, attrs, exclude_fields, _mpnode_attrs)
        question = current_question()
        if question is not None:
            question.made(made, source=page)
        copied(page, made, actor=self.user)
        return made


def _mark_of_copy(page: KnowledgePage, to: KnowledgePage, actor: Any) -> Classification:
    """Return how a copy is handled: as strictly as the page; what may leave the platform is decided page by page."""
    mark = _strictest_mark(page)
    if mark is Classification.PUBLIC and not can(actor, Action.LOWER_CLASSIFICATION, to):
        return Classification.INTERNAL
    return mark


def _strictest_mark(page: KnowledgePage) -> Classification:
    """Return the mark of what is published or of the latest draft, whichever is stricter."""
    draft = Revision.objects.filter(pk=page.latest_revision_id).values_list(
        "content__classification", flat=True
    )
    marks = [Classification(one) for one in (page.classification, *draft) if one]
    return max(marks, key=lambda mark: mark.strictness)

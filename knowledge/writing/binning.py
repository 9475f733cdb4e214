"""The bin: deleted pages stay for thirty days, seen by those who could edit them, and come back as they were.

A page in the bin keeps its place in the tree, and with it its space and who may see its drafts. It isn't published,
gives its short name free, and nobody changes or publishes it (`services.refuse_binned`). A job removes it for good.
"""

from __future__ import annotations

import datetime as dt
from itertools import chain
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.delete_page import DeletePageAction
from wagtail.models import Revision
from wagtail.signals import page_published

from access.consequence.confirmation import Refused
from access.consequence.held_files import held_by, keep_closed
from access.rights import Person, can, spaces_where
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH, at_or_below
from accounts.models import User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.basepage.unseen import refuse_unseen
from knowledge.writing.amending import amend_versions
from knowledge.writing.models import BinnedPage
from knowledge.writing.renaming import free_slug
from knowledge.writing.services import check_state, one_deed, refuse_binned
from knowledge.writing.submitting import review_of

KEPT = dt.timedelta(days=30)


def not_binned() -> Q:
    """Return the condition that a page (the row) isn't in the bin."""
    return ~Q(Exists(BinnedPage.objects.filter(page=OuterRef("pk"))))


def needed_to_delete(page: KnowledgePage) -> Action:
    """Return what deleting and restoring a page asks for: publishing, unless it is a draft without subpages."""
    return Action.PUBLISH if page.live or page.numchild else Action.EDIT


def may_delete(user: Person, page: KnowledgePage) -> bool:
    """Tell whether the person may put a page into the bin; the home of a space comes and goes with the space."""
    return page.depth > SPACE_ROOT_DEPTH and can(user, needed_to_delete(page), page)


def put_into_bin(page: KnowledgePage, *, actor: User) -> None:
    """Put a page into the bin, with all below it.

    Raises:
        PermissionDenied: If the actor may not delete it.
        Locked, Refused: If nobody may at this moment, or a passage there is hidden from the actor.
    """
    with one_deed(actor):
        check_state(page, actor, needed_to_delete(page), None)
        if not may_delete(actor, page):
            raise PermissionDenied
        refuse_unseen(page.path, actor)
        now = timezone.now()
        for one in _whole(page).filter(not_binned()):
            _put(one, page, actor, now)
        kept = KnowledgePage.objects.get(pk=page.pk).specific
        kept.slug = f"papierkorb-{page.pk}"
        kept.save(clean=False)
        record("page.binned", actor=actor, obj=page)


# unscoped: all of a page that the actor may delete
def _whole(page: KnowledgePage) -> Any:
    """Return the page and all below it, from below: what lies in a list goes before the list."""
    return KnowledgePage.objects.filter(at_or_below(page.path)).order_by("-path")


def _put(page: Any, top: KnowledgePage, actor: User, now: dt.datetime) -> None:
    lock = page.get_lock()
    if lock is not None and lock.for_user(actor):
        raise Refused(
            _("“%(page)s” is locked and can't be deleted. Nothing was changed.")
            % {"page": page.draft_title or page.title}
        )
    BinnedPage.objects.create(
        page=page,
        top=top,
        deleted_by=actor,
        deleted_at=now,
        was_live=page.live,
        live_revision_id=page.live_revision_id,
        slug=page.slug,
    )
    review = review_of(page)
    if review is not None:
        review.cancel(user=actor)
    page.revisions.filter(approved_go_live_at__isnull=False).update(approved_go_live_at=None)
    if page.live:
        page.specific.unpublish(user=actor)


def restore_from_bin(page: KnowledgePage, *, actor: User) -> KnowledgePage:
    """Take a page out of the bin, with what went into it at once; published pages are published again.

    Raises:
        PermissionDenied: If the actor may not.
        Refused: If it isn't in the bin, or a page above it is.
        NotConfirmed: If more people can read it than those of its space, and that wasn't confirmed.
    """
    with one_deed(actor):
        kept = list(
            BinnedPage.objects.select_for_update().filter(top=page.pk).select_related("page")
        )
        top = next((one for one in kept if one.page_id == page.pk), None)
        if top is None:
            raise Refused(_("This page isn't in the bin any more. Nothing was changed."))
        if not may_restore(actor, top, with_subpages=len(kept) > 1):
            raise PermissionDenied
        parent = page.get_parent()
        refuse_binned(parent)
        BinnedPage.objects.filter(pk__in=[one.pk for one in kept]).delete()
        restored = KnowledgePage.objects.get(pk=page.pk).specific
        restored.slug = free_slug(top.slug, below=parent)
        restored.save(clean=False)
        versions = {restored.latest_revision_id, top.live_revision_id}
        amend_versions(versions, {"slug": restored.slug})
        for one in sorted(kept, key=lambda one: one.page.path):
            _publish_again(one, actor)
        record("page.unbinned", actor=actor, obj=page)
    return KnowledgePage.objects.get(pk=page.pk)


def may_restore(user: Person, binned: BinnedPage, *, with_subpages: bool) -> bool:
    """Tell whether the person may take a page out of the bin: as for putting it there."""
    action = Action.PUBLISH if binned.was_live or with_subpages else Action.EDIT
    return can(user, action, binned.page)


def _publish_again(binned: BinnedPage, actor: User) -> None:
    if not binned.was_live:
        return
    version = Revision.objects.filter(pk=binned.live_revision_id).first()
    if version is not None:
        # What was written and never published stays a draft.
        version.publish(user=actor, skip_permission_checks=True)
        return
    page = KnowledgePage.objects.get(pk=binned.page_id).specific  # an alias has no versions
    page.live, page.has_unpublished_changes = True, False
    page.save(clean=False)


def bin_of(user: Person) -> QuerySet[BinnedPage]:
    """Return the pages that were deleted, the latest first, among those that `user` could see and edit."""
    publishes, writes = spaces_where(user, Action.PUBLISH), spaces_where(user, Action.ADD)
    own = Q(page__owner=user.pk, page__space__in=writes)
    found = BinnedPage.objects.filter(page=F("top")).filter(Q(page__space__in=publishes) | own)
    below = BinnedPage.objects.filter(top=OuterRef("page")).exclude(page=OuterRef("page"))
    return (
        found.annotate(has_subpages=Exists(below))
        .select_related("page__space", "deleted_by")
        .order_by("-deleted_at", "-pk")
    )


def empty_bin() -> int:
    """Delete for good what has lain in the bin for thirty days; return how many deletions that were.

    Files that only a confidential page among it held back from the shares of other pages stay closed.
    """
    due = BinnedPage.objects.filter(page=F("top"), deleted_at__lt=timezone.now() - KEPT)
    count = 0
    for number in list(due.values_list("page", flat=True)):
        page = KnowledgePage.objects.filter(pk=number).first()
        if page is not None:  # else it went with a page above it
            with one_deed(None):
                held = held_by(at_or_below(page.path))
                DeletePageAction(page, user=None).execute(skip_permission_checks=True)
                keep_closed(chain.from_iterable(held.values()))
            count += 1
    return count


def refuse_publishing(sender: type, instance: KnowledgePage, **kwargs: Any) -> None:
    """Let no door publish a page that lies in the bin; what was done is undone."""
    refuse_binned(instance)


def connect() -> None:
    """Connect the receiver; called once, when the apps are ready."""
    page_published.connect(refuse_publishing, dispatch_uid="nothing_is_published_in_the_bin")

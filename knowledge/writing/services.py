"""The one way in which a page changes: front forms, editors, API, import, seeding and jobs call these.

Every function does one thing, in one transaction: it locks the row (of the parent, where a page is put into the tree),
asks `access.rights.can`, asks the rules that hold at every door, checks the stamp, writes with Wagtail's actions, and
leaves the lines in Wagtail's history. Audit log and search hear of it by the signals that the writing sends
(`writing.audit`, `writing.indexing`); Wagtail's admin, which writes by itself, goes through the same ones.

What may happen instead, everywhere:

- `PermissionDenied`: the actor may not do that. Who may not even see the page gets `Http404` from the view.
- `Stale` (`writing.stamps`): somebody else saved since; it carries the newer version and its stamp.
- `Locked`, `Refused`: nobody may do that now; the message is a sentence for people, shown by the middleware.
- `NotConfirmed` (`access.consequence.confirmation`): more people could read it then; the middleware asks.
- `ValidationError`: what was entered is wrong or missing. A draft needs a title, and what its columns demand.

`actor=None` is the installation itself: it is asked for no right, and by no lock. `stamp=None` is for whoever has just
read the page in the same transaction.

    page = draft_of(page)                      # with what contributors wrote last
    page.title = "Neuer Titel"
    page = save_draft(page, actor=person, stamp=request.POST["stamp"])
    page = publish_draft(page, actor=person, stamp=stamp_of(page))
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.edit_page import EditPageAction
from wagtail.log_actions import LogContext, log
from wagtail.models import Revision
from wagtail.signals import page_published

from access.audience import sees_all_of
from access.consequence.confirmation import Refused, one_question
from access.handling import Classification, check_classification
from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.context import current_actor
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.models import BinnedPage
from knowledge.writing.stamps import check_stamp, stamp_of

__all__ = [
    "Locked", "autosave", "check_state", "create_page", "create_published_page", "draft_of", "mildest_mark",
    "one_deed", "publish", "publish_draft", "refuse_binned", "restore_version", "save_draft", "stamp_of", "unpublish",
]  # fmt: skip

AnyPage = TypeVar("AnyPage", bound=KnowledgePage)

SITTING = dt.timedelta(minutes=30)
"""For so long after the last save `autosave` goes on overwriting the writer's own version."""

# What belongs to the page as a whole and not to one version of it.
_OF_THE_PAGE = (
    "path", "depth", "numchild", "url_path", "space_id", "owner_id", "live", "has_unpublished_changes", "expired",
    "draft_title", "locked", "locked_at", "locked_by_id", "latest_revision_id", "latest_revision_created_at",
    "first_published_at", "last_published_at", "live_revision_id", "alias_of_id",
)  # fmt: skip


class Locked(Refused):
    """The page is locked, for everybody or by somebody else; nothing was written."""

    def __init__(self, page: KnowledgePage) -> None:
        super().__init__(
            _("“%(page)s” is locked and can't be changed. Nothing was saved.")
            % {"page": page.draft_title or page.title}
        )


def draft_of(page: AnyPage) -> AnyPage:
    """Return the page as its latest draft has it, anew: to be changed and given to `save_draft` or `publish`."""
    row = _reloaded(page)
    latest = row.latest_revision if row.has_unpublished_changes else None
    # Wagtail's `get_latest_revision_as_object` would read the row once more.
    return row.specific if latest is None else cast(AnyPage, row.with_content_json(latest.content))


def create_page(page: AnyPage, *, below: KnowledgePage, actor: User | None) -> AnyPage:
    """Put a new page into the tree, as a draft.

    Args:
        page: The page, not saved yet; a title is enough, the address follows from it.
        below: Where it lies.
        actor: Who creates it, and owns it from then on: authors may edit what they created.

    Raises:
        PermissionDenied: If the actor may not write there.
        Refused: If such a page can't lie there.
        ValidationError: If the title is missing, or the handling too mild for the actor to choose.
    """
    with one_deed(actor):
        _check_new(page, below, actor, Action.ADD)
        page.live, page.has_unpublished_changes = False, True
        below.add_child(instance=page)
        page.save_revision(user=actor, clean=False, log_action=True)
    return page


def create_published_page(page: AnyPage, *, below: KnowledgePage, actor: User | None) -> AnyPage:
    """Put a new page into the tree and publish it.

    Takes half as long as `create_page` and `publish`, and leaves the same rows.

    Args:
        page: The page, not saved yet, complete.
        below: Where it lies.
        actor: Who creates it, and owns it from then on.

    Raises:
        PermissionDenied: If the actor may not publish there.
        Refused: If such a page can't lie there.
        NotConfirmed: If more people than those of the space could read it, and that wasn't confirmed.
        ValidationError: If something is missing or wrong, or the handling too mild for the actor to choose.
    """
    with one_deed(actor):
        _check_new(page, below, actor, Action.PUBLISH)
        page.live, page.has_unpublished_changes = True, False
        page.first_published_at = page.last_published_at = timezone.now()
        below.add_child(instance=page)
        revision = page.save_revision(user=actor, changed=False, clean=False)
        KnowledgePage.objects.filter(pk=page.pk).update(live_revision=revision)
        page.live_revision = revision
        log(instance=page, action="wagtail.publish", user=actor, revision=revision)
        page_published.send(sender=type(page), instance=page, revision=revision)
    return page


def save_draft(page: AnyPage, *, actor: User | None, stamp: str | None) -> AnyPage:
    """Keep the changes of a page as a new draft; what is published stays as it is.

    Args:
        page: The page with its changes, made from the version that `stamp` names.
        actor: Who changed it.
        stamp: Of the version that the writer began from (`stamp_of`).

    Raises:
        PermissionDenied, Stale, Locked, Refused, ValidationError: See the head of this module.
    """
    with one_deed(actor):
        _check_change(page, actor, Action.EDIT, stamp)
        EditPageAction(page, user=actor, clean=False).execute(skip_permission_checks=True)
    return page


def autosave(page: AnyPage, *, actor: User, stamp: str) -> AnyPage:
    """Keep what is being typed; within one sitting the writer's own version is overwritten, without a line each.

    Args:
        page: The page with its changes, made from the version that `stamp` names.
        actor: Who is writing.
        stamp: Of the version that the writer began from (`stamp_of`).

    Raises:
        PermissionDenied, Stale, Locked, Refused, ValidationError: See the head of this module.
    """
    with one_deed(actor):
        _check_change(page, actor, Action.EDIT, stamp)
        own = _own_open_version(page, actor)
        EditPageAction(
            page,
            user=actor,
            clean=False,
            overwrite_revision=own,
            log_action=None if own else "wagtail.edit",
        ).execute(skip_permission_checks=True)
    return page


def publish(page: AnyPage, *, actor: User | None, stamp: str | None) -> AnyPage:
    """Keep the changes of a page and publish them; return it as it is published.

    What the actor wrote in the same sitting and this are one version.

    Args:
        page: The page with its changes, made from the version that `stamp` names.
        actor: Who publishes.
        stamp: Of the version that the writer began from (`stamp_of`).

    Raises:
        PermissionDenied, Stale, Locked, Refused, NotConfirmed, ValidationError: See the head of this module.
    """
    with one_deed(actor):
        _check_change(page, actor, Action.PUBLISH, stamp)
        page.full_clean()
        EditPageAction(
            page,
            user=actor,
            publish=True,
            clean=False,  # done; Wagtail would twice before it writes
            overwrite_revision=_own_open_version(page, actor),
        ).execute(skip_permission_checks=True)
        return _reloaded(page)


def publish_draft(page: AnyPage, *, actor: User | None, stamp: str | None) -> AnyPage:
    """Publish the latest draft as it is; return the page as it is published.

    Args:
        page: The page; only its number counts.
        actor: Who publishes.
        stamp: Of the version that the actor saw and means to publish.

    Raises:
        PermissionDenied, Stale, Locked, Refused, NotConfirmed, ValidationError: See the head of this module.
    """
    with one_deed(actor):
        check_state(page, actor, Action.PUBLISH, stamp)
        draft = draft_of(page)
        draft.full_clean()
        if page.latest_revision is None:  # never more than put into the tree
            return publish(draft, actor=actor, stamp=None)
        page.latest_revision.publish(user=actor, skip_permission_checks=True)
        return _reloaded(page)


def unpublish(page: AnyPage, *, actor: User | None) -> AnyPage:
    """Take a page back from publication; its latest version stays as a draft.

    Raises:
        PermissionDenied, Locked: See the head of this module.
    """
    with one_deed(actor):
        check_state(page, actor, Action.PUBLISH, None)
        if page.live:
            page.unpublish(user=actor)
    return page


def restore_version(page: AnyPage, *, revision: int, actor: User, stamp: str | None) -> AnyPage:
    """Make an earlier version the latest draft; what is published stays, and so does the stricter handling.

    Args:
        page: The page; only its number counts.
        revision: Primary key of the version.
        actor: Who restores it.
        stamp: Of the version that the actor saw as the latest.

    Raises:
        PermissionDenied, Stale, Locked, Refused, ValidationError: See the head of this module.
    """
    with one_deed(actor):
        found = Revision.page_revisions.filter(pk=revision, object_id=str(page.pk)).first()
        if found is None:
            raise Refused(_("This version doesn't exist any more. Nothing was changed."))
        if not sees_all_of(actor, page.pk):  # what this person doesn't see would come back or go
            raise Refused(
                _(
                    "Parts of this page are for some organisations only, and not for yours. Somebody of them has to "
                    "restore the version. Nothing was changed."
                )
            )
        restored = cast(AnyPage, found.as_object())
        marks = (Classification(restored.classification), mildest_mark(page))
        restored.classification = max(marks, key=lambda mark: mark.strictness).value
        restored.slug = page.slug  # the address is the page's, whatever was written there then
        _check_change(restored, actor, Action.EDIT, stamp)
        EditPageAction(restored, user=actor, clean=False, previous_revision=found).execute(
            skip_permission_checks=True
        )
        record("page.restored", actor=actor, obj=page)
    return restored


def mildest_mark(page: KnowledgePage) -> Classification:
    """Return how a page is handled, published or in its latest draft, whichever is milder.

    What somebody chooses is measured against it: a steward may have lowered the draft, and what was never published
    bound nobody.
    """
    known = KnowledgePage.objects.filter(pk=page.pk).values_list(
        "classification", "latest_revision__content__classification"
    )
    return min(
        (Classification(mark) for mark in known.get() if mark), key=lambda mark: mark.strictness
    )


@contextmanager
def one_deed(actor: User | None) -> Iterator[None]:
    """Do all of it or nothing, as one deed of the actor with one consequence and one group of lines in the history."""
    with one_question(actor), LogContext(user=actor or current_actor()):
        yield


def _check_new(page: Any, below: KnowledgePage, actor: User | None, action: Action) -> None:
    _take_row(below, actor, action)
    if type(page) not in below.specific_class.allowed_subpage_models():
        raise Refused(
            _("“%(kind)s” can't be created below “%(page)s”.")
            % {"kind": page._meta.verbose_name, "page": below.get_admin_display_title()}
        )
    page.owner = page.owner or actor
    if actor is not None:
        check_classification(actor, below, Classification(page.classification), before=None)
    _check_columns(page)


def _check_change(page: Any, actor: User | None, action: Action, stamp: str | None) -> None:
    check_state(page, actor, action, stamp)
    if actor is not None:
        chosen = Classification(page.classification)
        check_classification(actor, page, chosen, before=mildest_mark(page))
    _check_columns(page)


def _check_columns(page: Any) -> None:
    """Refuse a draft without what the database can't do without, such as a contact's organisation."""
    columns = [one for one in page._meta.local_concrete_fields if not (one.null or one.primary_key)]
    missing = [one for one in columns if getattr(page, one.attname) is None]
    if missing:
        raise ValidationError({one.name: one.error_messages["blank"] for one in missing})


def check_state(page: Any, actor: User | None, action: Action, stamp: str | None) -> None:
    """Lock the page's row, and ask whether this version of it may be changed by the actor, and by anybody."""
    _take_row(page, actor, action)
    if page.alias_of_id is not None:
        raise Refused(_("This page is an alias: it shows another page. Change that one instead."))
    lock = page.get_lock() if actor is not None else None
    if lock is not None and lock.for_user(actor):
        raise Locked(page)
    check_stamp(page, stamp)


def _take_row(page: Any, actor: User | None, action: Action) -> None:
    """Lock the page's row, take over what is true of the page by now, and ask for the right."""
    row = KnowledgePage.objects.select_for_update().filter(pk=page.pk).first()
    if row is None:
        raise Refused(_("This page doesn't exist any more. Nothing was saved."))
    for name in _OF_THE_PAGE:
        setattr(page, name, getattr(row, name))
    if actor is not None and not can(actor, action, row):
        raise PermissionDenied
    refuse_binned(row)


def refuse_binned(page: KnowledgePage) -> None:
    """Refuse what changes a page that lies in the bin.

    Raises:
        Refused: If it does.
    """
    if BinnedPage.objects.filter(page=page.pk).exists():
        raise Refused(
            _(
                "“%(page)s” is in the bin. Nothing was saved; restore the page first, or copy what you wrote."
            )
            % {"page": page.draft_title or page.title}
        )


def _own_open_version(page: KnowledgePage, actor: User | None) -> Revision | None:
    """Return the version that the actor is still writing; None if a new one has to begin."""
    latest = page.latest_revision
    is_open = (
        latest is not None
        and latest.user_id == (actor and actor.pk)
        and latest.pk != page.live_revision_id
        and latest.approved_go_live_at is None
        and timezone.now() - latest.created_at < SITTING
        and not latest.task_states.exists()  # handed in: whoever decides must get what was handed in
    )
    return latest if is_open else None


def _reloaded(page: AnyPage) -> AnyPage:
    return cast(AnyPage, type(page)._default_manager.get(pk=page.pk))

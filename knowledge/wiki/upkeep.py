"""Keep pages right: who looks at them and until when, that somebody did, and that a reader has doubts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.rights import Person, can
from access.roles import Action
from access.tree import SPACE_ROOT_DEPTH
from accounts.models import User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.corrections import services as corrections
from knowledge.corrections.models import Hint
from knowledge.corrections.selectors import doubts_on
from knowledge.wiki.models import Upkeep
from knowledge.writing.amending import amend
from knowledge.writing.services import check_state, one_deed
from notices.services import notify, withdraw

OUTDATED = "wiki.outdated"


def upkeep_of(page: KnowledgePage) -> Upkeep:
    """Return who keeps a page, or an unsaved answer that nobody does."""
    found = Upkeep.objects.filter(page=page.pk).select_related("keeper", "checked_by").first()
    return found or Upkeep(page=page)


def may_plan(user: Person, page: KnowledgePage) -> bool:
    """Tell whether the person may say who looks at a page and until when: what is published, publishers alone."""
    needed = Action.PUBLISH if page.live else Action.EDIT
    return page.depth >= SPACE_ROOT_DEPTH and can(user, needed, page)


def may_check(user: Person, page: KnowledgePage, upkeep: Upkeep) -> bool:
    """Tell whether the person may say that a page is still right: its keeper, too."""
    is_keeper = user.pk is not None and upkeep.keeper_id == user.pk
    return may_plan(user, page) or (is_keeper and can(user, Action.READ_DRAFT, page))


def plan(
    page: KnowledgePage, *, review_by: dt.date | None, keeper: User | None, rhythm: int, actor: User
) -> None:
    """Say until when a page is to be looked at, by whom, and how often from then on; it counts at once.

    Args:
        page: The page.
        review_by: The day; None for never.
        keeper: Who may read its drafts; None for whoever publishes in the space.
        rhythm: Days from one check to the next (`Upkeep.Rhythm`).
        actor: Who says it.

    Raises:
        ValidationError: If the keeper may not read its drafts.
        PermissionDenied, Locked, Refused: See `knowledge.writing.services`.
    """
    with one_deed(actor):
        check_state(page, actor, Action.EDIT, None)
        if not may_plan(actor, page):
            raise PermissionDenied
        if keeper is not None and not can(keeper, Action.READ_DRAFT, page):
            raise ValidationError(
                _(
                    "%(person)s doesn't write in this space. Choose somebody else. Nothing was saved."
                )
                % {"person": keeper}
            )
        _set_day(page, review_by)
        kept = {"keeper": keeper, "rhythm": rhythm}
        Upkeep.objects.update_or_create(page_id=page.pk, defaults=kept)
        record("page.review_planned", actor=actor, obj=page)


def check(page: KnowledgePage, *, actor: User) -> None:
    """Say that a page is right; it is due again after its rhythm, and doubts of readers are settled.

    Doubts are settled where the actor publishes; a keeper who doesn't leaves them to whoever does.

    Raises:
        PermissionDenied: If the actor is neither its keeper nor may plan its upkeep.
    """
    with transaction.atomic():
        if not may_check(actor, page, upkeep_of(page)):
            raise PermissionDenied
        Upkeep.objects.get_or_create(page_id=page.pk)
        kept = Upkeep.objects.select_for_update().get(page=page.pk)
        today = timezone.localdate()
        _set_day(page, today + dt.timedelta(days=kept.rhythm) if kept.rhythm else None)
        kept.checked_on, kept.checked_by = today, actor
        kept.save()
        record("page.reviewed", actor=actor, obj=page)
        if can(actor, Action.PUBLISH, page):
            for hint in doubts_on(page):
                corrections.settle(hint, actor=actor, answer=_("The page was checked."))
                withdraw(OUTDATED, key=f"hint:{hint.pk}")


def _set_day(page: KnowledgePage, day: dt.date | None) -> None:
    # unscoped: the page that the actor was asked for
    amend(KnowledgePage.objects.filter(pk=page.pk), {"review_by": day})


def doubt(page: KnowledgePage, *, actor: User, text: str) -> Hint:
    """Say as a reader that a page seems to be out of date; its keeper and whoever publishes there are told.

    Args:
        page: The page.
        actor: Who may read it.
        text: What isn't right any more; may be empty. Who says it once more, says more of it.

    Raises:
        PermissionDenied, Refused: See `knowledge.corrections.services`.
    """
    with transaction.atomic():
        hint = corrections.doubt(page, actor=actor, text=text)
        keeper: Any = upkeep_of(page).keeper
        if keeper is not None and keeper != actor and not can(keeper, Action.PUBLISH, page):
            notify([keeper], OUTDATED, key=f"hint:{hint.pk}", details={"hint": hint.pk})
        return hint

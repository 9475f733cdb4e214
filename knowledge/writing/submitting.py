"""From a draft to readers: contributors hand in, publishers comment, return with a reason or publish.

The states are those of Wagtail's workflow (`WorkflowState`, `TaskState`) with one task of ours, which asks `access`
(`models.ReviewTask`). Wagtail's admin doesn't show them (`WAGTAIL_WORKFLOW_ENABLED` is off: its doors ask its own
permissions); whoever publishes there, or anywhere else, ends the review all the same (`published`).
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail.models import TaskState, Workflow, WorkflowState, WorkflowTask
from wagtail.signals import page_published

from access.consequence.confirmation import Refused
from access.rights import Person
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from audit.context import current_actor
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.writing.models import OneStep, Remark, ReviewTask
from knowledge.writing.services import check_state, one_deed, publish_draft
from notices.services import notify, withdraw

HANDED_IN = "editing.handed_in"
RETURNED = "writing.returned"
PUBLISHED = "writing.published"
REMARKED = "writing.remarked"


def review_of(page: KnowledgePage) -> WorkflowState | None:
    """Return the review of a page that was handed in, or returned and not handed in again; None if there is none."""
    open_ones = WorkflowState.objects.active().for_instance(page)
    return open_ones.select_related("current_task_state", "requested_by").first()


def is_waiting(state: WorkflowState | None) -> bool:
    """Tell whether somebody has to decide; otherwise it was returned."""
    return state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS


def last_reason(state: WorkflowState) -> str:
    """Return why the draft was returned, in the words of whoever did; empty if it waits or nothing was said."""
    if is_waiting(state):
        return ""
    returned = Remark.objects.filter(state=state, verdict=Remark.Verdict.RETURNED)
    return returned.values_list("text", flat=True).last() or ""


def is_in_review(*, returned: bool = False) -> Exists:
    """Return the condition that a page (the row) waits for a decision; or that it was returned."""
    status = WorkflowState.STATUS_NEEDS_CHANGES if returned else WorkflowState.STATUS_IN_PROGRESS
    return Exists(
        WorkflowState.objects.filter(status=status, object_id=Cast(OuterRef("pk"), CharField()))
    )


def hand_in(page: KnowledgePage, *, actor: User, stamp: str) -> int:
    """Hand a draft in for publication, once more if it was changed since; return how many were told.

    Args:
        page: The page.
        actor: Who hands it in; may edit it.
        stamp: Of the version that the actor has seen.

    Raises:
        PermissionDenied, Stale, Locked, Refused: See `knowledge.writing.services`.
    """
    with one_deed(actor):
        check_state(page, actor, Action.EDIT, stamp)
        if page.space is None or page.latest_revision is None or not page.has_unpublished_changes:
            raise Refused(_("Everything that is written here is published already."))
        start_review(page, actor, step=ReviewTask)
        record("page.handed_in", actor=actor, obj=page)
        people = responsible_for(page.space, Action.PUBLISH).exclude(pk=actor.pk)
        withdraw(RETURNED, key=_key(page))
        return notify(people, HANDED_IN, key=_key(page), details=_details(page, actor))


def start_review(page: KnowledgePage, actor: User, *, step: type[OneStep]) -> None:
    """Begin the review of a draft, or go on with it, once more if it was changed since.

    Args:
        page: The page.
        actor: Who hands it in, and hears what is decided.
        step: Who decides; the first draft makes the workflow of this one step.
    """
    state = review_of(page)
    if state is None:
        _workflow(step).start(page.specific, actor)
        return
    if state.requested_by_id != actor.pk:
        state.requested_by = actor
        state.save()
    if not is_waiting(state):
        state.resume(user=actor)
    elif state.current_task_state.revision_id != page.latest_revision_id:
        state.current_task_state.cancel(user=actor, resume=True)


def _workflow(step: Any) -> Workflow:
    name = step.workflow_name
    workflow, is_new = Workflow.objects.get_or_create(name=name)
    if is_new:
        WorkflowTask.objects.create(workflow=workflow, task=step.objects.create(name=name))
    return workflow


def step_of(state: WorkflowState) -> Any:
    """Return the step at which a review stands: it says who decides, and where."""
    return state.current_task_state.task.specific


def may_decide(user: Person, state: WorkflowState, page: KnowledgePage) -> bool:
    """Tell whether `user` publishes or returns what is handed in."""
    return bool(step_of(state).get_actions(page, user))


def send_back(page: KnowledgePage, *, actor: User, reason: str, stamp: str) -> None:
    """Return a draft to whoever handed it in, who is told the reason.

    Raises:
        ValidationError: If no reason is given.
        PermissionDenied, Stale, Locked, Refused: See `knowledge.writing.services`.
    """
    with one_deed(actor):
        check_state(page, actor, Action.PUBLISH, stamp)
        state = _waiting(page, actor)
        if not reason.strip():
            raise ValidationError(
                _("Please say why you return the draft. Nothing was changed; it still waits.")
            )
        Remark.objects.create(
            state=state, author=actor, text=reason, verdict=Remark.Verdict.RETURNED
        )
        # Wagtail's history, which publishers read in the admin, gets the step, not the words.
        state.current_task_state.reject(user=actor)
        record("page.sent_back", actor=actor, obj=page)
        withdraw(HANDED_IN, key=_key(page))
        _tell(state, RETURNED, page, actor)


def remark(page: KnowledgePage, *, actor: User, text: str) -> None:
    """Say something of a draft that was handed in or returned: its writer, or whoever decides; the others are told.

    Raises:
        ValidationError: If nothing is said.
        PermissionDenied: If the actor may not edit the page.
        Refused: If it isn't handed in.
    """
    with one_deed(actor):
        check_state(page, actor, Action.EDIT, None)
        state = _open(page)
        if not text.strip():
            raise ValidationError(_("Please write what you want to say. Nothing was changed."))
        Remark.objects.create(state=state, author=actor, text=text)
        if state.requested_by_id != actor.pk:
            _tell(state, REMARKED, page, actor)
        elif page.space is not None:
            deciding = responsible_for(page.space, Action.PUBLISH).exclude(pk=actor.pk)
            notify(deciding, REMARKED, key=_key(page), details=_details(page, actor))


def take_back(page: KnowledgePage, *, actor: User) -> None:
    """End the review without a decision: its writer goes on writing, or the page goes into the bin.

    Raises:
        PermissionDenied: If the actor may not edit the page.
        Refused: If it isn't handed in.
    """
    with one_deed(actor):
        check_state(page, actor, Action.EDIT, None)
        _open(page).cancel(user=actor)
        record("page.taken_back", actor=actor, obj=page)
        withdraw(HANDED_IN, key=_key(page))


def publish_handed_in(page: Any, *, actor: User, stamp: str, text: str = "") -> Any:
    """Publish a draft that was handed in, with a word to its writer.

    Args:
        page: The page.
        actor: Who publishes.
        stamp: Of the version that the actor has read and compared.
        text: What is said with it.

    Raises:
        PermissionDenied, Stale, Locked, Refused, NotConfirmed, ValidationError: See `knowledge.writing.services`.
    """
    with one_deed(actor):
        check_state(page, actor, Action.PUBLISH, stamp)
        state = _waiting(page, actor)
        Remark.objects.create(
            state=state, author=actor, text=text, verdict=Remark.Verdict.PUBLISHED
        )
        return publish_draft(page, actor=actor, stamp=stamp)


def published(sender: type, instance: KnowledgePage, **kwargs: Any) -> None:
    """End the review of a page that was published, by whichever door, and tell whoever handed it in."""
    state = review_of(instance)
    if state is None:
        return
    actor = current_actor()
    task = state.current_task_state
    if task is not None and task.status == TaskState.STATUS_IN_PROGRESS:
        task.approve(user=actor, update=False)
    state.status = WorkflowState.STATUS_APPROVED
    state.save()
    withdraw(HANDED_IN, key=_key(instance))
    withdraw(RETURNED, key=_key(instance))
    if actor is not None:
        _tell(state, PUBLISHED, instance, actor)


def _tell(state: WorkflowState, kind: str, page: KnowledgePage, actor: User) -> None:
    writer = state.requested_by
    if writer is not None and writer.pk != actor.pk:
        notify([writer], kind, key=_key(page), details=_details(page, actor))


def _open(page: KnowledgePage) -> WorkflowState:
    state = review_of(page)
    if state is None:
        raise Refused(
            _(
                "“%(page)s” isn't handed in any more: somebody published it or took it back. Nothing was changed."
            )
            % {"page": page.draft_title or page.title}
        )
    return state


def _waiting(page: KnowledgePage, actor: User) -> WorkflowState:
    state = _open(page)
    if not may_decide(actor, state, page):
        raise PermissionDenied
    if not is_waiting(state):
        raise Refused(
            _("“%(page)s” was returned by somebody else meanwhile. Nothing was changed.")
            % {"page": page.draft_title or page.title}
        )
    return state


def _key(page: KnowledgePage) -> str:
    return f"page:{page.pk}"


def _details(page: KnowledgePage, actor: User) -> dict[str, int]:
    return {"page": page.pk, "by": actor.pk}


def connect() -> None:
    """Connect the receiver; called once, when the apps are ready."""
    page_published.connect(published, dispatch_uid="review_ends_with_publishing")

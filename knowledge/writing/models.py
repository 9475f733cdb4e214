"""The way from a draft to readers: who decides, and what was said on the way. The states themselves are Wagtail's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, Task, TaskState, WorkflowState

from access.rights import can, spaces_where
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from web.menu import Link


def waiting_in_spaces_of(user: Any) -> Any:
    """Return the steps that wait in the spaces in which `user` publishes, each with the number of its page."""
    pages = KnowledgePage.objects.filter(space__in=spaces_where(user, Action.PUBLISH))
    waiting = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS)
    waiting = waiting.annotate(page_id=Cast("workflow_state__object_id", BigIntegerField()))
    return waiting.filter(page_id__in=pages.values("pk"))


class OneStep:
    """The one step of a workflow of ours, which asks `access`; Wagtail's steps ask Django's groups."""

    workflow_name: ClassVar[str]  # in Wagtail's tables only

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        """Tell whether the person may write the page."""
        return can(user, Action.EDIT, obj)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        """Return what waits for the person's decision."""
        return waiting_in_spaces_of(user).filter(task=self)

    def door(self, page: Any) -> Link | None:
        """Return where the decision is taken; None if it is beside the comparison of the versions."""
        return None


class ReviewTask(OneStep, Task):
    """Whoever may publish in the page's space decides."""

    workflow_name = "Veröffentlichung"

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        """Return what the person may decide: (name, label, whether something has to be said with it)."""
        if not can(user, Action.PUBLISH, obj):
            return []
        return [("approve", _("Publish"), False), ("reject", _("Return with a reason"), True)]

    class Meta:
        verbose_name = _("review by publishers of the space")
        verbose_name_plural = _("reviews by publishers of the space")


class Remark(models.Model):
    """What somebody said of a draft that was handed in."""

    class Verdict(models.TextChoices):
        """What was decided with it."""

        NONE = "none", _("Comment")
        RETURNED = "returned", _("Returned")
        PUBLISHED = "published", _("Published")

    state = models.ForeignKey(
        WorkflowState, on_delete=models.CASCADE, related_name="+", verbose_name=_("handed-in draft")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("author"),
    )
    verdict = models.CharField(
        _("decision"), max_length=10, choices=Verdict.choices, default=Verdict.NONE
    )
    text = models.TextField(_("text"), blank=True, max_length=4000)
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        verbose_name = _("remark on a draft")
        verbose_name_plural = _("remarks on drafts")
        ordering: ClassVar = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} ({self.written_at:%Y-%m-%d})"


class BinnedPage(models.Model):
    """A page that was put into the bin: it stays where it is in the tree, as a draft that nobody can change."""

    page = models.OneToOneField(
        KnowledgePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page")
    )
    top = models.ForeignKey(
        KnowledgePage,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("page that was deleted"),
        help_text=_("The page itself, or the one above with which it was deleted."),
    )
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("deleted by"),
    )
    deleted_at = models.DateTimeField(_("deleted at"), default=timezone.now, db_index=True)
    was_live = models.BooleanField(_("was published"))
    live_revision = models.ForeignKey(
        Revision,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("version that was published"),
    )
    slug = models.CharField(_("short name in addresses"), max_length=255)

    class Meta:
        verbose_name = _("page in the bin")
        verbose_name_plural = _("pages in the bin")

    def __str__(self) -> str:
        return f"{self.page_id} ({self.deleted_at:%Y-%m-%d})"


class ChangeNote(models.Model):
    """What changed with a published version, in the words of whoever published it, for all readers of the page."""

    LONGEST = 200

    revision = models.OneToOneField(
        Revision, on_delete=models.CASCADE, related_name="+", verbose_name=_("version")
    )
    text = models.CharField(_("what changed"), max_length=LONGEST)

    class Meta:
        verbose_name = _("note on a change")
        verbose_name_plural = _("notes on changes")

    def __str__(self) -> str:
        return self.text

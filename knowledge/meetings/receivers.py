"""Whatever door minutes are published, taken back or deleted by: what follows from it, follows."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_delete, pre_save
from django.utils.translation import gettext as _
from wagtail.signals import page_published, page_unpublished

from access.consequence.confirmation import Refused
from audit.context import current_actor
from knowledge.groups.models import MinutesPage
from knowledge.meetings.circulating.circulation import page_goes_out
from knowledge.meetings.findable import note_page
from knowledge.meetings.models import Decision, Meeting, State
from knowledge.meetings.planning.invitations import note_change
from knowledge.writing.models import BinnedPage


def published(sender: type, instance: Any, **kwargs: Any) -> None:
    """Let decisions, tasks and calendar entries follow; refuse approved minutes."""
    if isinstance(instance, MinutesPage):
        page_goes_out(instance, actor=current_actor())
        note_page(instance.pk)
        meeting = Meeting.objects.filter(page=instance.pk, state=State.PLANNED).first()
        if meeting is not None and meeting.invited_at is not None:
            note_change(meeting, instance)


def unpublished(sender: type, instance: Any, **kwargs: Any) -> None:
    """Refuse to take back what is approved."""
    if (
        isinstance(instance, MinutesPage)
        and Meeting.objects.filter(page=instance.pk, state=State.APPROVED).exists()
    ):
        raise Refused(_("These minutes are approved and locked. Nothing was changed."))


def page_goes(sender: type, instance: Any, **kwargs: Any) -> None:
    """Refuse to delete minutes with decisions: their numbers are cited. Samples go as they came."""
    if not instance.is_sample:
        _refuse_cited(instance.pk)


def page_is_binned(sender: type, instance: Any, **kwargs: Any) -> None:
    """Refuse to put minutes with decisions into the bin: out of it they couldn't be deleted."""
    if instance._state.adding and not instance.page.is_sample:
        _refuse_cited(instance.page_id)


def _refuse_cited(pk: int) -> None:
    numbers = list(
        Decision.objects.filter(page=pk).order_by("running").values_list("number", flat=True)
    )
    if numbers:
        raise Refused(
            _("Minutes with decisions can't be deleted, others cite them: %(numbers)s.")
            % {"numbers": ", ".join(numbers[:10])}
        )


def connect() -> None:
    """Connect the receivers; called once, when the app is ready."""
    page_published.connect(published, dispatch_uid="meetings_published")
    page_unpublished.connect(unpublished, dispatch_uid="meetings_unpublished")
    pre_delete.connect(page_goes, sender=MinutesPage, dispatch_uid="meetings_page_goes")
    pre_save.connect(page_is_binned, sender=BinnedPage, dispatch_uid="meetings_page_is_binned")

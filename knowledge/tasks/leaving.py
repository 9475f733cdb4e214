"""Tasks of somebody who leaves go to the organisation; samples vanish with their page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models.signals import pre_delete
from django.utils.translation import ngettext

from accounts.leaving import Part
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.tasks.models import Task
from knowledge.tasks.services import give_back


def _consequences(person: User) -> Iterable[str]:
    count = Task.objects.still_open().filter(person=person).count()
    if count:
        yield ngettext(
            "%(count)d open task goes to the organisation, whose people and whose group are told. To give it to "
            "somebody in particular, let it be handed over first.",
            "%(count)d open tasks go to the organisation, whose people and whose groups are told. To give them to "
            "somebody in particular, let them be handed over first.",
            count,
        ) % {"count": count}


def _leave(person: User, *, actor: User | None, reason: str) -> None:
    give_back(person, actor=actor)


OWN_PART = Part("tasks", consequences=_consequences, leave=_leave)


def page_goes(sender: type, instance: Any, **kwargs: Any) -> None:
    """Remove the tasks of a sample; those of other pages stay, without where they were agreed."""
    if isinstance(instance, KnowledgePage) and instance.is_sample:
        Task.objects.filter(origin=instance.pk).delete()


def connect() -> None:
    """Connect the receiver; called once, when the app is ready."""
    pre_delete.connect(page_goes, dispatch_uid="tasks_page_goes")

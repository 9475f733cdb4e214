"""Tasks of a person, in what the platform holds on this person."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.tasks.models import Task, TaskNote


def _tasks(person: User) -> Iterable[Row]:
    for task in Task.objects.filter(person=person).select_related("space").order_by("pk"):
        yield {
            _("Task"): task.what,
            _("Group"): task.space.title,
            _("Due on"): task.due_on,
            _("State"): str(task.get_state_display()),
            _("Made at"): task.created_at,
        }
    # unscoped: what this person wrote, without what it was about
    for note in TaskNote.objects.filter(author=person).order_by("pk"):
        yield {_("Comment"): note.text, _("Written at"): note.written_at}


def register_section() -> None:
    """Register the section; called once, when the app is ready."""
    sections.register(
        Section(
            "tasks",
            gettext_lazy("My tasks"),
            collect=_tasks,
            remains=gettext_lazy("Tasks and comments stay, without the name."),
        )
    )

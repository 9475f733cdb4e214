"""Task lines of a text become tasks when the page is published, and keep their rows when it is corrected.

A line that names somebody and a day is one: "EDG: Laternen zählen bis 15.3.". Any other is only ticked off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.signals import page_published

from accounts.models import User
from audit.context import current_actor
from knowledge.groups.models import MinutesPage
from knowledge.pages.blocks import BodyBlock
from knowledge.pages.parts import PageMark
from knowledge.tasks.charging import Charged, Names, NotUnderstood
from knowledge.tasks.lines import Typed, taken_apart
from knowledge.tasks.models import Task
from knowledge.tasks.notices import tell_of_charge
from knowledge.tasks.services import Agreed, keep_agreed
from knowledge.text import lines_of_html
from web.panels import Panel, Place


@dataclass(frozen=True, slots=True)
class _Line:
    key: UUID
    text: str
    is_done: bool


def follow_text(page: Any, *, actor: User | None) -> None:
    """Make the tasks of a page equal to the lines of its text, and tell whoever is newly charged."""
    # unscoped: what the text made before, whoever may see it
    rows = {row.origin_key: row for row in Task.objects.filter(origin=page.pk).with_names()}
    lines = list(_lines(page))
    if not (rows or lines) or page.space is None:
        return
    names = Names.known_to(actor, page.space) if actor is not None else Names({})
    agreed = [one for line in lines if (one := _agreed(line, rows, names))]
    for task in keep_agreed(page, agreed, agreed_on=timezone.localdate(), actor=actor):
        if task.person_id is None or actor is None or task.person_id != actor.pk:
            tell_of_charge(task)


def _lines(page: Any) -> Iterator[_Line]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField) and isinstance(field.stream_block, BodyBlock):
            for block in getattr(page, field.name):
                if block.block_type == "tasks":
                    yield from (_line(one) for one in block.value.bound_blocks)


def _line(one: Any) -> _Line:
    text = " ".join(line for line, _is_heading in lines_of_html(one.value["text"].source))
    return _Line(_key(str(one.id)), text, bool(one.value["done"]))


def _key(stored: str) -> UUID:
    try:
        return UUID(stored)
    except ValueError:  # of a line that was doubled in the editor
        return uuid5(NAMESPACE_OID, stored)


def _agreed(line: _Line, rows: Mapping[Any, Task], names: Names) -> Agreed | None:
    row = rows.get(line.key)
    # "Bis Freitag" means the Friday after it was written, however often the page is corrected.
    agreed_on = (row and row.agreed_on) or timezone.localdate()
    typed = taken_apart(line.text, agreed_on)
    charged = _charged(typed, row, names)
    if charged is None or typed.due_on is None or not typed.what:
        return None
    return Agreed(
        key=line.key,
        what=typed.what,
        charged=charged,
        charged_as=typed.who,
        due_on=typed.due_on,
        agreed_on=agreed_on,
        is_done=line.is_done,
    )


def _charged(typed: Typed, row: Task | None, names: Names) -> Charged | None:
    if row is not None and row.charged_as == typed.who and (row.person or row.body):
        return row.person or row.body  # understood before, and may be with others now
    try:
        return names.meant_by(typed.who)
    except NotUnderstood:
        return None


def published(sender: type, instance: Any, **kwargs: Any) -> None:
    """Let tasks follow the text, whatever door it was published by; minutes see to theirs."""
    if not isinstance(instance, MinutesPage) and instance.alias_of_id is None:
        revision = kwargs.get("revision")
        follow_text(instance, actor=current_actor() or (revision and revision.user))


def connect() -> None:
    """Connect the receiver; called once, when the app is ready."""
    page_published.connect(published, dispatch_uid="tasks_published")


# --- below the text -------------------------------------------------------------------------------
def _has_tasks() -> Exists:
    # unscoped: only whether to ask; `_on_page` shows what the reader may see
    return Exists(Task.objects.filter(origin=OuterRef("pk")))


def _on_page(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if isinstance(page, MinutesPage) or not getattr(page, HAS_TASKS.name, False):
        return None
    found = Task.objects.visible_to(request.user).filter(origin=page.pk).by_urgency().with_names()
    tasks = [task for task in found if task.state != "dropped"]
    return {"tasks": tasks} if tasks else None


HAS_TASKS = PageMark(name="has_tasks", condition=_has_tasks)
ON_PAGE = Panel(
    name="tasks.of_page",
    template="tasks/_of_page.html",
    place=Place.MAIN,
    order=25,
    context=_on_page,
)

"""Where a decision leads beside its minutes; and from a task to the decision with which it was agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import pgettext_lazy

from access.rights import Person
from knowledge.meetings.models import Decision
from knowledge.tasks.models import Task
from web.linked import Linked, LinkSource
from web.menu import Link
from web.registry import Registry

decision_links: Registry[LinkSource] = Registry(
    "link of a decision", cure="register it with knowledge.meetings.links.decision_links.register"
)


def decisions_of_tasks(tasks: Sequence[Task], user: Person) -> dict[int, Decision]:
    """Return by task the decision with which it was agreed, as far as `user` may see it; one query."""
    lines = {one.pk: (one.origin_id, one.reference) for one in tasks if one.reference}
    if not lines:
        return {}
    seen = Decision.objects.visible_to(user).filter(
        page__in={page for page, _number in lines.values()},
        number__in={number for _page, number in lines.values()},
        withdrawn_at=None,
    )
    found = {(one.page_id, one.number): one for one in seen.select_related("space")}
    return {pk: found[line] for pk, line in lines.items() if line in found}


def _of_tasks(tasks: Sequence[Task], user: Person) -> Mapping[int, Sequence[Linked]]:
    label = pgettext_lazy("minutes", "Decision")
    return {
        pk: [Linked(label, [Link(one.number, one.url)])]
        for pk, one in decisions_of_tasks(tasks, user).items()
    }


OF_TASKS = LinkSource(name="meetings.decision", linked=_of_tasks)

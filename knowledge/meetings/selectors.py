"""What is shown of meetings, minutes and decisions, within the reader's rights."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from access.audience import audiences_of
from access.rights import Person, can, rights_of
from access.roles import Action
from accounts.models import Organisation, User
from knowledge.basepage.models import KnowledgePage
from knowledge.groups.models import GroupPage, MinutesIndexPage, MinutesPage
from knowledge.groups.selectors import known_by_name
from knowledge.meetings.agenda import DecisionLine, Item, hidden_items, items_of
from knowledge.meetings.models import Addendum, Decision, Invitation, Meeting, State, Topic
from knowledge.pages.kinds import kind_of
from knowledge.tasks.models import Task
from web.menu import Link
from web.panels import Panel, Place

MOST_OFFERED = 200  # measures and papers in a list to choose from
SHOWN = 5  # decisions, minutes and meetings in a panel


@dataclass(frozen=True, slots=True)
class ShownItem:
    """One item of the agenda with the rows that came of it."""

    item: Item
    decisions: Sequence[tuple[DecisionLine, str, str]]  # with number and address, once there are
    tasks: Sequence[dict[str, Any]]  # for components/task_summary.html
    from_meeting: Link | None = None
    to_meeting: Link | None = None
    about: Sequence[Link] = ()  # measures and papers that the reader may see


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The place of one or several items in a row that are narrowed to others than the reader."""

    first: int
    last: int

    @property
    def number(self) -> str:
        """Return the number of the item, or the first and the last one."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class Procedure:
    """How far minutes are, and what the reader may do about it."""

    meeting: Meeting | None
    may_write: bool
    may_publish: bool
    addenda: Sequence[Addendum] = ()
    invitation: Invitation | None = None  # the reader's own


def people_of(page: MinutesPage, user: Person) -> dict[str, Any]:
    """Return who took part; whoever is named leads to a page of this person, if `user` may know of it: two queries."""
    participants = list(page.participants.select_related("organisation"))
    names = [page.chair, page.keeper, *(one.name for one in participants)]
    known = known_by_name(names, user)
    return {
        "participants": [(one, known.get(one.name.strip(), one.name)) for one in participants],
        "chair": known.get(page.chair.strip(), page.chair),
        "keeper": known.get(page.keeper.strip(), page.keeper),
    }


def procedure_of(page: MinutesPage, user: Person) -> Procedure:
    """Return how far minutes are; one query for pages that were only filed."""
    meeting = (
        Meeting.objects.filter(page=page.pk)
        .select_related("approved_in__page", "approves__page")
        .first()
    )
    return Procedure(
        meeting=meeting,
        may_write=can(user, Action.EDIT, page),
        may_publish=can(user, Action.PUBLISH, page),
        addenda=list(page.addenda.select_related("author")) if meeting else (),
        invitation=_own_invitation(meeting, user),
    )


def _own_invitation(meeting: Meeting | None, user: Person) -> Invitation | None:
    if meeting is None or meeting.state != State.PLANNED or rights_of(user).is_view:
        return None
    return Invitation.objects.filter(meeting=meeting, person=user.pk).first()


def shown_items(
    page: MinutesPage, user: Person, meeting: Meeting | None
) -> list[ShownItem | LeftOut]:
    """Return the agenda as `user`, who may read the page, sees it; numbers stay, and one line stands for what doesn't.

    Four queries, one if the page was only filed. Whatever renders minutes for somebody asks here.
    """
    return _without(hidden_items(page, user), page, user, meeting)


def items_as_seen(
    page: MinutesPage, user: Person, organisation: Organisation
) -> list[ShownItem | LeftOut]:
    """Return the agenda as the people of an organisation see it, as far as `user` sees it."""
    items = items_of(page)
    audiences = audiences_of(one.key for one in items)
    others = {key for key, audience in audiences.items() if organisation.pk not in audience}
    return _without(hidden_items(page, user) | others, page, user, None)


def _without(
    hidden: Collection[UUID], page: MinutesPage, user: Person, meeting: Meeting | None
) -> list[ShownItem | LeftOut]:
    items = items_of(page)
    seen = [one for one in items if one.key not in hidden]
    return list(_with_gaps(items, hidden, iter(_shown_items(page, seen, user, meeting))))


def _with_gaps(
    items: Sequence[Item], hidden: Collection[UUID], shown: Iterator[ShownItem]
) -> Iterator[ShownItem | LeftOut]:
    for is_hidden, run in groupby(items, key=lambda one: one.key in hidden):
        numbers = [one.number for one in run]
        if is_hidden:
            yield LeftOut(numbers[0], numbers[-1])
        else:
            yield from islice(shown, len(numbers))


def _shown_items(
    page: MinutesPage, items: Sequence[Item], user: Person, meeting: Meeting | None
) -> list[ShownItem]:
    about = _about(items, user)
    if meeting is None or page.pk is None:
        return [_shown(item, {}, {}, {}, about) for item in items]
    # unscoped: whoever reads the minutes may see their decisions
    decided = Decision.objects.filter(page=page.pk).select_related("space")
    decisions = {one.key: one for one in decided}
    # unscoped: and their tasks
    agreed = Task.objects.filter(origin=page.pk).with_names()
    tasks = {one.origin_key: one for one in agreed}
    links = _links(page, user)
    return [_shown(item, decisions, tasks, links, about) for item in items]


def _about(items: Sequence[Item], user: Person) -> Mapping[int, Link]:
    """Return the measures and papers that items are about and `user` may see; no query where there are none."""
    wanted = {pk for item in items for pk in item.about}
    if not wanted:
        return {}
    found = KnowledgePage.objects.visible_to(user).filter(pk__in=wanted)
    return {page.pk: Link(_called(page), page.url or "") for page in found.specific()}


def _called(page: Any) -> str:
    """Return what people call a page: a measure with its number."""
    kind = kind_of(type(page))
    return kind.title(page) if kind else str(page)


def _shown(
    item: Item,
    decisions: Mapping[UUID, Decision],
    tasks: Mapping[Any, Task],
    links: Mapping[Any, Link],
    about: Mapping[int, Link],
) -> ShownItem:
    return ShownItem(
        item=item,
        decisions=[
            (line, row.number, row.url) if (row := decisions.get(line.key)) else (line, "", "")
            for line in item.decisions
        ],
        tasks=[
            {
                "what": line.what,
                "who": row.who if row else line.who,
                "due_on": line.due_on,
                "is_done": bool(row and row.is_done),
                "is_overdue": bool(row and row.is_overdue),
                "url": row.url if row else "",
            }
            for line in item.tasks
            for row in (tasks.get(line.key),)
        ],
        from_meeting=links.get(("from", item.key)),
        to_meeting=links.get(("to", item.key)),
        about=[about[pk] for pk in item.about if pk in about],
    )


def _links(page: MinutesPage, user: Person) -> dict[Any, Link]:
    """Return where postponed items came from and went to, as far as `user` may see those meetings."""
    # unscoped: both ends are asked for below
    topics = Topic.objects.filter(Q(came_from=page.pk) | Q(taken_by=page.pk)).select_related(
        "came_from", "taken_by"
    )
    found = {}
    for topic in topics:
        before, after = topic.came_from, topic.taken_by
        if before and after and topic.taken_by_id == page.pk and _is_seen(before, user):
            found["from", topic.taken_key] = Link(
                before.title, f"{before.url}#{topic.came_from_key}"
            )
        if before and after and topic.came_from_id == page.pk and _is_seen(after, user):
            found["to", topic.came_from_key] = Link(after.title, f"{after.url}#{topic.taken_key}")
    return found


def _is_seen(page: MinutesPage, user: Person) -> bool:
    return page.live and can(user, Action.READ, page)


# --- decisions ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Extract:
    """One decision with the head of its minutes and its item."""

    decision: Decision
    page: MinutesPage
    shown: ShownItem | None
    meeting: Meeting | None


def decisions_of(user: Person) -> Any:
    """Return the decisions that `user` may see, newest first, as a queryset."""
    return Decision.objects.visible_to(user).newest_first().select_related("space", "page")


def extract_of(user: Person, slug: str, year: int, running: int) -> Extract | None:
    """Return the decision under a number if `user` may see it."""
    decision = decisions_of(user).filter(space__slug=slug, year=year, running=running).first()
    if decision is None:
        return None
    page = decision.page
    meeting = Meeting.objects.filter(page=page.pk).first()  # unscoped: of a page that is visible
    items = shown_items(page, user, meeting)
    shown = next(
        (one for one in items if isinstance(one, ShownItem) and one.item.key == decision.item_key),
        None,
    )
    return Extract(decision, page, shown, meeting)


def people_at(extract: Extract, user: Person) -> dict[str, Any]:
    """Return what `people_of` does, without those who weren't there for the item of the decision."""
    found = people_of(extract.page, user)
    if extract.shown is not None:
        number = extract.shown.item.number
        found["participants"] = [
            (one, who)
            for one, who in found["participants"]
            if not one.is_present or one.was_there_for(number)
        ]
    return found


def pages_decided_about(user: Person) -> list[tuple[str, str]]:
    """Return the measures and papers of decisions that `user` may see, as far as `user` sees them, to choose from."""
    decided = Decision.objects.visible_to(user).filter(withdrawn_at=None)
    wanted = Decision.about.through.objects.filter(decision__in=decided.order_by().values("pk"))
    found = KnowledgePage.objects.visible_to(user).filter(pk__in=wanted.values("knowledgepage"))
    return [
        (str(page.pk), _called(page)) for page in found.specific().order_by("title")[:MOST_OFFERED]
    ]


# --- panels ---------------------------------------------------------------------------------------
def next_meetings(user: Person, **narrowed: Any) -> Any:
    """Return the meetings to come that `user` may see, the next one first, as a queryset."""
    coming = MinutesPage.objects.visible_to(user).filter(
        meeting__state=State.PLANNED, held_on__gte=timezone.localdate(), **narrowed
    )
    return coming.select_related("space").order_by("held_on", "begins_at", "pk")


def _on_group(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    user = request.user
    if not isinstance(page, GroupPage) or page.space is None:
        return None
    minutes = MinutesPage.objects.visible_to(user).filter(space=page.space)
    found = {
        "coming": list(next_meetings(user, space=page.space)[:SHOWN]),
        "decisions": list(decisions_of(user).filter(space=page.space, withdrawn_at=None)[:SHOWN]),
        "minutes": list(
            minutes.exclude(meeting__state__in=(State.PLANNED, State.CANCELLED)).order_by(
                "-held_on", "-pk"
            )[:SHOWN]
        ),
    }
    if not any(found.values()) and not _may_plan(page, user):
        return None
    return {**found, "space": page.space, "is_reader": can(user, Action.READ, page.space)}


def _may_plan(page: GroupPage, user: Person) -> bool:
    index = MinutesIndexPage.objects.visible_to(user).child_of(page).first()
    return index is not None and can(user, Action.ADD, index)


def _plan_on_group(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if not isinstance(page, GroupPage) or page.space is None or not _may_plan(page, request.user):
        return None
    return {"space": page.space}


def _on_start(request: HttpRequest) -> Mapping[str, Any] | None:
    user = request.user
    if not isinstance(user, User) or rights_of(user).is_view:
        return None
    coming = list(next_meetings(user)[:SHOWN])
    return {"coming": coming} if coming else None


ON_GROUP = Panel(
    name="meetings.of_group",
    template="meetings/_of_group.html",
    place=Place.MAIN,
    order=15,
    context=_on_group,
)
PLAN_ON_GROUP = Panel(
    name="meetings.plan",
    template="meetings/_plan.html",
    place=Place.TOP,
    order=10,
    context=_plan_on_group,
)
ON_START = Panel(
    name="meetings.next",
    template="meetings/_next.html",
    place=Place.ASIDE,
    order=10,
    context=_on_start,
)

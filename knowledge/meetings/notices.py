"""What people are told about minutes, each of what concerns them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.handling import mail_excerpt_allowed
from access.rights import can
from access.roles import Action
from accounts.models import User
from knowledge.groups.models import MinutesPage
from knowledge.meetings.leading import leads_of, may_release
from knowledge.meetings.models import Decision, Meeting, State, space_of
from knowledge.tasks.charging import members_of
from knowledge.tasks.models import Task
from knowledge.tasks.notices import people_charged, tell_of_charge
from notices.kinds import Delivery, NoticeKind, Rendered, kinds
from notices.models import Notice
from notices.services import notify, withdraw

CIRCULATED, APPROVED = "meetings.circulated", "meetings.approved"
RELEASE_ASKED = "meetings.release_asked"
INVITED, CANCELLED = "meetings.invited", "meetings.cancelled"


def concerned(page: MinutesPage) -> list[User]:
    """Return whom minutes concern: the group's members and who was there, as far as they may read them."""
    there = [one.person for one in page.participants.select_related("person") if one.person]
    people = {person.pk: person for person in [*members_of(space_of(page)), *there]}
    return [person for person in people.values() if can(person, Action.READ, page)]


def about_minutes(page: MinutesPage) -> Any:
    """Return the notices that lead to these minutes, read or not, as a queryset."""
    kinds_of_minutes = (CIRCULATED, APPROVED, INVITED)
    # unscoped: to end them, and to count who has read
    return Notice.objects.filter(kind__in=kinds_of_minutes, key=f"page:{page.pk}")


def tell_of_circulation(page: MinutesPage) -> None:
    """Tell everybody concerned that minutes are out, and of a task alone whoever is charged and can't read them."""
    withdraw(RELEASE_ASKED, key=f"page:{page.pk}")
    people = concerned(page)
    notify(people, CIRCULATED, key=f"page:{page.pk}", details={"page": page.pk})
    told = {person.pk for person in people}
    # unscoped: each is told of one's own
    for task in Task.objects.filter(origin=page.pk).select_related("person", "body", "space"):
        if any(person.pk not in told for person in people_charged(task)):
            tell_of_charge(task)


def tell_of_release(page: MinutesPage, *, asked_by: User) -> int:
    """Tell those who lead the group that minutes wait for their release; return how many."""
    leads = leads_of(space_of(page)).exclude(pk=asked_by.pk)
    people = [one for one in leads if may_release(one, page)]
    details = {"page": page.pk, "by": asked_by.pk}
    return notify(people, RELEASE_ASKED, key=f"page:{page.pk}", details=details)


def tell_of_approval(page: MinutesPage) -> None:
    """Tell everybody concerned that minutes are approved."""
    withdraw(CIRCULATED, key=f"page:{page.pk}")
    notify(concerned(page), APPROVED, key=f"page:{page.pk}", details={"page": page.pk})


def tell_of_invitation(page: MinutesPage) -> None:
    """Ask the group's members whether they come; several changes that nobody has read yet are one notice."""
    people = [one for one in members_of(space_of(page)) if can(one, Action.READ, page)]
    notify(people, INVITED, key=f"page:{page.pk}", details={"page": page.pk})


def tell_of_cancellation(meeting: Meeting) -> None:
    """Tell whoever was invited that the meeting was called off."""
    withdraw(INVITED, key=f"page:{meeting.page_id}")
    invited = [one.person for one in meeting.invitations.select_related("person")]
    notify(invited, CANCELLED, key=f"page:{meeting.page_id}", details={"page": meeting.page_id})


def render_invited(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say when and where the meeting is, with the way to the answer."""
    return _of_state(recipient, notices, State.PLANNED, _("Invitation: %(title)s"))


def render_cancelled(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say that a meeting was called off."""
    return _of_state(recipient, notices, State.CANCELLED, _("Called off: %(title)s"))


def _of_state(
    recipient: User, notices: Sequence[Notice], state: State, title: str
) -> list[Rendered | None]:
    pages = _pages(recipient, notices)
    # unscoped: of visible pages
    found = set(Meeting.objects.filter(page__in=pages, state=state).values_list("page", flat=True))
    return [
        _words(page, title, _when_and_where(page))
        if (page := pages.get(notice.details.get("page", 0))) and page.pk in found
        else None
        for notice in notices
    ]


def _when_and_where(page: MinutesPage) -> str:
    day = date_format(page.held_on, "l, j. F Y")
    time = time_format(page.begins_at, "H:i") if page.begins_at else ""
    return ", ".join(part for part in (day, time, page.place) if part)


def render_circulated(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say that minutes are out, and how many tasks of the recipient are in them."""
    pages = _pages(recipient, notices)
    tasks = Task.objects.charged_to(recipient).still_open().filter(origin__in=pages)
    counts = dict(tasks.order_by().values_list("origin").annotate(count=Count("pk")))
    seen = Decision.objects.visible_to(recipient)
    decided = seen.filter(page__in=pages, withdrawn_at=None).order_by()
    decisions = dict(decided.values_list("page").annotate(count=Count("pk")))
    return [
        _words(page, _("Minutes are out, not approved yet: %(title)s"),
               _counted(counts.get(page.pk, 0), decisions.get(page.pk, 0)))
        if (page := pages.get(notice.details.get("page", 0)))
        else None
        for notice in notices
    ]  # fmt: skip


def render_release_asked(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Name the minutes that wait, for whoever may send them out."""
    pks = [notice.details.get("page", 0) for notice in notices]
    # unscoped: asked below for each page
    found = MinutesPage.objects.filter(pk__in=pks).select_related("space")
    pages = {page.pk: page for page in found if may_release(recipient, page)}
    return [
        Rendered(
            title=_("Minutes wait for your release: %(title)s") % {"title": page.draft_title},
            url=reverse("meetings:edit", args=[page.pk]),
            is_confidential=not mail_excerpt_allowed(page),
        )
        if (page := pages.get(notice.details.get("page", 0)))
        else None
        for notice in notices
    ]


def _counted(tasks: int, decisions: int) -> str:
    said = []
    if tasks:
        said.append(
            ngettext("%(count)d task for you.", "%(count)d tasks for you.", tasks)
            % {"count": tasks}
        )
    if decisions:
        said.append(
            ngettext("%(count)d decision.", "%(count)d decisions.", decisions)
            % {"count": decisions}
        )
    return " ".join(said)


def render_approved(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say that minutes are approved, and how."""
    pages = _pages(recipient, notices)
    # unscoped: of visible pages
    approved = Meeting.objects.filter(page__in=pages, state=State.APPROVED)
    meetings = {one.page_id: one for one in approved}
    return [
        _words(page, _("Minutes are approved: %(title)s"),
               str(meetings[page.pk].get_approved_how_display()))
        if (page := pages.get(notice.details.get("page", 0))) and page.pk in meetings
        else None
        for notice in notices
    ]  # fmt: skip


def _pages(recipient: User, notices: Sequence[Notice]) -> dict[int, MinutesPage]:
    pks = [notice.details.get("page", 0) for notice in notices]
    pages: dict[int, MinutesPage] = MinutesPage.objects.visible_to(recipient).in_bulk(pks)
    return pages


def _words(page: MinutesPage, title: str, text: str) -> Rendered:
    return Rendered(
        title=title % {"title": page.title},
        text=text,
        url=page.url,
        is_confidential=not mail_excerpt_allowed(page),
    )


def register_kinds() -> None:
    """Register the kinds of notices; called once, when the app is ready."""
    kinds.register(
        NoticeKind(
            CIRCULATED,
            gettext_lazy("Minutes of my group are out"),
            render_circulated,
            Delivery.AT_ONCE,
        ),
        NoticeKind(
            INVITED,
            gettext_lazy("Invitation to a meeting, its changes and its end"),
            render_invited,
            Delivery.AT_ONCE,
            has_own_mail=True,
        ),
        NoticeKind(CANCELLED, gettext_lazy("A meeting was called off"), render_cancelled),
        NoticeKind(
            RELEASE_ASKED,
            gettext_lazy("Minutes wait for my release"),
            render_release_asked,
            Delivery.AT_ONCE,
        ),
        NoticeKind(
            APPROVED,
            gettext_lazy("Minutes of my group are approved"),
            render_approved,
            Delivery.IN_APP,
        ),
    )

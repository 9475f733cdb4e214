"""Reading that is confirmed where somebody asks for it: names are for the asker alone, and not for long.

Nobody notes who reads what by themselves. Whoever publishes a page asks the people of its space, or of one body there;
they confirm with a button, and are told once more the day before. When the term is over, a job removes the names;
the two numbers stay.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from access.grants import roles
from access.models import Space
from access.querysets import visible_pages
from access.rights import Person, can
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import Membership, User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.collaboration.models import Reading, ReadingRequest
from notices.services import notify, withdraw

ASKED = "collaboration.reading_asked"
KEPT_AFTER = dt.timedelta(days=30)
"""So long after the day until which they were to read names stay with the asker."""

LONGEST_TERM = dt.timedelta(days=90)
MOST = 500  # people in one request


def may_ask(user: Person, page: KnowledgePage) -> bool:
    """Tell whether `user` may ask for reading a page: if it is published, whoever publishes it may; no query."""
    return bool(page.live) and page.space_id is not None and can(user, Action.PUBLISH, page)


def readers_to_ask(page: KnowledgePage, group: Group | None, *, asker: User) -> list[User]:
    """Return who reads a page by a role in its space, without the asker; of one group, if it is given."""
    if page.space is None:
        return []
    people = responsible_for(page.space, Action.READ).exclude(pk=asker.pk)
    if group is not None:
        members = Membership.objects.current().filter(group=group).values("user")
        people = people.filter(pk__in=members)
    return list(people.distinct())


def groups_in(space: Space) -> QuerySet[Group]:
    """Return the groups of organisations and circles that have a role in a space, by name."""
    held = roles().usable().filter(content_object=space).of_groups
    groups = Group.objects.filter(pk__in=held.values("group"))
    return groups.select_related("organisation", "circle").order_by("name")


def ask(
    page: KnowledgePage, *, asker: User, due_on: dt.date, group: Group | None = None
) -> ReadingRequest:
    """Ask people to confirm that they read a page.

    Args:
        page: The published page.
        asker: Who publishes it; nobody else will see the names.
        due_on: The day until which they are to read it, at most `LONGEST_TERM` away.
        group: Of an organisation or circle; without it, all who have a role in the space.

    Raises:
        PermissionDenied: If the asker may not publish the page.
        ValidationError: If the day is over, or too far.
        Refused: If that is nobody, or too many.
    """
    with transaction.atomic():
        if not may_ask(asker, page):
            raise PermissionDenied
        today = timezone.localdate()
        if not today <= due_on <= today + LONGEST_TERM:
            raise ValidationError(
                _("Choose a day from today on, at most %(days)d days away. Nobody was asked.")
                % {"days": LONGEST_TERM.days}
            )
        people = readers_to_ask(page, group, asker=asker)
        if not people:
            raise Refused(_("Nobody else reads this page by a role there. Nobody was asked."))
        if len(people) > MOST:
            raise Refused(
                _("These are more than %(most)d people. Nobody was asked; choose one body.")
                % {"most": MOST}
            )
        request = ReadingRequest.objects.create(
            page=page, asker=asker, due_on=due_on, asked=len(people)
        )
        Reading.objects.bulk_create(Reading(request=request, person=one) for one in people)
        record("page.reading_asked", actor=asker, obj=page)
        notify(people, ASKED, key=_key(request), details={"request": request.pk})
    return request


def confirm(request: ReadingRequest, *, person: User) -> None:
    """Confirm that one has read the page; doing so twice changes nothing.

    Raises:
        PermissionDenied: If this person wasn't asked, or may not read the page any more.
    """
    with transaction.atomic():
        fresh = ReadingRequest.objects.select_for_update().get(pk=request.pk)
        reading = reading_of(person, fresh.pk)
        if reading is None:
            raise PermissionDenied
        if reading.confirmed_at is None:
            reading.confirmed_at = timezone.now()
            reading.save(update_fields=["confirmed_at"])
            fresh.confirmed += 1
            fresh.save(update_fields=["confirmed"])


def reading_of(person: Person, request_pk: int) -> Reading | None:
    """Return what a person was asked, if this person may read the page; None otherwise."""
    return asked_of(person).filter(request=request_pk).first()


def asked_of(person: Person) -> QuerySet[Reading]:
    """Return what a person was asked to read and may read, the most urgent first."""
    mine = Reading.objects.filter(visible_pages(person, "request__page__"), person=person.pk)
    return mine.select_related("request__page__space", "request__asker").order_by(
        "request__due_on", "pk"
    )


def requests_of(asker: Person) -> QuerySet[ReadingRequest]:
    """Return what somebody asked of others, on pages that this person may still read, the newest first."""
    mine = ReadingRequest.objects.filter(visible_pages(asker, "page__"), asker=asker.pk)
    return mine.select_related("page__space")


def remind() -> int:
    """Tell those who have not confirmed yet once more, the day before; return how many people."""
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    told = 0
    for request in ReadingRequest.objects.filter(due_on=tomorrow, names_removed_at__isnull=True):
        waiting = Reading.objects.filter(request=request, confirmed_at__isnull=True)
        people = User.objects.filter(pk__in=waiting.values("person"), is_active=True)
        told += notify(people, ASKED, key=_key(request), details={"request": request.pk})
    return told


def remove_names() -> int:
    """Remove the names of those who were asked, a while after the day; return how many."""
    over = ReadingRequest.objects.filter(
        names_removed_at__isnull=True, due_on__lt=timezone.localdate() - KEPT_AFTER
    )
    return end(over)


@transaction.atomic
def end(requests: QuerySet[ReadingRequest]) -> int:
    """End requests: names and what is unread go, the numbers stay."""
    rows = list(requests)
    removed, _by_model = Reading.objects.filter(request__in=rows).delete()
    for one in rows:
        withdraw(ASKED, key=_key(one))
    ReadingRequest.objects.filter(pk__in=[one.pk for one in rows]).update(
        names_removed_at=timezone.now()
    )
    return removed


def _key(request: ReadingRequest) -> str:
    return f"reading:{request.pk}"

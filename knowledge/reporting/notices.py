"""What people are told about requests for news; put into words with the recipient's rights at that moment."""

# unscoped: words begin with `for_body_of` or `asked_by`; what jobs read goes to those whom `people_asked` names

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.handling import mail_excerpt_allowed
from access.reader import same_request
from access.rights import can
from access.roles import Action
from accounts.models import User
from knowledge.measures.models import Contact
from knowledge.reporting.models import Inquiry, NewsRequest
from notices.kinds import Delivery, NoticeKind, Rendered, kinds
from notices.models import Notice
from notices.rhythm import Rhythm
from notices.services import notify, withdraw

ASKED, HANDED_ON, ANSWERED, ACCEPTED = (
    "reporting.asked", "reporting.handed_on", "reporting.answered", "reporting.accepted",
)  # fmt: skip
RHYTHM = Rhythm(before=(7, 1), after=(1, 7), every=30)


def people_asked(inquiry: Inquiry) -> list[User]:
    """Return whom an inquiry is for: the colleague it was handed to, else the body's contact, else all its people.

    Only people who may read the measure: a request opens nothing.
    """
    people = User.objects.filter(is_active=True, organisation=inquiry.body_id)
    named = Contact.objects.filter(measure=inquiry.measure_id, body=inquiry.body_id)
    contacts = list(named.values_list("person", flat=True))
    for chosen in ([inquiry.handed_to_id or 0], contacts):
        found = [
            one for one in people.filter(pk__in=chosen) if can(one, Action.READ, inquiry.measure)
        ]
        if found:
            return found
    return [one for one in people if can(one, Action.READ, inquiry.measure)]


@same_request()  # the rights of each person are read once, however many measures there are
def _tell(request: NewsRequest, inquiries: Iterable[Inquiry]) -> None:
    people: set[User] = set()
    for inquiry in inquiries:
        asked = people_asked(inquiry)
        people |= set(asked)
        if inquiry.told != len(asked):
            inquiry.told = len(asked)
            inquiry.save(update_fields=["told"])
    notify(people, ASKED, key=_key(request), details={"request": request.pk})


def _key(request: NewsRequest) -> str:
    return f"request:{request.pk}"


def tell_of_request(request: NewsRequest) -> None:
    """Ask everybody concerned; each person gets one notice for all measures."""
    _tell(request, request.inquiries.select_related("measure", "body"))


def tell_again(request: NewsRequest, inquiries: Sequence[Inquiry], today: dt.date) -> None:
    """Remind of inquiries that wait for an answer."""
    _tell(request, inquiries)
    Inquiry.objects.filter(pk__in=[one.pk for one in inquiries]).update(reminded_on=today)


def tell_of_hand_on(inquiry: Inquiry) -> None:
    """Ask a colleague."""
    if inquiry.handed_to is not None:
        key = f"inquiry:{inquiry.pk}"
        notify([inquiry.handed_to], HANDED_ON, key=key, details={"inquiry": inquiry.pk})


def tell_of_answer(inquiry: Inquiry) -> None:
    """Tell whoever asked that something came in; once a day is enough."""
    withdraw(HANDED_ON, key=f"inquiry:{inquiry.pk}")
    asker = inquiry.request.asked_by
    if asker is not None:
        notify(
            [asker], ANSWERED, key=_key(inquiry.request), details={"request": inquiry.request_id}
        )


def tell_of_acceptance(inquiry: Inquiry) -> None:
    """Tell whoever wrote the answer what was accepted."""
    withdraw(HANDED_ON, key=f"inquiry:{inquiry.pk}")
    authors = [
        one.author for one in inquiry.answers.select_related("author") if one.author and one.sent_at
    ]
    notify(authors, ACCEPTED, key=f"inquiry:{inquiry.pk}", details={"inquiry": inquiry.pk})


def forget(request: NewsRequest) -> None:
    """Take back what is unread about a request that is closed."""
    withdraw(ASKED, key=_key(request))


def remind() -> int:
    """Remind of what waits for an answer, when its day comes near or is over; return of how many."""
    today = timezone.localdate()
    near = NewsRequest.objects.filter(closed_at=None, due_on__lte=today + RHYTHM.first_before)
    return sum(_remind_of(request.pk, today) for request in near.order_by("pk"))


@transaction.atomic
def _remind_of(pk: int, today: dt.date) -> int:
    request = NewsRequest.objects.select_for_update(of=("self",)).get(pk=pk)
    waiting = Inquiry.objects.waiting().filter(request=request, body__left_at=None)
    known = timezone.localdate(request.asked_at)
    due = [
        one
        for one in waiting.select_related("measure", "body")
        if RHYTHM.is_due(request.due_on, today, known_since=known, reminded_on=one.reminded_on)
    ]
    if due:
        tell_again(request, due, today)
    return len(due)


# --- in words -----------------------------------------------------------------------------------------
def render_asked(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say how many measures somebody's body is still asked about."""
    waiting = Inquiry.objects.for_body_of(recipient).waiting()
    counted = waiting.order_by().values_list("request").annotate(Count("pk", distinct=True))
    counts = dict(counted.filter(request__in=[one.details.get("request", 0) for one in notices]))
    requests = NewsRequest.objects.in_bulk(list(counts))
    return [
        _asked_words(requests.get(pk), counts.get(pk, 0))
        for pk in (one.details.get("request", 0) for one in notices)
    ]


def _asked_words(request: NewsRequest | None, count: int) -> Rendered | None:
    if request is None or not count:
        return None
    text = ngettext(
        "Your organisation is asked about %(count)d measure. If nothing has changed, one click is enough.",
        "Your organisation is asked about %(count)d measures. If nothing has changed, one click each is enough.",
        count,
    )
    return Rendered(
        title=_("%(title)s: please answer by %(day)s")
        % {"title": request.title, "day": date_format(request.due_on, "j. F Y")},
        text=text % {"count": count},
        url=reverse("reporting:to_answer", args=[request.pk]),
    )


def _inquiries(recipient: User, notices: Sequence[Notice]) -> list[Inquiry | None]:
    pks = [one.details.get("inquiry", 0) for one in notices]
    found = Inquiry.objects.for_body_of(recipient).filter(pk__in=pks)
    by_pk = {one.pk: one for one in found.select_related("measure", "request", "entry")}
    return [by_pk.get(pk) for pk in pks]


def render_handed_on(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say that a colleague wants somebody to answer."""
    return [
        _about(one, _("Please answer for your organisation: %(measure)s"))
        if one is not None and one.handed_to_id == recipient.pk and one.accepted_at is None
        else None
        for one in _inquiries(recipient, notices)
    ]


def render_accepted(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say that an answer was accepted."""
    return [
        _about(one, _("Your answer was accepted: %(measure)s"))
        if one is not None and one.accepted_at is not None
        else None
        for one in _inquiries(recipient, notices)
    ]


def _about(inquiry: Inquiry, sentence: str) -> Rendered:
    return Rendered(
        title=sentence % {"measure": inquiry.measure.label},
        text=inquiry.request.title,
        url=inquiry.url,
        is_confidential=not mail_excerpt_allowed(inquiry.measure),
    )


def render_answered(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Say that answers came in."""
    pks = [one.details.get("request", 0) for one in notices]
    asked = NewsRequest.objects.asked_by(recipient).in_bulk(pks)
    return [
        Rendered(
            title=_("There are answers: %(title)s") % {"title": asked[pk].title}, url=asked[pk].url
        )
        if pk in asked
        else None
        for pk in pks
    ]


def register_kinds() -> None:
    """Register the kinds of notices; called once, when the app is ready."""
    kinds.register(
        NoticeKind(
            ASKED, gettext_lazy("My organisation is asked for news"), render_asked, Delivery.AT_ONCE
        ),
        NoticeKind(
            HANDED_ON,
            gettext_lazy("A colleague asks me to answer"),
            render_handed_on,
            Delivery.AT_ONCE,
        ),
        NoticeKind(
            ANSWERED,
            gettext_lazy("Answers to my request for news"),
            render_answered,
            Delivery.DAILY,
        ),
        NoticeKind(
            ACCEPTED, gettext_lazy("My answer was accepted"), render_accepted, Delivery.DAILY
        ),
    )

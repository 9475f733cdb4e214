"""What is shown of requests for news, within the reader's rights."""

# unscoped: every query begins with `for_body_of` or `asked_by`, which ask for the reader's rights

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from knowledge.measures.models import Contact, Entry
from knowledge.reporting.models import Answer, Inquiry, NewsRequest
from knowledge.reporting.services import sent_answers

# How an inquiry stands, in the order in which whoever asks looks at them.
MISSING, DRAFTED, ANSWERED, DOUBLE, ACCEPTED, DISSOLVED, UNREACHED = (
    "missing", "drafted", "answered", "double", "accepted", "dissolved", "unreached",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One inquiry with how it stands."""

    inquiry: Inquiry
    how: str
    answers: Sequence[Answer]  # that stand
    contact: User | None
    is_late: bool


def how_of(inquiry: Inquiry) -> str:
    """Say how an inquiry stands."""
    answers = sent_answers(inquiry)
    if inquiry.accepted_at is not None:
        return ACCEPTED
    if len(answers) > 1:
        return DOUBLE
    if answers:
        return ANSWERED
    if inquiry.is_dissolved:
        return DISSOLVED
    if inquiry.told == 0:
        return UNREACHED
    return DRAFTED if inquiry.answers.all() else MISSING


def _rows(inquiries: Any) -> list[Row]:
    found = list(inquiries)
    # unscoped: for whoever asks, or for the body's own people
    contacts = Contact.objects.filter(measure__in={one.measure_id for one in found})
    by_both = {
        (one.measure_id, one.body_id): one.person for one in contacts.select_related("person")
    }
    return [
        Row(
            inquiry=one,
            how=how_of(one),
            answers=(answers := sent_answers(one)),
            contact=one.handed_to or by_both.get((one.measure_id, one.body_id)),
            is_late=any(answer.is_late for answer in answers),
        )
        for one in found
    ]


def _with_answers(inquiries: Any) -> Any:
    """Load the answers with the request they belong to, which says until when they were wanted."""
    answers = Answer.objects.select_related(
        "author", "inquiry__request"
    )  # unscoped: of visible inquiries
    names = inquiries.select_related(
        "request__space", "measure", "body", "handed_to", "accepted_by"
    )
    return names.prefetch_related(Prefetch("answers", queryset=answers)).order_by(
        "measure__number", "pk"
    )


@dataclass(frozen=True, slots=True)
class Overview:
    """A request as whoever asks sees it."""

    request: NewsRequest
    rows: Sequence[Row]
    counts: Counter[str]

    @property
    def missing(self) -> int:
        """Return how many bodies haven't answered, and still can."""
        return self.counts[MISSING] + self.counts[DRAFTED]


def overview_of(user: User, pk: int) -> Overview | None:
    """Return a request that `user` asks, with who has answered; None if there is none. Five queries."""
    request = (
        NewsRequest.objects.asked_by(user).select_related("space", "asked_by").filter(pk=pk).first()
    )
    if request is None:
        return None
    rows = _rows(_with_answers(Inquiry.objects.asked_by(user).filter(request=request)))
    return Overview(request, rows, Counter(row.how for row in rows))


def requests_of(user: User) -> Any:
    """Return the requests that `user` asks, newest first, as a queryset."""
    return NewsRequest.objects.asked_by(user).select_related("space")


def inquiries_to(user: User) -> list[Row]:
    """Return what the body of `user` is asked in open requests, what waits for this person first."""
    found = _with_answers(Inquiry.objects.for_body_of(user).filter(request__closed_at=None))
    rows = _rows(found)
    return sorted(
        rows,
        key=lambda row: (
            row.how not in (MISSING, DRAFTED, UNREACHED, DOUBLE),
            not _is_for(user, row),
        ),
    )


def _is_for(user: User, row: Row) -> bool:
    return row.contact is None or row.contact.pk == user.pk


def inquiry_to(user: User, pk: int) -> Inquiry | None:
    """Return an inquiry to the body of `user`; None if there is none for it."""
    found: Inquiry | None = _with_answers(Inquiry.objects.for_body_of(user)).filter(pk=pk).first()
    return found


def inquiry_asked_by(user: User, pk: int) -> Inquiry | None:
    """Return an inquiry of a request that `user` asks; None if there is none."""
    found: Inquiry | None = _with_answers(Inquiry.objects.asked_by(user)).filter(pk=pk).first()
    return found


def accepted_entry(user: User, inquiry: Inquiry) -> Entry | None:
    """Return what was accepted, as it stands on the measure's page now, if `user` may see it."""
    if inquiry.entry_id is None:
        return None
    return Entry.objects.visible_to(user).filter(pk=inquiry.entry_id).first()


def colleagues_of(user: User) -> Any:
    """Return the others of the same organisation, by name."""
    # unscoped: everybody knows the people of their own organisation
    people = User.objects.filter(organisation=user.organisation_id, is_active=True).exclude(
        pk=user.pk
    )
    return people.order_by("last_name", "first_name", "pk")

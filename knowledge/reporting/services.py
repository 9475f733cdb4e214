"""Asking the responsible bodies for news, answering, and accepting what they say.

Whoever publishes in the measures' space asks, reminds and accepts; the people of a body who may read the measure
answer. Accepting writes the measure's entry and state by `measures.services`; the answers stay as they were sent.

Raised everywhere: `PermissionDenied`, and `ValidationError` with a sentence for people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.consequence.state import fingerprint
from access.models import Space
from access.rights import can
from access.roles import Action
from accounts.models import Organisation, User
from audit.services import record
from knowledge.measures import rules
from knowledge.measures.models import Contact, Entry, MeasurePage, MeasureResponsibility
from knowledge.measures.rules import Standing
from knowledge.measures.services import ChangedMeanwhile, assess, write_entry
from knowledge.reporting import notices
from knowledge.reporting.models import SAID, TEXTS, Answer, Inquiry, NewsRequest
from notices.rhythm import is_quiet
from web.days import day_in_words

Said = Mapping[str, str]  # what an answer says, by the names in `SAID`


class KeptAsDraft(ValidationError):
    """The answer came too late to be sent; it is kept as a draft, so that nothing is lost."""


# --- asking -------------------------------------------------------------------------------------------
@transaction.atomic
def ask(request: NewsRequest, measures: Sequence[MeasurePage], *, actor: User) -> NewsRequest:
    """Ask all bodies that answer for these measures how things stand, and tell their people.

    Args:
        request: With space, title, dates and note; not saved yet.
        measures: Of the same space.
        actor: Who asks.
    """
    if not may_ask(actor, request.space):
        raise PermissionDenied
    rules.check_day("as_of", request.as_of)
    rules.check_day("due_on", request.due_on)
    if request.due_on < timezone.localdate():
        raise ValidationError(
            {"due_on": _("This day is over. Give the bodies some days to answer.")}
        )
    if not measures:
        raise ValidationError({"measures": _("Choose at least one measure.")})
    if any(one.space_id != request.space_id for one in measures):
        raise PermissionDenied
    request.asked_by = actor
    request.save()
    rows = MeasureResponsibility.objects.filter(
        measure__in=measures, organisation__left_at__isnull=True
    ).order_by("measure__number", "sort_order", "pk")
    for row in rows.select_related("organisation", "measure"):
        Inquiry.objects.create(request=request, measure=row.measure, body=row.organisation)
    if not request.inquiries.exists():
        raise ValidationError(
            {"measures": _("No body is responsible for these measures, so there is nobody to ask. Nothing was sent.")}
        )  # fmt: skip
    notices.tell_of_request(request)
    record("news.asked", actor=actor, space=request.space)
    return request


def may_ask(user: User, space: Space | None) -> bool:
    """Tell whether `user` asks for news in a space, and accepts them."""
    return space is not None and can(user, Action.PUBLISH, space)


def _take_request(request: NewsRequest, actor: User) -> NewsRequest:
    row = (
        NewsRequest.objects.select_for_update(of=("self",))
        .select_related("space")
        .get(pk=request.pk)
    )
    if not may_ask(actor, row.space):
        raise PermissionDenied
    return row


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many inquiries were reminded of, and how many not, because they were a few days ago."""

    told: int
    quiet: int


@transaction.atomic
def remind_missing(request: NewsRequest, *, actor: User) -> Reminded:
    """Remind the bodies that haven't answered; none of them twice within five days."""
    row, today = _take_request(request, actor), timezone.localdate()
    if row.closed_at:
        raise ValidationError(_("This request is closed. Open it again to remind of it."))
    waiting = list(
        Inquiry.objects.waiting()
        .filter(request=row, body__left_at=None)
        .select_related("measure", "body")
    )
    due = [one for one in waiting if not is_quiet(one.reminded_on, today)]
    notices.tell_again(row, due, today)
    record("news.reminded", actor=actor, space=row.space)
    return Reminded(len(due), len(waiting) - len(due))


@transaction.atomic
def close_request(request: NewsRequest, *, actor: User) -> None:
    """Take no answers any more; drafts stay where they are."""
    row = _take_request(request, actor)
    if row.closed_at is None:
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
        notices.forget(row)
        record("news.closed", actor=actor, space=row.space)


@transaction.atomic
def reopen_request(request: NewsRequest, *, actor: User, due_on: dt.date) -> None:
    """Take answers again, until another day."""
    row = _take_request(request, actor)
    rules.check_day("due_on", due_on)
    if due_on < timezone.localdate():
        raise ValidationError(
            {"due_on": _("This day is over. Give the bodies some days to answer.")}
        )
    row.closed_at, row.due_on = None, due_on
    row.save(update_fields=["closed_at", "due_on"])
    record("news.reopened", actor=actor, space=row.space)


# --- answering ----------------------------------------------------------------------------------------
def may_answer(user: User, inquiry: Inquiry) -> bool:
    """Tell whether `user` may answer for the body: one of its people who may read the measure."""
    return Inquiry.objects.for_body_of(user).filter(pk=inquiry.pk).exists()


def _take(inquiry: Inquiry, actor: User) -> Inquiry:
    """Lock an inquiry, for one of the body's people."""
    locked = Inquiry.objects.select_for_update(of=("self",))
    row = locked.select_related("request__space", "measure", "body").get(pk=inquiry.pk)
    if not may_answer(actor, row):
        raise PermissionDenied
    if row.accepted_at is not None:
        raise ValidationError(
            _("This answer was accepted on %(day)s and stands on the measure’s page. Nothing was saved; tell %(who)s "
              "what has changed since.")
            % {"day": day_in_words(row.accepted_at),
               "who": row.accepted_by or _("whoever asked")}
        )  # fmt: skip
    return row


def stamp_of(answer: Answer | None) -> str:
    """Return what a form carries to notice that the same answer was changed in another window."""
    if answer is None or answer.pk is None:
        return "new"
    return fingerprint([[getattr(answer, name) for name in SAID], bool(answer.sent_at)])


def _own(inquiry: Inquiry, actor: User, seen: str | None) -> Answer:
    found = Answer.objects.filter(inquiry=inquiry, author=actor).first()
    if seen is not None and seen != stamp_of(found):
        raise ChangedMeanwhile
    return found or Answer(inquiry=inquiry, author=actor)


def _write(answer: Answer, said: Said) -> None:
    for name in SAID:
        setattr(answer, name, said.get(name, "").strip())
    answer.saved_at, answer.merged_at = timezone.now(), None


@transaction.atomic
def save_draft(inquiry: Inquiry, said: Said, *, actor: User, seen: str | None = None) -> Answer:
    """Keep what somebody has written so far; nobody else sees it."""
    row = _take(inquiry, actor)
    answer = _own(row, actor, seen)
    _write(answer, said)
    answer.is_unchanged = False
    answer.save()
    return answer


def send_answer(inquiry: Inquiry, said: Said, *, actor: User, seen: str | None = None) -> Answer:
    """Send what somebody has written for the body.

    Raises:
        KeptAsDraft: If the request is closed: the text is kept, and the sentence says whom to tell.
    """
    _check_said(said)
    with transaction.atomic():
        row = _take(inquiry, actor)
        answer = _own(row, actor, seen)
        _write(answer, said)
        answer.is_unchanged = False
        closed_at = row.request.closed_at
        if closed_at is None:
            _send(row, answer, actor)
        else:
            answer.save()
    if closed_at is not None:
        raise KeptAsDraft(
            _("This request was closed on %(day)s, so that your answer could not be sent. It is kept as a draft; ask "
              "%(who)s to open the request again.")
            % {"day": day_in_words(closed_at),
               "who": row.request.asked_by or _("whoever asked")}
        )  # fmt: skip
    return answer


def _check_said(said: Said) -> None:
    if not any(said.get(name, "").strip() for name in TEXTS[:3]):
        raise ValidationError(
            {
                "done": _(
                    "Say in a sentence what was done. If nothing has changed, “Unchanged” is enough."
                )
            }
        )
    rules.check(
        Standing(said.get("state", ""), said.get("assessment", ""), said.get("reason", "")), ()
    )


def _send(inquiry: Inquiry, answer: Answer, actor: User) -> None:
    answer.sent_at = timezone.now()
    answer.save()
    notices.tell_of_answer(inquiry)
    record("news.answered", actor=actor, obj=inquiry.measure)


@transaction.atomic
def answer_unchanged(inquiry: Inquiry, *, actor: User) -> Answer:
    """Say in one click that what was said last time still holds; without a last time, that the page is right."""
    row = _take(inquiry, actor)
    if row.request.closed_at is not None:
        raise ValidationError(
            _(
                "This request is closed; your answer could not be sent. Ask whoever sent it to open it again."
            )
        )
    answer = _own(row, actor, None)
    last = last_answer(row)
    measure = row.measure
    page = {
        "state": measure.state,
        "assessment": measure.assessment,
        "reason": measure.assessment_reason,
    }
    _write(answer, {name: getattr(last, name) for name in SAID} if last else page)
    answer.is_unchanged = True
    _send(row, answer, actor)
    return answer


def last_answer(inquiry: Inquiry) -> Answer | None:
    """Return what the body said of the measure the last time it was asked; None if it never was."""
    earlier = Answer.objects.filter(
        inquiry__measure=inquiry.measure_id,
        inquiry__body=inquiry.body_id,
        inquiry__request__asked_at__lt=inquiry.request.asked_at,
        sent_at__isnull=False,
        merged_at=None,
    )
    return (
        earlier.select_related("author", "inquiry__request", "inquiry__entry")
        .order_by("-sent_at")
        .first()
    )


@transaction.atomic
def hand_on(inquiry: Inquiry, colleague: User, *, actor: User) -> None:
    """Let a colleague of the same body answer; whoever hands on may still answer, too."""
    row = _take(inquiry, actor)
    if colleague.organisation_id != row.body_id or not colleague.is_active:
        raise ValidationError({"colleague": _("Choose somebody of your own organisation.")})
    if not can(colleague, Action.READ, row.measure):
        raise ValidationError(
            {"colleague": _("%(person)s may not read this measure and so can’t answer. Choose somebody else.")
             % {"person": colleague}}
        )  # fmt: skip
    row.handed_to = colleague
    row.save(update_fields=["handed_to"])
    notices.tell_of_hand_on(row)
    record("news.handed_on", actor=actor, obj=row.measure)


def sent_answers(inquiry: Inquiry) -> list[Answer]:
    """Return the body's answers that stand: sent, and not merged into another; more than one are to be merged."""
    return [
        one for one in inquiry.answers.all() if one.sent_at is not None and one.merged_at is None
    ]


def merges(user: User, inquiry: Inquiry) -> bool:
    """Tell whether `user` merges the body's answers: its contact, or each of its people where there is none."""
    contact = Contact.objects.filter(
        measure=inquiry.measure_id, body=inquiry.body_id, person__is_active=True
    ).first()
    return may_answer(user, inquiry) and (contact is None or contact.person_id == user.pk)


@transaction.atomic
def merge_answers(inquiry: Inquiry, said: Said, *, actor: User, seen: str) -> Answer:
    """Make one answer of several of the same body; the others stay readable beside it.

    Args:
        inquiry: The inquiry.
        said: The answer in one.
        actor: The body's contact.
        seen: `stamp_of_all` when the form was opened.
    """
    row = _take(inquiry, actor)
    if not merges(actor, row):
        raise PermissionDenied
    _check_said(said)
    if seen != stamp_of_all(sent_answers(row)):
        raise ChangedMeanwhile
    others = Answer.objects.filter(inquiry=row, sent_at__isnull=False).exclude(author=actor)
    others.update(merged_at=timezone.now())
    answer = _own(row, actor, None)
    _write(answer, said)
    answer.is_unchanged = False
    _send(row, answer, actor)
    record("news.merged", actor=actor, obj=row.measure)
    return answer


def stamp_of_all(answers: Sequence[Answer]) -> str:
    """Return one stamp for several answers."""
    return "-".join(stamp_of(one) for one in answers)


# --- accepting ----------------------------------------------------------------------------------------
@transaction.atomic
def accept(
    inquiry: Inquiry,
    entry: Entry,
    standing: Standing,
    *,
    actor: User,
    only_for: Collection[Organisation] = (),
    seen: str | None = None,
) -> Inquiry:
    """Accept what a body said, edited or not, or write it in its place: the measure gets the entry and the state.

    Args:
        inquiry: The inquiry, answered or not.
        entry: The words that are accepted, and how they are handled; not saved yet.
        standing: How the measure stands from now on.
        actor: Who accepts.
        only_for: The organisations that may see the entry; the body must be among them.
        seen: `measures.services.stamp_of(measure)` when the form was opened.
    """
    locked = Inquiry.objects.select_for_update(of=("self",))
    row = locked.select_related("request__space", "measure", "body").get(pk=inquiry.pk)
    if not may_ask(actor, row.request.space):
        raise PermissionDenied
    if row.accepted_at is not None:
        raise ValidationError(
            _("%(who)s accepted this on %(day)s already. Nothing was saved; correct the entry on the measure’s page.")
            % {"who": row.accepted_by or "–", "day": day_in_words(row.accepted_at)}
        )  # fmt: skip
    if only_for and row.body_id not in {one.pk for one in only_for}:
        raise ValidationError(
            {"only_for": _("%(body)s isn’t among those chosen, so it couldn’t see what was accepted. Add it.")
             % {"body": row.body}}
        )  # fmt: skip
    measure = assess(row.measure, standing, actor=actor, seen=seen)
    entry.measure, entry.body = measure, row.body
    row.entry = write_entry(entry, actor=actor, only_for=only_for)
    row.accepted_at, row.accepted_by = timezone.now(), actor
    row.save(update_fields=["entry", "accepted_at", "accepted_by"])
    notices.tell_of_acceptance(row)
    record("news.accepted", actor=actor, obj=measure)
    return row

"""Readers say what is wrong; whoever publishes there settles it, and they are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from access.rights import Person, can
from access.roles import Action
from access.selectors import responsible_for
from accounts.models import User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.corrections.models import Hint
from knowledge.facts.forms import form_for, stored_values, with_values
from knowledge.pages.kinds import kind_of
from knowledge.writing import services as writing
from knowledge.writing.stamps import stamp_of
from notices.services import notify, withdraw

HINT = "corrections.hint"
SETTLED = "corrections.settled"
MOST_A_DAY = 10
"""Hints of one person within a day; more are no hints."""
LONGEST = 2000
"""Characters of a hint."""


def may_correct(user: Person, page: Any) -> bool:
    """Tell whether the person may propose what a published page says of their own organisation."""
    kind = kind_of(type(page))
    if kind is None or not kind.corrected_by or user.pk is None:
        return False
    own = getattr(user, "organisation_id", None)
    theirs = getattr(page, f"{kind.corrected_by}_id")
    return own is not None and own == theirs and can(user, Action.READ, page)


def report_error(page: KnowledgePage, *, actor: User, text: str) -> Hint:
    """Say what is wrong on a page; whoever publishes in its space is told.

    Raises:
        PermissionDenied: If the actor may not read it.
        ValidationError: If nothing is said.
        Refused: If the actor said too much today.
    """
    if not text.strip():
        raise ValidationError(_("Please say what is wrong. Nothing was sent."))
    return _keep(page, actor=actor, text=text, values={})


def doubt(page: KnowledgePage, *, actor: User, text: str) -> Hint:
    """Say that a page may be out of date; whoever publishes in its space is told.

    Who doubts it already, says more of it.

    Args:
        page: The page.
        actor: Who may read it.
        text: What isn't right any more; may be empty.

    Raises:
        PermissionDenied: If the actor may not read it.
        Refused: If the actor said too much today.
    """
    with transaction.atomic():
        own = Hint.objects.select_for_update().filter(page=page, reporter=actor, is_doubt=True)
        hint = own.filter(state=Hint.State.OPEN).first()
        if hint is None or not can(actor, Action.READ, page):
            return _keep(page, actor=actor, text=text.strip(), values={}, is_doubt=True)
        if text.strip() and text.strip() not in hint.text:
            hint.text = f"{hint.text}\n{text}".strip()[:LONGEST]
            hint.save(update_fields=["text"])
        return hint


def propose(page: Any, *, actor: User, values: Mapping[str, Sequence[str]], text: str) -> Hint:
    """Propose what a page of the actor's own organisation should say.

    Args:
        page: The page, as it is published.
        actor: Of the organisation that the page is about.
        values: By field, as a form sends them; only what is to change.
        text: What is said with it.

    Raises:
        PermissionDenied: If the page isn't about the actor's organisation, or isn't theirs to read.
        ValidationError: If nothing is to change.
        Refused: If the actor said too much today.
    """
    if not may_correct(actor, page):
        raise PermissionDenied
    if not values and not text.strip():
        raise ValidationError(_("You have changed nothing. Nothing was sent."))
    return _keep(page, actor=actor, text=text, values=values)


def _keep(
    page: KnowledgePage,
    *,
    actor: User,
    text: str,
    values: Mapping[str, Any],
    is_doubt: bool = False,
) -> Hint:
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=actor.pk)  # two windows count as one
        if page.space is None or not can(actor, Action.READ, page):
            raise PermissionDenied
        since = timezone.now() - dt.timedelta(days=1)
        if Hint.objects.filter(reporter=locked, created_at__gte=since).count() >= MOST_A_DAY:
            raise Refused(
                _(
                    "You have sent %(most)d hints within a day, which is the most. This one was not sent; please send "
                    "it tomorrow, or call whoever answers for the page."
                )
                % {"most": MOST_A_DAY}
            )
        hint = Hint.objects.create(
            page=page, reporter=actor, text=text, values=dict(values), is_doubt=is_doubt
        )
        record("page.hint", actor=actor, obj=page)
        people = responsible_for(page.space, Action.PUBLISH).exclude(pk=actor.pk)
        notify(people, HINT, key=f"hint:{hint.pk}", details={"hint": hint.pk})
        return hint


def settle(hint: Hint, *, actor: User, answer: str) -> None:
    """Close a hint; whoever sent it reads the answer.

    Raises:
        PermissionDenied: If the actor doesn't publish there.
        Refused: If somebody else closed it.
    """
    with transaction.atomic():
        _close(hint, actor=actor, answer=answer, state=Hint.State.SETTLED)


def take_over(hint: Hint, *, actor: User, answer: str) -> bool:
    """Put proposed values into the page; tell whether they are published.

    They are if nothing else waits to be published there; else they are in the draft, which the actor has to read first.

    Raises:
        PermissionDenied: If the actor doesn't publish there.
        Refused: If somebody else closed it, or the page is locked or in the bin.
        ValidationError: If the values fit no more.
    """
    with transaction.atomic():
        _close(hint, actor=actor, answer=answer, state=Hint.State.TAKEN_OVER)
        page = hint.page.specific
        draft = writing.draft_of(page)
        changed = with_proposal(draft, hint, actor)
        waits = page.has_unpublished_changes
        write = writing.save_draft if waits else writing.publish
        write(changed, actor=actor, stamp=stamp_of(page))
        return not waits


def with_proposal(draft: Any, hint: Hint, user: Person) -> Any:
    """Return a draft with the proposed values.

    Raises:
        ValidationError: If they fit no more.
    """
    kind = kind_of(type(draft))
    if kind is None:
        raise ValidationError(_("This proposal fits the page no more. Please enter it by hand."))
    unbound = form_for(kind, user, instance=draft)
    known = {name: value for name, value in hint.values.items() if name in kind.edited}
    data = with_values(QueryDict(mutable=True), unbound, {**stored_values(unbound), **known})
    form = form_for(kind, user, instance=draft, data=data)
    if not form.is_valid():
        raise ValidationError(
            [f"{form.fields[name].label}: {' '.join(said)}" for name, said in form.errors.items()]
        )
    return form.save(commit=False)


def _close(hint: Hint, *, actor: User, answer: str, state: Hint.State) -> None:
    fresh = Hint.objects.select_for_update().select_related("page", "reporter").get(pk=hint.pk)
    if not can(actor, Action.PUBLISH, fresh.page):
        raise PermissionDenied
    if fresh.state != Hint.State.OPEN:
        raise Refused(_("Somebody else settled this hint already. Nothing was changed."))
    fresh.state, fresh.answer = state, answer
    fresh.settled_at, fresh.settled_by = timezone.now(), actor
    fresh.save()
    record("page.hint_settled", actor=actor, obj=fresh.page)
    withdraw(HINT, key=f"hint:{hint.pk}")
    if fresh.reporter is not None:
        notify([fresh.reporter], SETTLED, key=f"hint:{hint.pk}", details={"hint": hint.pk})

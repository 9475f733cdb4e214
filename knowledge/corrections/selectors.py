"""Hints that wait for the reader, with what would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from access.rights import Person, can, spaces_where
from access.roles import Action
from knowledge.corrections.models import Hint
from knowledge.facts.forms import form_for, in_words, stored_values
from knowledge.pages.kinds import kind_of
from knowledge.writing.services import draft_of


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a proposal: what it says, and what it should say."""

    label: str
    now: str
    then: str


def open_hints(user: Person) -> QuerySet[Hint]:
    """Return the hints on pages of the spaces in which `user` publishes, the oldest first."""
    hints = Hint.objects.filter(
        state=Hint.State.OPEN, page__space__in=spaces_where(user, Action.PUBLISH)
    )
    return hints.select_related("page__space", "reporter__organisation")


# unscoped: for whoever may check the page, which the caller asks
def doubts_on(page: Any) -> QuerySet[Hint]:
    """Return the open hints that say that a page may be out of date, the oldest first."""
    doubts = Hint.objects.filter(page=page.pk, is_doubt=True, state=Hint.State.OPEN)
    return doubts.select_related("reporter__organisation")


def hint_for(user: Person, pk: int) -> Hint | None:
    """Return a hint that `user` may settle; None if there is none."""
    hint = Hint.objects.filter(pk=pk).select_related("page__space").first()
    return hint if hint is not None and can(user, Action.PUBLISH, hint.page) else None


def changes_of(hint: Hint, user: Person) -> Sequence[Change]:
    """Return what a proposal would change, beside the latest draft of its page."""
    page: Any = hint.page.specific
    kind = kind_of(type(page))
    if kind is None or not hint.values:
        return []
    form = form_for(kind, user, instance=draft_of(page))
    stored = stored_values(form)
    return [
        Change(
            str(form.fields[name].label),
            in_words(form, name, stored[name]) or _("nothing"),
            in_words(form, name, value) or _("nothing"),
        )
        for name, value in hint.values.items()
        if name in form.fields
    ]

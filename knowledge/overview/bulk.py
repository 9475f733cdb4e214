"""Change state, field of action or contact of many measures at once, after looking at what that would do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.consequence.state import fingerprint
from access.rights import rights_of, spaces_where
from access.roles import Action
from accounts.models import User
from knowledge.measures.models import ENDED, Contact, MeasurePage, State
from knowledge.measures.rules import Standing
from knowledge.measures.services import assess, name_contact, standing_of
from knowledge.taxonomy.models import FieldOfAction
from knowledge.writing.services import draft_of, publish
from knowledge.writing.stamps import stamp_of

MOST = 300  # measures at once: each is tried before it is shown


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done with each measure.

    Attributes:
        name: Of the change, such as `state`.
        value: As it was chosen; "" takes it away.
        said: What a measure says before, and what it would say.
        write: Does it.
    """

    name: str
    value: str
    said: Callable[[MeasurePage], tuple[str, str]]
    write: Callable[[MeasurePage], None]


@dataclass(frozen=True, slots=True)
class Effect:
    """What the change would do to one measure; `refused` is the sentence if it can't be."""

    measure: MeasurePage
    before: str
    after: str
    refused: str = ""

    @property
    def is_change(self) -> bool:
        """Tell whether anything would be written."""
        return not self.refused and self.before != self.after


def kept_among(user: User, measures: Any) -> Any:
    """Return those of a queryset of visible measures that `user` keeps current."""
    spaces = [] if rights_of(user).is_view else spaces_where(user, Action.PUBLISH)
    return measures.filter(space__in=spaces)


def of_state(value: str, actor: User) -> Change:
    """Give measures a state; one that has ended is no longer assessed."""

    def said(measure: MeasurePage) -> tuple[str, str]:
        return _label(measure.state), _label(value)

    def write(measure: MeasurePage) -> None:
        stands = standing_of(measure)
        if value in ENDED:
            stands = Standing(value)
        assess(measure, Standing(value, stands.assessment, stands.reason), actor=actor)

    return Change("state", value, said, write)


def _label(state: str) -> str:
    return str(State(state).label) if state else pgettext("measure", "not stated")


def of_field(field: FieldOfAction | None, actor: User) -> Change:
    """Give measures a field of action; whoever has a draft that waits is left alone."""

    def said(measure: MeasurePage) -> tuple[str, str]:
        nothing = _("not stated")
        return str(measure.field_of_action or nothing), str(field or nothing)

    def write(measure: MeasurePage) -> None:
        if measure.has_unpublished_changes:
            raise ValidationError(
                _("“%(page)s” has a draft that isn’t published. Publish or drop it first; nothing was written.")
                % {"page": measure.title}
            )  # fmt: skip
        draft = draft_of(measure)
        draft.field_of_action = field
        publish(draft, actor=actor, stamp=stamp_of(measure))

    return Change("field", field.slug if field else "", said, write)


def of_contact(person: User, actor: User) -> Change:
    """Name a person as the contact of their own organisation."""
    body: Any = person.organisation

    def said(measure: MeasurePage) -> tuple[str, str]:
        # unscoped: of a measure that the actor keeps
        now = Contact.objects.filter(measure=measure.pk, body=body).select_related("person").first()
        return (str(now.person) if now else _("nobody in particular")), str(person)

    def write(measure: MeasurePage) -> None:
        name_contact(measure, body, person, actor=actor)

    return Change("contact", str(person.pk), said, write)


def tried(change: Change, measures: Sequence[MeasurePage]) -> list[Effect]:
    """Say what a change would do: each measure is changed and changed back, so that every rule is asked."""
    return [_tried(change, one) for one in measures]


def _tried(change: Change, measure: MeasurePage) -> Effect:
    before, after = change.said(measure)
    if before == after:
        return Effect(measure, before, after)
    try:
        with transaction.atomic():
            change.write(measure)
            transaction.set_rollback(True)
    except ValidationError as wrong:
        return Effect(measure, before, after, " ".join(wrong.messages))
    except PermissionDenied:
        return Effect(measure, before, after, _("You may not change this. It was left as it is."))
    return Effect(measure, before, after)


def shown_as(change: Change, effects: Sequence[Effect]) -> str:
    """Return in short what was shown: if it differs, something changed meanwhile."""
    said = [(one.measure.pk, one.before, one.after, one.refused) for one in effects]
    return fingerprint([(change.name, change.value), *said])


@transaction.atomic
def carry_out(change: Change, effects: Sequence[Effect]) -> int:
    """Change all measures that can be changed, or none; return how many.

    Raises:
        ValidationError: If a rule refuses one that it didn't refuse a moment ago.
    """
    changed = [one for one in effects if one.is_change]
    for one in changed:
        change.write(one.measure)
    return len(changed)

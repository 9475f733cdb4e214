"""Milestones and entries of measures as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.handling import Classification
from access.models import Space
from accounts.models import Organisation, User
from knowledge.exchange.keys import Keys, keep_key, not_yours
from knowledge.exchange.kinds import Cells, Exchange, Key, Understood
from knowledge.exchange.of_measures import NAME as OF_MEASURES
from knowledge.exchange.of_measures import rows_of
from knowledge.measures.models import Entry, Milestone
from knowledge.measures.services import Origin, keep_milestone, write_entry
from knowledge.tables.reading import NotRead, choice_of, day_of

MILESTONES, ENTRIES = "meilensteine", "eintraege"
# What a table may say: nothing confidential goes out as a file, so nothing comes in by one.
_HANDLINGS = [(one.value, one.label) for one in Classification if one is not Classification.CONFIDENTIAL]  # fmt: skip


class _Places:
    """The measures of a space by the keys under which their own table knows them."""

    def __init__(self, user: User, space: Space) -> None:
        self.keys = Keys(space, OF_MEASURES)
        self._mine = set(rows_of(user, space).values_list("pk", flat=True))

    def measure(self, key: str) -> int:
        """Return the number of the measure.

        Raises:
            NotRead: If the key leads to none that a table may change.
        """
        row = self.keys.row(key)
        if row is None or row not in self._mine:
            raise NotRead(_("There is no measure with the key “%(key)s” here.") % {"key": key[:60]})
        return row


def _needed(label: Any, text: str, longest: int) -> str:
    if not text or len(text) > longest:
        raise NotRead(
            _("“%(column)s” is empty, or longer than %(most)s characters.")
            % {"column": label, "most": longest}
        )
    return text


# --- milestones ---------------------------------------------------------------------------------------
_STEP = (
    gettext_lazy("Key"), gettext_lazy("Measure"), gettext_lazy("Milestone"), gettext_lazy("begins on"),
    gettext_lazy("due on"), gettext_lazy("done on"),
)  # fmt: skip


def _milestones(user: User, space: Space) -> Any:
    # unscoped: of measures that may go out
    return Milestone.objects.filter(measure__in=rows_of(user, space).order_by().values("pk"))


def _current_milestones(user: User, space: Space) -> Mapping[Key, Cells]:
    keys, places = Keys(space, MILESTONES), Keys(space, OF_MEASURES)
    rows = _milestones(user, space).order_by("measure", "due_on", "pk")
    return {
        (keys.of(one.pk),): [
            keys.of(one.pk), places.of(one.measure_id), one.title, one.starts_on, one.due_on, one.done_on
        ]
        for one in rows
    }  # fmt: skip


def _milestone_reader(user: User, space: Space) -> Callable[[Mapping[str, str]], Understood]:
    keys, places = Keys(space, MILESTONES), _Places(user, space)
    mine = dict(_milestones(user, space).values_list("pk", "measure"))

    def understand(named: Mapping[str, str]) -> Understood:
        key, measure_key, title, begins, due, done = (named[str(one)] for one in _STEP)
        row, measure = keys.row(key), places.measure(measure_key)
        if row is not None and mine.get(row) != measure:
            raise not_yours()
        _needed(_STEP[2], title, 200)
        days = {"starts_on": day_of(begins), "due_on": day_of(due), "done_on": day_of(done)}
        if days["due_on"] is None:
            raise NotRead(_("The column “%(column)s” is empty.") % {"column": _STEP[4]})
        cells = [key, places.keys.of(measure), title, *days.values()]
        return Understood((key,), cells, (key, row, measure, {"title": title, **days}))

    return understand


def _write_milestone(actor: User, space: Space, values: Any) -> None:
    key, row, measure, said = values
    if row is None:
        milestone = Milestone(measure=rows_of(actor, space).get(pk=measure))
    else:
        milestone = _milestones(actor, space).get(pk=row)
    for name, value in said.items():
        setattr(milestone, name, value)
    kept = keep_milestone(milestone, actor=actor)
    if row is None:
        keep_key(space, MILESTONES, key, kept.pk)


# --- entries ------------------------------------------------------------------------------------------
_ENTRY = (
    gettext_lazy("Key"), gettext_lazy("Measure"), gettext_lazy("date"), gettext_lazy("what happened"),
    gettext_lazy("next step"), gettext_lazy("next step on"), gettext_lazy("Organisation"), gettext_lazy("evidence"),
    gettext_lazy("handling"),
)  # fmt: skip


def _entries(user: User, space: Space) -> Any:
    """Return the entries that go out: those for all readers; whom another one is for, a table couldn't say."""
    seen = Entry.objects.visible_to(user).for_all_readers()
    seen = seen.filter(measure__in=rows_of(user, space).order_by().values("pk"))
    return seen.exclude(classification=Classification.CONFIDENTIAL)


def _current_entries(user: User, space: Space) -> Mapping[Key, Cells]:
    keys, places = Keys(space, ENTRIES), Keys(space, OF_MEASURES)
    rows = _entries(user, space).select_related("body").order_by("measure", "happened_on", "pk")
    return {
        (keys.of(one.pk),): [
            keys.of(one.pk), places.of(one.measure_id), one.happened_on, one.text, one.next_step, one.next_step_on,
            one.body.short_name if one.body else "", one.evidence, str(Classification(one.classification).label),
        ]
        for one in rows
    }  # fmt: skip


def _entry_reader(user: User, space: Space) -> Callable[[Mapping[str, str]], Understood]:
    keys, places = Keys(space, ENTRIES), _Places(user, space)
    mine = dict(_entries(user, space).values_list("pk", "measure"))
    # unscoped: names that everybody may choose from
    bodies = {one.short_name.casefold(): one for one in Organisation.objects.all()}

    def understand(named: Mapping[str, str]) -> Understood:
        key, measure_key, day, text, step, step_on, body, evidence, handling = (
            named[str(one)] for one in _ENTRY
        )
        row, measure = keys.row(key), places.measure(measure_key)
        if row is not None and mine.get(row) != measure:
            raise not_yours()
        happened_on = day_of(day)
        if happened_on is None:
            raise NotRead(_("The column “%(column)s” is empty.") % {"column": _ENTRY[2]})
        if body and body.casefold() not in bodies:
            raise NotRead(
                _("“%(name)s” isn’t known here. Write it as the platform does.")
                % {"name": body[:60]}
            )
        said: dict[str, Any] = {
            "happened_on": happened_on,
            "text": _needed(_ENTRY[3], text, 5000),
            "next_step": step[:1000],
            "next_step_on": day_of(step_on),
            "body": bodies[body.casefold()] if body else None,
            "evidence": evidence[:1000],
            "classification": choice_of(handling, _HANDLINGS) or Classification.INTERNAL.value,
        }
        cells = [
            key, places.keys.of(measure), happened_on, text, said["next_step"], said["next_step_on"],
            said["body"].short_name if said["body"] else "", said["evidence"],
            str(Classification(said["classification"]).label),
        ]  # fmt: skip
        return Understood((key,), cells, (key, row, measure, said))

    return understand


def _write_entry(actor: User, space: Space, values: Any) -> None:
    key, row, measure, said = values
    if row is None:
        entry = Entry(measure=rows_of(actor, space).get(pk=measure))
    else:
        entry = _entries(actor, space).select_related("origin").filter(pk=row).first()
        if entry is None:
            raise ValidationError(_("This entry was deleted meanwhile. Nothing was saved."))
    for name, value in said.items():
        setattr(entry, name, value)
    origin = Origin(entry.origin, entry.origin_key, entry.reference) if entry.origin else None
    kept = write_entry(entry, actor=actor, origin=origin)
    if row is None:
        keep_key(space, ENTRIES, key, kept.pk)


OF_MILESTONES = Exchange(
    name=MILESTONES,
    title=gettext_lazy("Milestones"),
    columns=_STEP,
    hint=gettext_lazy("“Maßnahme” is the key from the table of measures."),
    current=_current_milestones,
    reader=_milestone_reader,
    write=_write_milestone,
)
OF_ENTRIES = Exchange(
    name=ENTRIES,
    title=gettext_lazy("Entries"),
    columns=_ENTRY,
    hint=gettext_lazy(
        "“Maßnahme” is the key from the table of measures. Entries that are confidential, or for some organisations "
        "only, are in no table."
    ),
    current=_current_entries,
    reader=_entry_reader,
    write=_write_entry,
)

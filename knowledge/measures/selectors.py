"""What a measure's page shows beside its own fields, within the reader's rights; what overview and report read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from access.audience import audiences_of
from access.rights import Person
from accounts.models import Organisation
from knowledge.basepage.models import KnowledgePage
from knowledge.measures.models import (
    Change,
    Contact,
    Entry,
    GoesOnIn,
    MeasurePage,
    MeasureResponsibility,
    Milestone,
    Need,
    Related,
    State,
    Subject,
)
from knowledge.measures.origins import seen_origins
from knowledge.measures.rules import proposal
from knowledge.measures.services import may_keep, standing_of
from knowledge.pages.kinds import kind_of
from knowledge.taxonomy.models import District

SHOWN_ENTRIES = 20  # the newest; a link shows all
SHOWN_CHANGES = 200


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry with where it comes from, as far as the reader may go there."""

    entry: Entry
    origin_title: str
    origin_url: str
    only_for: Sequence[str]


@dataclass(frozen=True, slots=True)
class Named:
    """A responsible body with its contact, where the reader may know of it."""

    responsibility: MeasureResponsibility
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class MeasureDetails:
    """All that stands on a measure's page beside its own fields."""

    responsibilities: Sequence[Named]
    districts: Sequence[District]
    practices: Sequence[KnowledgePage]
    previous: MeasurePage | None
    following: MeasurePage | None
    may_keep: bool
    milestones: Sequence[Milestone]
    proposal: Milestone | None
    entries: Sequence[ShownEntry]
    are_more_entries: bool
    needs: Sequence[tuple[Need, KnowledgePage | None]]
    related: Sequence[tuple[Related, str]]  # with what it is called: council paper, event …
    goes_on_in: Sequence[GoesOnIn]
    comes_from: Sequence[GoesOnIn]


def measure_details(
    measure: MeasurePage, user: Person, *, all_entries: bool = False
) -> MeasureDetails:
    """Collect what the page shows; the number of queries doesn't grow with what there is."""
    if measure.pk is None:  # a preview of a page that isn't saved yet
        return _nothing_yet(measure)
    practice_model: Any = apps.get_model("practices.PracticePage")
    practices = practice_model.objects.visible_to(user).filter(measure_links__measure=measure.pk)
    previous, following = _neighbours(measure, user)
    # unscoped: of a measure that is visible, to whose readers they belong
    milestones = list(Milestone.objects.filter(measure=measure.pk))
    entries = entries_of(measure, user)
    shown = list(entries if all_entries else entries[: SHOWN_ENTRIES + 1])
    ties = list(_ties(measure, user))
    keeps = may_keep(user, measure) and not any(one.ended_id == measure.pk for one in ties)
    return MeasureDetails(
        responsibilities=_with_contacts(measure, user),
        districts=list(measure.districts.all()),
        practices=list(practices.order_by("title")),
        previous=previous,
        following=following,
        may_keep=keeps,
        milestones=milestones,
        proposal=proposal(standing_of(measure), milestones) if keeps else None,
        entries=_shown(shown if all_entries else shown[:SHOWN_ENTRIES], user),
        are_more_entries=not all_entries and len(shown) > SHOWN_ENTRIES,
        needs=_needs(measure, user),
        related=related_pages(measure, user),
        goes_on_in=[one for one in ties if one.ended_id == measure.pk],
        comes_from=[one for one in ties if one.next_id == measure.pk],
    )


def _nothing_yet(measure: MeasurePage) -> MeasureDetails:
    named = [Named(one, None) for one in measure.responsibilities.all()]
    districts = list(measure.districts.all())
    return MeasureDetails(
        named, districts, (), None, None, False, (), None, (), False, (), (), (), ()
    )


def entries_of(measure: MeasurePage, user: Person) -> Any:
    """Return the entries of a measure that `user` may see, newest first, as a queryset."""
    entries = Entry.objects.visible_to(user).filter(measure=measure.pk).newest_first()
    return entries.select_related("body", "written_by", "measure")


def _shown(entries: Sequence[Entry], user: Person) -> list[ShownEntry]:
    origins = seen_origins(entries, user)
    only_for = bodies_by_passage(one.key for one in entries)
    return [_shown_entry(one, origins.get(one.pk), only_for.get(one.key, ())) for one in entries]


# unscoped: names of the organisations to which passages are narrowed that the reader sees
def bodies_by_passage(keys: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Return the names of the organisations to which passages are narrowed; three queries."""
    audiences = audiences_of(keys)
    numbers = {pk for audience in audiences.values() for pk in audience}
    names = (
        {one.pk: str(one) for one in Organisation.objects.filter(pk__in=numbers)} if numbers else {}
    )
    return {key: sorted(names[pk] for pk in audience) for key, audience in audiences.items()}


def _shown_entry(entry: Entry, origin: KnowledgePage | None, only_for: Sequence[str]) -> ShownEntry:
    """Name the origin to whoever may read it; not even its number to others."""
    if origin is None:
        return ShownEntry(entry, "", "", only_for)
    anchor = f"#{entry.origin_key}" if entry.origin_key else ""
    title = f"{entry.reference}, {origin.title}" if entry.reference else origin.title
    return ShownEntry(entry, title, f"{origin.url}{anchor}", only_for)


def _with_contacts(measure: MeasurePage, user: Person) -> list[Named]:
    """Return the bodies in printed order; who answers is for the body's own people and whoever keeps the measure."""
    rows = list(measure.responsibilities.select_related("organisation"))
    # unscoped: narrowed below to whoever knows these people anyway
    contacts = Contact.objects.filter(measure=measure.pk, person__is_active=True).select_related(
        "person"
    )
    if not may_keep(user, measure):
        contacts = contacts.filter(body=getattr(user, "organisation_id", None))
    by_body = {one.body_id: one for one in contacts}
    return [Named(one, by_body.get(one.organisation_id)) for one in rows]


def _needs(measure: MeasurePage, user: Person) -> list[tuple[Need, KnowledgePage | None]]:
    # unscoped: of a measure that is visible, to whose readers they belong; its papers are asked for
    needs = list(Need.objects.filter(measure=measure.pk))
    numbers = {one.paper_id for one in needs if one.paper_id}
    pages = KnowledgePage.objects.visible_to(user).filter(pk__in=numbers) if numbers else ()
    papers = {page.pk: page for page in pages}
    return [(one, papers.get(one.paper_id)) for one in needs]


def related_pages(measure: MeasurePage, user: Person) -> list[tuple[Related, str]]:
    """Return the pages that belong to a measure and that `user` may read, with what each is called; two queries."""
    seen = KnowledgePage.objects.visible_to(user).order_by()
    # unscoped: narrowed to visible pages in the same line
    rows = Related.objects.filter(measure=measure.pk, page__in=seen).select_related(
        "page__content_type"
    )
    return [(one, _kind_label(one.page)) for one in rows]


def _kind_label(page: KnowledgePage) -> str:
    kind = kind_of(page.specific_class)
    return str(kind.label if kind else page.specific_class._meta.verbose_name)


def measures_tied_to(page: KnowledgePage, user: Person) -> list[MeasurePage]:
    """Return the measures that a page belongs to, whose money it decides on or of which an entry comes from it.

    Those that `user` may read, by entries that `user` may see; one query. An entry that comes from one line of the page
    isn't counted: the line may be hidden.
    """
    entries = Entry.objects.visible_to(user).filter(origin=page.pk, origin_key__isnull=True)
    tied = Q(related__page=page.pk) | Q(needs__paper=page.pk) | Q(pk__in=entries.values("measure"))
    found = MeasurePage.objects.visible_to(user).filter(tied)
    return list(found.order_by("number", "title").distinct())


def _ties(measure: MeasurePage, user: Person) -> Any:
    seen = MeasurePage.objects.visible_to(user).order_by().values("pk")
    either = Q(ended=measure.pk, next__in=seen) | Q(next=measure.pk, ended__in=seen)
    # unscoped: both ends are asked for in the line above
    return GoesOnIn.objects.filter(either).select_related("ended", "next")


def history_of(measure: MeasurePage) -> Any:
    """Return the former values of a measure that is visible, newest first."""
    # unscoped: of a measure that is visible, to whose readers they belong
    changes = Change.objects.filter(measure=measure.pk)
    return changes.select_related("changed_by")[:SHOWN_CHANGES]


def _neighbours(
    measure: MeasurePage, user: Person
) -> tuple[MeasurePage | None, MeasurePage | None]:
    """Return the visible measures with the nearest lower and higher number, in one query."""
    if measure.number is None:
        return None, None
    visible = MeasurePage.objects.visible_to(user).filter(number__isnull=False)
    lower = visible.filter(number__lt=measure.number).order_by("-number")[:1]
    higher = visible.filter(number__gt=measure.number).order_by("number")[:1]
    nearest = Q(pk__in=lower.values("pk")) | Q(pk__in=higher.values("pk"))
    found = list(MeasurePage.objects.filter(nearest).order_by("number"))
    before = next((one for one in found if one.number < measure.number), None)
    after = next((one for one in found if one.number > measure.number), None)
    return before, after


# --- for overview and report ------------------------------------------------------------------------
def current_measures_for(user: Person) -> Any:
    """Return the measures that `user` may read and that don't go on in others, by number, as a queryset."""
    current = MeasurePage.objects.visible_to(user).filter(goes_on_in__isnull=True)
    return current.order_by("number", "title", "pk")


def states_on(measures: Collection[int], day: dt.date) -> Mapping[int, State]:
    """Return how far each measure was on a day, from its history; those without a word until then are left out."""
    # unscoped: for measures that the caller took by the reader's right
    changes = Change.objects.filter(
        measure__in=measures, subject=Subject.STATE, changed_on__lte=day
    )
    rows = changes.order_by("changed_on", "pk").values_list("measure", "after")
    return {measure: State(after) for measure, after in rows if after}

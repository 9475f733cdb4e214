"""Measures as a table: what their pages say in fields, and how they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import Space
from accounts.models import Organisation, User
from knowledge.exchange.keys import Keys, keep_key, not_yours
from knowledge.exchange.kinds import Cells, Exchange, Key, Understood
from knowledge.measures.models import (
    Assessment,
    Horizon,
    MeasureIndexPage,
    MeasurePage,
    MeasureResponsibility,
    State,
)
from knowledge.measures.rules import Standing
from knowledge.measures.services import assess, standing_of
from knowledge.tables.reading import NotRead, choice_of
from knowledge.taxonomy.models import District, FieldOfAction
from knowledge.writing.services import create_published_page, draft_of, publish
from knowledge.writing.stamps import stamp_of

NAME = "massnahmen"
_COLUMNS = (
    gettext_lazy("Key"), gettext_lazy("Number"), gettext_lazy("Title"), gettext_lazy("Horizon"),
    gettext_lazy("Field of action"), gettext_lazy("Districts"), gettext_lazy("Responsible"), gettext_lazy("State"),
    gettext_lazy("Assessment"), gettext_lazy("Reason"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a page says of a measure in fields; bodies in printed order."""

    title: str
    number: int | None
    horizon: str
    field: str
    districts: tuple[str, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Values:
    key: str
    row: int | None
    facts: _Facts
    standing: Standing


def rows_of(user: User, space: Space) -> Any:
    """Return the measures of a space that go out as a table, and that a table may change."""
    found = MeasurePage.objects.exportable_by(user).filter(space=space, goes_on_in__isnull=True)
    return found.order_by("number", "title", "pk")


def _current(user: User, space: Space) -> Mapping[Key, Cells]:
    keys = Keys(space, NAME)
    rows = rows_of(user, space).select_related("field_of_action")
    rows = rows.prefetch_related("responsibilities__organisation", "districts")
    return {
        (keys.of(one.pk),): _cells(keys.of(one.pk), facts_of(one), standing_of(one)) for one in rows
    }


def facts_of(measure: MeasurePage) -> _Facts:
    """Return what a page says of a measure in fields."""
    field = measure.field_of_action
    return _Facts(
        title=measure.title,
        number=measure.number,
        horizon=measure.horizon,
        field=field.title if field else "",
        districts=tuple(sorted(one.name for one in measure.districts.all())),
        bodies=tuple(one.organisation.short_name for one in measure.responsibilities.all()),
    )


def _cells(key: str, facts: _Facts, standing: Standing) -> Cells:
    return [
        key, facts.number, facts.title, _label(Horizon, facts.horizon), facts.field, ", ".join(facts.districts),
        ", ".join(facts.bodies), _label(State, standing.state), _label(Assessment, standing.assessment),
        standing.reason,
    ]  # fmt: skip


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value else ""


def _reader(user: User, space: Space) -> Callable[[Mapping[str, str]], Understood]:
    keys = Keys(space, NAME)
    mine = set(rows_of(user, space).values_list("pk", flat=True))
    # unscoped: names that everybody may choose from
    fields = _by_name(FieldOfAction.objects.values_list("title", flat=True))
    districts = _by_name(District.objects.values_list("name", flat=True))
    bodies = _by_name(Organisation.objects.values_list("short_name", flat=True))

    def understand(named: Mapping[str, str]) -> Understood:
        key, number, title, horizon, field, places, responsible, state, assessment, reason = (
            named[str(one)] for one in _COLUMNS
        )
        row = keys.row(key)
        if row is not None and row not in mine:
            raise not_yours()
        if not title or len(title) > 255:
            raise NotRead(_("The title is empty, or longer than 255 characters."))
        facts = _Facts(
            title=title,
            number=_number(number),
            horizon=choice_of(horizon, Horizon.choices),
            field=_known(field, fields) if field else "",
            districts=tuple(sorted(_known(one, districts) for one in _parts(places))),
            bodies=tuple(dict.fromkeys(_known(one, bodies) for one in _parts(responsible))),
        )
        standing = Standing(
            choice_of(state, State.choices),
            choice_of(assessment, Assessment.choices),
            " ".join(reason.split())[:300],
        )
        values = _Values(key, row, facts, standing)
        return Understood((key,), _cells(key, facts, standing), values)

    return understand


def _by_name(names: Any) -> Mapping[str, str]:
    return {name.casefold(): name for name in names}


def _parts(text: str) -> list[str]:
    return [part for one in text.split(",") if (part := " ".join(one.split()))]


def _known(name: str, known: Mapping[str, str]) -> str:
    found = known.get(name.casefold())
    if found is None:
        raise NotRead(
            _("“%(name)s” isn’t known here. Write it as the platform does.") % {"name": name[:60]}
        )
    return found


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) > 32_000:
        raise NotRead(_("“%(text)s” is no number of a measure.") % {"text": text[:40]})
    return int(text)


def _write(actor: User, space: Space, values: _Values) -> None:
    if values.row is None:
        page = _new(actor, space, values)
    else:
        page = rows_of(actor, space).get(pk=values.row)
        if facts_of(page) != values.facts:
            page = _changed(actor, page, values.facts)
    if standing_of(page) != values.standing:
        assess(page, values.standing, actor=actor)


def _new(actor: User, space: Space, values: _Values) -> MeasurePage:
    index = MeasureIndexPage.objects.visible_to(actor).filter(space=space).order_by("path").first()
    if index is None:
        raise ValidationError(
            _("The space has no list of measures. Make one first; nothing was written.")
        )
    page = MeasurePage()
    _put(page, values.facts)
    made: MeasurePage = create_published_page(page, below=index, actor=actor)
    keep_key(space, NAME, values.key, made.pk)
    return made


def _changed(actor: User, page: MeasurePage, facts: _Facts) -> MeasurePage:
    if page.has_unpublished_changes:
        raise ValidationError(
            _("“%(page)s” has a draft that isn’t published. Publish or drop it first; nothing was written.")
            % {"page": page.title}
        )  # fmt: skip
    draft = draft_of(page)
    _put(draft, facts)
    published: MeasurePage = publish(draft, actor=actor, stamp=stamp_of(page))
    return published


# unscoped: names that were found in the table, chosen by whoever publishes
def _put(page: MeasurePage, facts: _Facts) -> None:
    page.title, page.number, page.horizon = facts.title, facts.number, facts.horizon
    page.field_of_action = FieldOfAction.objects.filter(title=facts.field).first()
    page.districts = list(District.objects.filter(name__in=facts.districts))
    said: Sequence[str] = [one.organisation.short_name for one in page.responsibilities.all()]
    if tuple(said) == facts.bodies:
        return
    leads = {one.organisation_id for one in page.responsibilities.all() if one.is_lead}
    found = {
        one.short_name: one for one in Organisation.objects.filter(short_name__in=facts.bodies)
    }
    page.responsibilities = [
        MeasureResponsibility(
            organisation=found[name], is_lead=found[name].pk in leads, sort_order=place
        )
        for place, name in enumerate(facts.bodies)
    ]


EXCHANGE = Exchange(
    name=NAME,
    title=gettext_lazy("Measures"),
    columns=_COLUMNS,
    hint=gettext_lazy(
        "Several districts or organisations are separated by commas. A new key makes a new measure. State and "
        "assessment can’t contradict the milestones."
    ),
    current=_current,
    reader=_reader,
    write=_write,
)

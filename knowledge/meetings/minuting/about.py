"""What an item is about, as it is typed: numbers of measures and papers, and names of districts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from access.rights import Person
from knowledge.basepage.models import KnowledgePage
from knowledge.council.models import PaperPage
from knowledge.measures.models import MeasurePage
from knowledge.measures.rules import number_typed
from knowledge.meetings.agenda import Raw, new_part, parted
from knowledge.taxonomy.models import District

MOST = 20  # measures, papers or districts of one item


@dataclass(slots=True)
class Understood:
    """What a list means that was typed.

    Attributes:
        parts: As the stream stores them.
        left: Sentences about what means nothing to the writer, by how it was typed.
    """

    parts: list[Raw]
    left: dict[str, str] = field(default_factory=dict)


def numbers_of(items: Iterable[Raw], user: Person) -> dict[int, str]:
    """Return how the measures and papers of stored items are typed, as far as `user` sees them: two queries."""
    wanted = [one["value"] for item in items for one in item["value"]["about"] if one["value"]]
    if not wanted:
        return {}
    measures = {pk: f"M {number}" for pk, number in _numbers(MeasurePage, wanted, user)}
    return measures | dict(_numbers(PaperPage, wanted, user))


def _numbers(model: Any, wanted: Sequence[int], user: Person) -> list[tuple[int, Any]]:
    found = model.objects.visible_to(user).filter(pk__in=wanted).exclude(number=None)
    return list(found.values_list("pk", "number"))


def about_typed(typed: str, user: Person) -> str:
    """Return how the form shows the measures and papers that were typed."""
    found = pages_understood(typed, (), user)
    numbers = numbers_of([{"value": {"about": found.parts}}], user)
    shown = [numbers[one["value"]] for one in found.parts if one["value"] in numbers]
    return "; ".join((*shown, *found.left))


def districts_typed(typed: str) -> str:
    """Return how the form shows the districts that were typed."""
    found = districts_understood(typed, ())
    return "; ".join((*(one["value"] for one in found.parts), *found.left))


def pages_understood(typed: str, before: Sequence[Raw], user: Person) -> Understood:
    """Return the pages that were typed; those that `user` doesn't see stay."""
    if not typed.strip() and not before:
        return Understood([])
    wanted, left = [], {}
    for one in parted(typed)[:MOST]:
        page = _page(one, user)
        if isinstance(page, str):
            left[one] = page
        else:
            wanted.append(page)
    stored = [one["value"] for one in before if one["value"]]
    # unscoped: which of the stored ones the writer may see is asked in the same line
    seen = set(
        KnowledgePage.objects.visible_to(user).filter(pk__in=stored).values_list("pk", flat=True)
    )
    unseen = [pk for pk in stored if pk not in seen]
    parts = {one["value"]: one for one in before}
    pages = dict.fromkeys([*wanted, *unseen])
    return Understood([parts.get(pk) or new_part(pk) for pk in pages], left)


def _page(typed: str, user: Person) -> int | str:
    """Return the page that a number means, or a sentence if it is none that `user` sees, or several."""
    named = Q(pk__in=PaperPage.objects.filter(number__iexact=typed).values("pk"))
    number = number_typed(typed)
    if number is not None:
        named |= Q(pk__in=MeasurePage.objects.filter(number=number).values("pk"))
    pages = list(KnowledgePage.objects.visible_to(user).filter(named).values_list("pk", flat=True))
    if len(pages) == 1:
        return int(pages[0])
    said = (
        _("“%(typed)s” may be several measures or papers; link the one you mean in the text.")
        if pages
        else _("“%(typed)s” is no measure or paper here. Write the number, such as M 12.")
    )
    return said % {"typed": typed[:40]}


def districts_understood(typed: str, before: Sequence[Raw]) -> Understood:
    """Return the districts that were typed, by their names."""
    if not typed.strip():
        return Understood([])
    known = {one.name.casefold(): one.name for one in District.objects.all()}
    parts = {one["value"]: one for one in before}
    typed_names = parted(typed.replace(",", ";"))[:MOST]
    names = dict.fromkeys(known[one.casefold()] for one in typed_names if one.casefold() in known)
    return Understood(
        [parts.get(name) or new_part(name) for name in names],
        {one: no_district(one) for one in typed_names if one.casefold() not in known},
    )


def no_district(typed: str) -> str:
    """Say that what was typed is no district."""
    return _("“%(typed)s” is no district.") % {"typed": typed[:40]}

"""What an item is about, as it is typed: numbers of measures and papers, and names of districts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


class NotFound(ValueError):
    """Nothing that the writer sees is called so; the message is a sentence for people."""


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
    """Return how the form shows the measures and papers that were typed.

    Raises:
        NotFound: If a number is none that `user` sees, or several.
    """
    found = pages_understood(typed, (), user)
    numbers = numbers_of([{"value": {"about": found}}], user)
    return "; ".join(numbers[one["value"]] for one in found if one["value"] in numbers)


def districts_typed(typed: str) -> str:
    """Return how the form shows the districts that were typed.

    Raises:
        NotFound: If there is no such district.
    """
    return "; ".join(one["value"] for one in districts_understood(typed, ()))


def pages_understood(typed: str, before: Sequence[Raw], user: Person) -> list[Raw]:
    """Return the pages that were typed, as the stream stores them; those that `user` doesn't see stay.

    Raises:
        NotFound: If a number is none that `user` sees, or several.
    """
    if not typed.strip() and not before:
        return []
    wanted = [_page(one, user) for one in parted(typed)[:MOST]]
    stored = [one["value"] for one in before if one["value"]]
    # unscoped: which of the stored ones the writer may see is asked in the same line
    seen = set(
        KnowledgePage.objects.visible_to(user).filter(pk__in=stored).values_list("pk", flat=True)
    )
    unseen = [pk for pk in stored if pk not in seen]
    parts = {one["value"]: one for one in before}
    return [parts.get(pk) or new_part(pk) for pk in dict.fromkeys([*wanted, *unseen])]


def _page(typed: str, user: Person) -> int:
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
    raise NotFound(said % {"typed": typed[:40]})


def districts_understood(typed: str, before: Sequence[Raw]) -> list[Raw]:
    """Return the districts that were typed, as the stream stores them, by their names.

    Raises:
        NotFound: If there is no such district.
    """
    if not typed.strip():
        return []
    known = {one.name.casefold(): one.name for one in District.objects.all()}
    parts = {one["value"]: one for one in before}
    names = []
    for one in parted(typed.replace(",", ";"))[:MOST]:
        name = known.get(one.casefold())
        if name is None:
            raise NotFound(_("“%(typed)s” is no district.") % {"typed": one[:40]})
        names.append(name)
    return [parts.get(name) or new_part(name) for name in dict.fromkeys(names)]

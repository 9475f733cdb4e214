"""A facet: something that hits are counted and narrowed by. One object says all of it; nothing else names a facet.

Engines count all registered facets, addresses and the API have a parameter for each, `name:value` in a search knows its
typed words, and documents carry its values (docs/recipes.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING
from zlib import crc32

from web.registry import Registry

if TYPE_CHECKING:
    # The engines know facets, and neither models nor settings.
    from access.scope import AccessScope
    from search.documents import SearchDocument
    from web.menu import Label

MAX_VALUE_CHARS = 100

OTHER_PARAMETERS = frozenset({"q", "after", "before", "sort", "page"})
OTHER_FILTERS = {"nach": "after", "seit": "after", "ab": "after", "vor": "before", "von": "by"}
"""What else may be typed before a colon. `by` is a person to be named in the text, or a first day."""


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """One value of a facet: what documents carry, what people see, and what else they may type for it."""

    value: str
    label: Label
    aliases: tuple[str, ...] = ()


def is_slug(value: str) -> bool:
    """Tell whether a value can be a short name; engines must never see any that can't."""
    return 0 < len(value) <= MAX_VALUE_CHARS and value.isprintable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One facet.

    Attributes:
        name: Unique; what documents and engines call it.
        legend: What people see above its values.
        order: Place among the facets, the lowest first.
        parameter: Its name in the address of a search and in the API.
        typed: Words for it before a colon, in lower case.
        choices: Returns all values with labels in one query; gets the reader's scope and leaves out what the reader
            may not know. None if the values are their own labels, the highest first, such as years.
        labels: Returns (value, label) of some values only, for facets with very many.
        today: Returns what values that had another name before are called now, by the former name; kept addresses and
            saved searches hold those.
        is_value: Tells by its form whether something can be a value; called with what stands in an address.
        values_of: Reads its values from a document; None if they stand under its name in `SearchDocument.facets`.
        is_open: Whether its values show at once.
        leads_to_people: Whether people who share a value with what is near to a search may be asked about it.
    """

    name: str
    legend: Label
    order: int
    parameter: str
    typed: tuple[str, ...]
    choices: Callable[[AccessScope], Iterable[FacetChoice]] | None
    labels: Callable[[AccessScope, Sequence[str]], Iterable[tuple[str, Label]]] | None = None
    today: Callable[[Sequence[str]], Mapping[str, str]] | None = None
    is_value: Callable[[str], bool] = is_slug
    values_of: Callable[[SearchDocument], Iterable[str]] | None = None
    is_open: bool = False
    leads_to_people: bool = False

    def values_in(self, document: SearchDocument) -> tuple[str, ...]:
        """Return the values of a document, each once."""
        values = self.values_of(document) if self.values_of else document.facets.get(self.name, ())
        return tuple(dict.fromkeys(values))


def _check(facet: Facet) -> None:
    taken = OTHER_PARAMETERS | {one.parameter for one in facets}
    if facet.parameter in taken:
        raise ValueError(
            f"The parameter {facet.parameter!r} of the facet {facet.name!r} is taken; use another."
        )
    if other := OTHER_FILTERS.keys() & set(facet.typed):
        raise ValueError(f"The facet {facet.name!r} can't be typed as {', '.join(sorted(other))}.")


facets: Registry[Facet] = Registry(
    "facet",
    cure="register it with search.facet.facets.register",
    words=attrgetter("typed"),
    check=_check,
)


def facets_in_order() -> list[Facet]:
    """Return all facets in the order in which they are shown."""
    return sorted(facets, key=attrgetter("order"))


def facet_names() -> tuple[str, ...]:
    """Return the names of the facets in documents and engines, in order."""
    return tuple(facet.name for facet in facets_in_order())


def layout(version: int) -> int:
    """Return the number of an index's layout, which changes with the version of its schema and with the facets.

    Args:
        version: Of what the engine writes beside the facets.
    """
    return version * 1_000_000 + crc32(",".join(sorted(facet_names())).encode()) % 1_000_000


def filter_named(word: str) -> str | None:
    """Return what `word:` filters by: the name of a facet, `after`, `before`, `by`; None for anything else."""
    facet = facets.called(word)
    return facet.name if facet and word in facet.typed else OTHER_FILTERS.get(word)

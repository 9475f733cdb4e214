"""Facets: which values there are, what they are called, and which one a person means by what she types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.models import Space
from access.scope import AccessScope
from accounts.models import Organisation
from search.analysis.normal import fold
from search.analysis.stems import stem
from search.engines.base import FACETS
from search.registry import FacetChoice, kind_named, kinds, registered_facet
from search.statements import Asked, KeyStatement, Row

LEGENDS: Mapping[str, str | Promise] = {
    "kind": _("Kind"),
    "organisation": _("Organisation"),
    "space": _("Space"),
    "field_of_action": _("Field of action"),
    "district": _("District"),
    "year": _("Year"),
}

PARAMETERS: Mapping[str, str] = {
    "kind": "kind",
    "organisation": "org",
    "space": "space",
    "field_of_action": "field",
    "district": "district",
    "year": "year",
}
"""Name of each facet in the address of a search."""

_OPEN = frozenset({"kind", "organisation", "space"})

MAX_VALUES = 50
MAX_LABELS = 60
"""Values whose labels are read for one facet: some more than are shown, as a few may have none."""

MAX_VALUE_CHARS = 100
MIN_PREFIX_CHARS = 3


# Not frozen: a search makes a hundred, and to freeze them takes longer than to count them.
@dataclass(slots=True)
class FacetOption:
    """One value as the reader sees it, with the number of hits it would leave."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """One facet of an answer; `name` is the parameter of the address, `is_open` whether its values show at once."""

    name: str
    legend: str
    options: Sequence[FacetOption]
    is_open: bool


class FacetBook:
    """The values of all facets that one reader may know of, each facet read from the database at most once."""

    def __init__(self, scope: AccessScope) -> None:
        self._scope = scope
        self._read: dict[str, dict[str, FacetChoice]] = {}

    def choices(self, facet: str) -> Mapping[str, FacetChoice]:
        """Return the values of a facet by value; none for `year`, whose values are their own labels."""
        if facet not in self._read:
            reader = _READERS.get(facet) or registered_facet(facet) or _nothing
            self._read[facet] = {choice.value: choice for choice in reader(self._scope)}
        return self._read[facet]

    def label(self, facet: str, value: str) -> str:
        """Return what a value is called; empty if the reader can't know it."""
        if facet == "year":
            return value
        choice = self.choices(facet).get(value)
        return str(choice.label) if choice else ""

    def labels(self, facet: str, values: Sequence[str]) -> Mapping[str, str]:
        """Return what some values are called, those left out that the reader can't know.

        Of spaces, organisations and kinds only those asked for are read; other facets are read as a whole.
        """
        reader = _SOME_READERS.get(facet)
        if reader is None or facet in self._read:
            return {value: label for value in values if (label := self.label(facet, value))}
        return {value: str(label) for value, label in reader(self._scope, values) if label}

    def reads_for(
        self,
        counts: Mapping[str, Iterable[tuple[str, int]]],
        selected: Mapping[str, Sequence[str]],
    ) -> list[Asked]:
        """Return what `groups` will read of spaces and organisations, to be sent with other statements."""
        values = {
            facet: _shown(dict(counts.get(facet, ())), selected.get(facet, ()))
            for facet in ("organisation", "space")
            if facet not in self._read
        }
        asked: list[Asked] = [(_SPACES, _known(self._scope, values.get("space", ())))]
        return [*asked, (_ORGANISATIONS, values.get("organisation", ()))]

    def meant_by(self, facet: str, text: str) -> tuple[str, ...]:
        """Return the values that a person may mean by `text`: those called so, else those that begin or hold it."""
        wanted = fold_text(text)
        if facet == "year":
            return (wanted,) if wanted.isdigit() and len(wanted) == 4 else ()
        if not wanted:
            return ()
        names = {
            value: {fold_text(str(name)) for name in (value, choice.label, *choice.aliases)}
            for value, choice in self.choices(facet).items()
        }
        stems = _stems(wanted)
        tests: list[Callable[[str], bool]] = [
            lambda name: name == wanted,
            lambda name: _stems(name) == stems,
        ]
        if len(wanted) >= MIN_PREFIX_CHARS:
            tests += [
                lambda name: name.startswith(wanted),
                lambda name: f" {wanted}" in name,
            ]
        for test in tests:
            found = tuple(value for value, of_value in names.items() if any(map(test, of_value)))
            if found:
                return found
        return ()

    def groups(
        self,
        counts: Mapping[str, Iterable[tuple[str, int]]],
        selected: Mapping[str, Sequence[str]],
    ) -> list[FacetGroup]:
        """Put labels to the counts of an answer; values without a label the reader may know are left out.

        A selected value stays in the list with count 0, so that it can be taken back.
        """
        return [
            FacetGroup(
                PARAMETERS[facet], str(LEGENDS[facet]), options, facet in _OPEN or facet in selected
            )
            for facet in FACETS
            if (
                options := self._options(
                    facet, dict(counts.get(facet, ())), selected.get(facet, ())
                )
            )
        ]

    def _options(
        self, facet: str, counts: Mapping[str, int], selected: Sequence[str]
    ) -> list[FacetOption]:
        values = _shown(counts, selected)
        labels = self.labels(facet, values)
        options = [
            FacetOption(value, labels[value], counts.get(value, 0), value in selected)
            for value in values
            if value in labels
        ]
        if facet == "year":
            options.sort(key=lambda option: option.value, reverse=True)
        # Not sorted by selection: what was just ticked must not jump away from under the pointer.
        return options[:MAX_VALUES]


def fold_text(text: str) -> str:
    """Make spellings of a name equal: case, umlauts, hyphens and blanks."""
    return " ".join(
        fold(word) for word in text[:MAX_VALUE_CHARS].replace("-", " ").replace("_", " ").split()
    )


def _shown(counts: Iterable[str], selected: Iterable[str]) -> list[str]:
    # What is selected must not get lost among many.
    return list(dict.fromkeys([*islice(counts, MAX_LABELS), *selected]))


def _known(scope: AccessScope, values: Iterable[str]) -> list[int]:
    return [int(value) for value in values if value.isdecimal() and int(value) in scope.spaces]


def _stems(folded: str) -> list[str]:
    return [stem(word) for word in folded.split()]


def usable(facet: str, values: Iterable[str]) -> tuple[str, ...]:
    """Keep the values that the facet can have by their form; engines must never see the others."""
    kept = dict.fromkeys(value.strip() for value in values if _FORMS[facet](value.strip()))
    return tuple(kept)[:MAX_VALUES]


def _is_slug(value: str) -> bool:
    return 0 < len(value) <= MAX_VALUE_CHARS and value.isprintable()


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def _is_year(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) == 4


_FORMS: Mapping[str, Callable[[str], bool]] = {
    "kind": _is_slug,
    "organisation": _is_slug,
    "space": _is_number,
    "field_of_action": _is_slug,
    "district": _is_slug,
    "year": _is_year,
}


def _nothing(scope: AccessScope) -> Iterable[FacetChoice]:
    return ()


def _kinds(scope: AccessScope) -> Iterable[FacetChoice]:
    return (FacetChoice(kind.value, kind.label, kind.aliases) for kind in kinds())


def _organisations(scope: AccessScope) -> Iterable[FacetChoice]:
    rows = Organisation.objects.values_list("slug", "short_name", "name")
    return (FacetChoice(slug, short_name, (name,)) for slug, short_name, name in rows)


def _spaces(scope: AccessScope) -> Iterable[FacetChoice]:
    rows = Space.objects.filter(pk__in=scope.spaces).values_list("pk", "title", "slug")
    return (FacetChoice(str(pk), title, (slug,)) for pk, title, slug in rows)


_ORGANISATIONS = KeyStatement(
    lambda slugs: (
        Organisation.objects.filter(slug__in=slugs).order_by().values_list("slug", "short_name")
    ),
    stand_ins=[f"¶{number}" for number in range(MAX_LABELS)],
)
_SPACES = KeyStatement(
    lambda pks: Space.objects.filter(pk__in=pks).order_by().values_list("pk", "title"),
    stand_ins=range(-MAX_LABELS, 0),
)


def _some_organisations(scope: AccessScope, slugs: Sequence[str]) -> Iterable[Row]:
    return _ORGANISATIONS.rows(slugs)


def _some_spaces(scope: AccessScope, values: Sequence[str]) -> Iterable[Row]:
    return ((str(pk), title) for pk, title in _SPACES.rows(_known(scope, values)))


def _some_kinds(scope: AccessScope, values: Sequence[str]) -> Iterable[Row]:
    return ((kind.value, kind.label) for value in values if (kind := kind_named(value)))


_SOME_READERS: Mapping[str, Callable[[AccessScope, Sequence[str]], Iterable[Row]]] = {
    "kind": _some_kinds,
    "organisation": _some_organisations,
    "space": _some_spaces,
}

_READERS: Mapping[str, Callable[[AccessScope], Iterable[FacetChoice]]] = {
    "kind": _kinds,
    "organisation": _organisations,
    "space": _spaces,
}

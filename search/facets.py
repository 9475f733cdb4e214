"""The facets of one answer: their values and labels, and the values that a person means by a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from access.scope import AccessScope
from search.analysis.normal import fold
from search.analysis.stems import stem
from search.facet import MAX_VALUE_CHARS, Facet, FacetChoice, facets_in_order
from search.own_facets import MAX_LABELS

MAX_VALUES = 50
FEW = 6  # values of a facet that show at once
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

    @property
    def first(self) -> Sequence[FacetOption]:
        """Return the values that show at once: all if they are few, else the most frequent ones."""
        return self.options if len(self.options) <= FEW + 1 else self.options[:FEW]

    @property
    def folded(self) -> Sequence[FacetOption]:
        """Return the values behind "All …"."""
        return self.options[len(self.first) :]

    @property
    def is_unfolded(self) -> bool:
        """Whether one of these is chosen."""
        return any(option.selected for option in self.folded)


class FacetBook:
    """The values of all facets that one reader may know, each facet read from the database at most once."""

    def __init__(self, scope: AccessScope) -> None:
        self._scope = scope
        self._read: dict[str, dict[str, FacetChoice]] = {}

    def choices(self, facet: Facet) -> Mapping[str, FacetChoice]:
        """Return the values of a facet by value; none where values are their own labels."""
        if facet.name not in self._read:
            choices = facet.choices(self._scope) if facet.choices else ()
            self._read[facet.name] = {choice.value: choice for choice in choices}
        return self._read[facet.name]

    def label(self, facet: Facet, value: str) -> str:
        """Return the label of a value; empty if the reader may not know it."""
        if facet.choices is None:
            return value
        choice = self.choices(facet).get(value)
        return str(choice.label) if choice else ""

    def labels(self, facet: Facet, values: Sequence[str]) -> Mapping[str, str]:
        """Return the labels of some values, without those that the reader may not know.

        Facets that can read single labels read those asked for; the others are read as a whole.
        """
        if facet.labels is None or facet.name in self._read:
            return {value: label for value in values if (label := self.label(facet, value))}
        return {value: str(label) for value, label in facet.labels(self._scope, values) if label}

    def of_today(self, facet: Facet, values: Sequence[str]) -> tuple[str, ...]:
        """Return the values, renamed ones under today's name."""
        if facet.today is None:
            return tuple(values)
        known = self.choices(facet)
        today = facet.today([value for value in values if value not in known])
        return tuple(dict.fromkeys(today.get(value, value) for value in values))

    def meant_by(self, facet: Facet, text: str) -> tuple[str, ...]:
        """Return the values that a person may mean by `text`: those with this label, else those that contain it."""
        wanted = fold_text(text)
        if not wanted:
            return ()
        if facet.choices is None:
            return (wanted,) if facet.is_value(wanted) else ()
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
        return tuple(facet.today([text.strip().lower()]).values()) if facet.today else ()

    def groups(
        self,
        counts: Mapping[str, Iterable[tuple[str, int]]],
        selected: Mapping[str, Sequence[str]],
    ) -> list[FacetGroup]:
        """Add labels to the counts of an answer; leave out values that the reader may not know.

        A selected value stays in the list with count 0, so that it can be taken back.
        """
        groups = []
        for facet in facets_in_order():
            chosen = selected.get(facet.name, ())
            options = self._options(facet, dict(counts.get(facet.name, ())), chosen)
            if options:
                is_open = facet.is_open or facet.name in selected
                groups.append(FacetGroup(facet.parameter, str(facet.legend), options, is_open))
        return groups

    def _options(
        self, facet: Facet, counts: Mapping[str, int], selected: Sequence[str]
    ) -> list[FacetOption]:
        values = _shown(counts, selected)
        labels = self.labels(facet, values)
        options = [
            FacetOption(value, labels[value], counts.get(value, 0), value in selected)
            for value in values
            if value in labels
        ]
        if facet.choices is None:
            options.sort(key=lambda option: option.value, reverse=True)
        # Not sorted by selection: what was just ticked must not jump away from under the pointer.
        return options[:MAX_VALUES]


def fold_text(text: str) -> str:
    """Fold a name, so that case, umlauts, hyphens and blanks don't matter."""
    return " ".join(
        fold(word) for word in text[:MAX_VALUE_CHARS].replace("-", " ").replace("_", " ").split()
    )


def usable(facet: Facet, values: Iterable[str]) -> tuple[str, ...]:
    """Keep the values that have a valid form for the facet; engines must never see the others."""
    kept = dict.fromkeys(value.strip() for value in values if facet.is_value(value.strip()))
    return tuple(kept)[:MAX_VALUES]


def _shown(counts: Iterable[str], selected: Iterable[str]) -> list[str]:
    # What is selected must not get lost among many.
    return list(dict.fromkeys([*islice(counts, MAX_LABELS), *selected]))


def _stems(folded: str) -> list[str]:
    return [stem(word) for word in folded.split()]

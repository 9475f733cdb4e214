"""Words with a special treatment: synonyms and abbreviations, words never split, words never stemmed."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from search.analysis.normal import fold
from search.analysis.stems import stem
from search.analysis.tokens import tokens

_DATA = Path(__file__).parent / "data"

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """What the curator and the product know about words; it takes effect at the next query, without re-indexing.

    Synonyms are used at query time only: they add alternatives of lower weight to a word, a run of words or the part of
    a compound. A word that must not be split is then looked for as a whole, and so are its inflected forms. A word that
    must not be stemmed is looked for in exactly this spelling (umlaut and ß variants aside), through the index of
    unstemmed words that every document has. One thing lies in the documents: that a never-split word in a text is no
    longer found by one of its parts (`search.engines.streams.fields_of` takes the same vocabulary); the documents with
    such a word are indexed again when the curator adds it.

    Attributes:
        synonyms: Groups of expressions that mean the same to a searcher; expressions may have several words.
        never_split: Words that are not taken apart, any spelling; kept as their stems.
        never_stem: Words whose inflected forms are not theirs, any spelling.
        organisations: What organisations are called, each time with the short name that documents of them carry.
    """

    synonyms: tuple[tuple[str, ...], ...] = ()
    never_split: frozenset[str] = frozenset()
    never_stem: frozenset[str] = frozenset()
    organisations: tuple[tuple[str, str], ...] = ()
    _called: Mapping[Stems, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _alternatives: Mapping[Stems, tuple[Stems, ...]] = field(init=False, repr=False, compare=False)
    _longest: int = field(init=False, repr=False, compare=False)
    _written: Mapping[Stems, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    _spellings: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table: dict[Stems, dict[Stems, str]] = defaultdict(dict)
        spellings: dict[str, dict[str, None]] = defaultdict(dict)
        for group in self.synonyms:
            stems = [(key, expression) for expression in group if (key := stems_of(expression))]
            for key, expression in stems:
                for other, written in stems:
                    if other != key:
                        table[key].setdefault(other, written)
                if len(key) == 1 and expression.isalpha():
                    spellings[fold(expression)[:1]][expression] = None
        frozen = {key: tuple(others) for key, others in table.items()}
        object.__setattr__(self, "_alternatives", MappingProxyType(frozen))
        called = _beginnings(self.organisations)
        object.__setattr__(self, "_called", MappingProxyType(called))
        object.__setattr__(self, "_longest", max(map(len, (*frozen, *called)), default=0))
        written_as = {key: tuple(others.values()) for key, others in table.items()}
        object.__setattr__(self, "_written", MappingProxyType(written_as))
        by_letter = {letter: tuple(words) for letter, words in spellings.items()}
        object.__setattr__(self, "_spellings", MappingProxyType(by_letter))
        kept = frozenset(stem(fold(word)) for word in self.never_split)
        object.__setattr__(self, "never_split", kept)
        object.__setattr__(self, "never_stem", frozenset(fold(word) for word in self.never_stem))

    @property
    def longest_expression(self) -> int:
        """Number of words of the longest expression that has synonyms."""
        return self._longest

    def synonyms_of(self, stems: Stems) -> tuple[Stems, ...]:
        """Give the expressions (as stems) that mean the same as this run of stems, in the order they were listed."""
        return self._alternatives.get(stems, ())

    def written_synonyms_of(self, expression: str) -> tuple[str, ...]:
        """Give the expressions that mean the same as this one as they were written, in the order of `synonyms_of`."""
        return self._written.get(stems_of(expression), ())

    def organisations_called(self, stems: Stems) -> tuple[str, ...]:
        """Give the terms of the organisations that are called so, or that alone are called something beginning so."""
        return self._called.get(stems, ())

    def words_beginning_with(self, letter: str) -> tuple[str, ...]:
        """Give the single words that have synonyms and begin with this folded letter, as they were written."""
        return self._spellings.get(letter, ())

    def is_kept_whole(self, word: str) -> bool:
        """Tell whether a folded word must not be taken apart."""
        return is_kept_whole(word, self.never_split)

    def extended(
        self,
        *,
        synonyms: Iterable[Iterable[str]] = (),
        never_split: Iterable[str] = (),
        never_stem: Iterable[str] = (),
        organisations: Iterable[tuple[str, str]] = (),
    ) -> Vocabulary:
        """Give a vocabulary that also knows these words; new synonyms come first, because a query takes a few only."""
        return Vocabulary(
            synonyms=(*(tuple(group) for group in synonyms), *self.synonyms),
            never_split=self.never_split | frozenset(never_split),
            never_stem=self.never_stem | frozenset(never_stem),
            organisations=(*self.organisations, *organisations),
        )


def organisation_term(short_name: str) -> str:
    """Give the term under which documents of an organisation are found; no text has such a one."""
    return f"@{short_name}"


def _beginnings(organisations: Iterable[tuple[str, str]]) -> dict[Stems, tuple[str, ...]]:
    """Give the terms of organisations by their names, and by beginnings of these that no other one has.

    Who types Feuerwehr means the Feuerwehr Dortmund, not the Verein für Rettungsdienst und Feuerwehr; who types Amt
    means none.
    """
    whole: dict[Stems, set[str]] = defaultdict(set)
    begun: dict[Stems, set[str]] = defaultdict(set)
    for name, short_name in organisations:
        stems = stems_of(name)
        whole[stems].add(organisation_term(short_name))
        for end in range(1, len(stems)):
            begun[stems[:end]].add(organisation_term(short_name))
    alone = {
        stems: terms
        for stems, terms in begun.items()
        if len(terms) == 1 and stems not in whole and not (len(stems) == 1 and stems[0] in _BODIES)
    }
    return {stems: tuple(sorted(terms)) for stems, terms in {**alone, **whole}.items() if stems}


_BODIES_NAMES = (
    "Stadt Gemeinde Kreis Land Bund Amt Fachbereich Dezernat Abteilung Referat Dienst Stelle Büro Verein Verband "
    "Gesellschaft Stiftung Freunde Förderverein Institut Zentrum Arbeitskreis Initiative Haus"
)
_BODIES = frozenset(stem(fold(word)) for word in _BODIES_NAMES.split())
"""What many bodies are called in the first place, and none is meant by alone."""


def is_kept_whole(word: str, never_split: frozenset[str]) -> bool:
    """Tell whether a folded word is one of `Vocabulary.never_split` or an inflected form of one."""
    return bool(never_split) and stem(word) in never_split


@functools.lru_cache(maxsize=20_000)
def stems_of(expression: str) -> Stems:
    """Give the stems of an expression's words, stop words left out."""
    return tuple(token.stem for token in tokens(expression) if token.stem)


def parse_synonyms(text: str) -> tuple[tuple[str, ...], ...]:
    """Read synonym groups, one a line, expressions separated by commas; `#` starts a comment.

    Raises:
        ValueError: If a line has fewer than two expressions; the message names the line.
    """
    groups = []
    for number, line in enumerate(text.splitlines(), 1):
        if not (content := line.split("#")[0].strip()):
            continue
        group = tuple(expression.strip() for expression in content.split(",") if expression.strip())
        if len(group) < 2:
            raise ValueError(f"Line {number} has no two expressions separated by commas: {line!r}.")
        groups.append(group)
    return tuple(groups)


@functools.cache
def german_vocabulary() -> Vocabulary:
    """Load the shipped synonyms of German administration and office language."""
    return Vocabulary(synonyms=parse_synonyms((_DATA / "synonyms_de.txt").read_text("utf-8")))

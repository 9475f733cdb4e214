"""Plan a query as a tree of terms, the same for both engines: everything about words is decided here.

An engine turns the tree into its own query objects, adds the reader's scope, and runs it. The size is bounded here, so
that no query can stall an engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search.analysis.commonness import weight_of
from search.analysis.compounds import german_splitter
from search.analysis.normal import fold
from search.analysis.stems import stem
from search.analysis.things import Thing
from search.analysis.tokens import Extra, Token, extras, tokens
from search.analysis.vocabulary import Vocabulary
from search.engines.base import Query
from search.engines.ranking import RANKING, Ranking, short_fraction
from search.engines.streams import pair

# A person types ten words; everything beyond these limits is somebody else's text pasted in.
MAX_QUERY_CHARS = 2_000
MAX_WORDS = 16
# Synonyms multiply the terms of a word; long queries say enough by themselves.
MAX_WORDS_WITH_SYNONYMS = 8
MAX_ALTERNATIVES = 16
MAX_PHRASES = 8
MAX_PHRASE_WORDS = 24
MAX_SYNONYMS = 8
MAX_NEAR_SPELLINGS = 8
MAX_SIGN_CHARS = 4


ANYWHERE = "anywhere"
"""In this stream a term scores what it counts in the document; in all others each occurrence counts the same."""


@dataclass(frozen=True, slots=True)
class Match:
    """A term in one stream.

    Attributes:
        term: As indexed.
        stream: `ANYWHERE`, or the name of one of `search.engines.streams`.
        weight: Its score, besides the worth of the term itself.
    """

    term: str
    stream: str = ANYWHERE
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in exactly this order, in a stream of words as they stand or of what they are in any inflection."""

    words: tuple[str, ...]
    stream: str
    weight: float


@dataclass(frozen=True, slots=True)
class Every:
    """All of the nodes; scores add up, times `weight`."""

    nodes: tuple[Node, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Best:
    """Any of the nodes; the best score counts and the others add `tie` times theirs."""

    nodes: tuple[Node, ...]
    tie: float = 0.0


Node = Match | Phrase | Every | Best


@dataclass(frozen=True, slots=True)
class Group:
    """The forms in which one word of the query, or a few that belong together, can be found.

    Attributes:
        text: As typed.
        word: Folded form if it is a single word that may have been misspelt, else empty.
        node: What finds it.
        known: Finds the word itself, to tell whether it occurs.
    """

    text: str
    word: str
    node: Node
    known: Node

    @property
    def present(self) -> Node:
        """Return a node that the same documents match, cheaper because it doesn't score."""
        return _presence(self.node)


@dataclass(frozen=True, slots=True)
class Plan:
    """A query ready for an engine.

    Attributes:
        groups: One for each word; a document must match at least one, if there are any.
        required: All of these must match; they score.
        bonuses: Add to the score of documents found otherwise.
        excluded: None of these may match.
        together: Constant added if all groups match.
        nothing: True if words were given but none can be found (only punctuation or stop words).
    """

    groups: tuple[Group, ...] = ()
    required: tuple[Node, ...] = ()
    bonuses: tuple[Node, ...] = ()
    excluded: tuple[Node, ...] = ()
    together: float = 0.0
    nothing: bool = False


def plan(query: Query, vocabulary: Vocabulary, *, ranking: Ranking = RANKING) -> Plan:
    """Decide what a query looks for.

    Args:
        query: As parsed; words and phrases of any length and content.
        vocabulary: Synonyms and words with a special treatment.
        ranking: Weights; changed in experiments only.
    """
    return _Planner(vocabulary, ranking).plan(query)


class _Planner:
    def __init__(self, vocabulary: Vocabulary, ranking: Ranking) -> None:
        self._vocabulary = vocabulary
        self._ranking = ranking
        self._planned = 0
        self._alternatives = 0

    def plan(self, query: Query) -> Plan:
        phrases = [words for text in query.phrases[:MAX_PHRASES] if (words := _words(text))]
        given = " ".join((*query.words, *query.phrases, *query.inflected))[:MAX_QUERY_CHARS]
        groups, bonuses = self._groups(given)
        required = [self._exactly(words, self._ranking.phrase) for words in phrases]
        loose = [forms for text in query.inflected[:MAX_PHRASES] if (forms := _forms(text))]
        required += [self._exactly(forms, self._ranking.inflected) for forms in loose]
        required += [node for group in query.any_of[:MAX_PHRASES] if (node := self._either(group))]
        excluded = [node for text in query.excluded[:MAX_WORDS] if (node := self._unwanted(text))]
        asked = any((query.words, query.phrases, query.inflected, query.any_of))
        return Plan(
            groups=tuple(groups),
            required=tuple(required),
            bonuses=tuple(bonuses),
            excluded=tuple(excluded),
            together=self._ranking.together if len(groups) > 1 else 0.0,
            nothing=asked and not groups and not required,
        )

    def _groups(self, text: str) -> tuple[list[Group], list[Node]]:
        found = tokens(text)
        found_extras = extras(text, found)
        joined = _without_overlaps(found_extras)
        raised = [self._raised(extra) for extra in found_extras if extra.only_raises]
        groups: list[Group] = []
        leaves: list[tuple[str, ...]] = []
        stems: list[tuple[str, ...]] = []
        seen: set[str] = set()
        index = 0
        while index < len(found) and len(groups) < MAX_WORDS:
            extra = joined.get(found[index].position)
            covered = found[index : index + (extra.last - extra.first + 1 if extra else 1)]
            index += len(covered)
            if not extra and not covered[0].stem:
                continue
            self._planned += 1
            if extra and extra.thing and len(covered) > 1:
                group = self._thing(extra.thing, covered)
            elif extra and len(covered) > 1:
                group = self._combined(extra.term, extra.word, covered)
            elif covered[0].stem:
                group = self._single(covered[0], extra)
            else:
                continue
            if group.text in seen:
                continue
            seen.add(group.text)
            groups.append(group)
            leaves.append(
                tuple(
                    leaf for token in covered if token.stem for leaf in token.parts or (token.stem,)
                )
            )
            stems.append(tuple(token.stem for token in covered if token.stem))
        return self._with_expressions(groups, stems), [*self._bonuses(leaves), *raised]

    def _single(self, token: Token, extra: Extra | None) -> Group:
        ranking, word = self._ranking, token.word
        if word in self._vocabulary.never_stem:
            only = self._exactly((word,), ranking.phrase)
            others = self._synonyms((token.stem,))
            found = self._also(only, *others) if others else only
            return Group(token.surface, "", found, only)  # the curator knows it: it is not misspelt
        own = Match(token.stem)
        known = _presence(own)
        nodes: list[Node] = [own, self._exactly((word,), ranking.exact)]
        if extra:
            nodes.append(Match(extra.term))
            if extra.word:  # a shortened name, written out
                known = Best((known, _presence(nodes[-1])))
        if relative := _relative(token):
            nodes.append(Match(relative, weight=ranking.family))
        synonyms = [*self._synonyms((token.stem,)), *self._organisations((token.stem,))]
        nodes += synonyms
        if split := self._split(word):
            nodes.append(split)
        # A word that the vocabulary knows is spelt right, whether or not a document holds it.
        misspelt = "" if synonyms else word
        return Group(token.surface, misspelt, Best(tuple(nodes), ranking.alternative_tie), known)

    def widened(self, group: Group, near: Sequence[str]) -> Node:
        """Return what finds the group's word, one of the nearest spellings (a clause for each stem), or its parts."""
        weight = self._ranking.near_spelling
        stems: dict[str, str] = {}
        for word in near[:MAX_NEAR_SPELLINGS]:
            stems.setdefault(stem(word), word)
        found: list[Node] = [Match(term, weight=weight) for term in stems]
        splits = [split for word in stems.values() if (split := self._split(word))]
        found += [Every((split,), weight) for split in splits]
        found += [
            self._expression(other, weight * self._ranking.synonym)
            for term in stems
            for other in self._vocabulary.synonyms_of((term,))[:MAX_SYNONYMS]
        ]
        return self._also(group.node, *found)

    def _split(self, word: str) -> Node | None:
        """Return all parts of a compound, each as itself, as a synonym, or as all of its own parts."""
        halves = german_splitter().split(word).halves
        if not halves or self._vocabulary.is_kept_whole(word):
            return None
        return Every(tuple(self._part(half) for half in halves), self._ranking.split)

    def _part(self, word: str) -> Node:
        own = Match(stem(word))
        others = self._synonyms((own.term,))
        deeper = self._split(word)
        nodes = (own, *others, deeper) if deeper else (own, *others)
        return Best(nodes) if len(nodes) > 1 else own

    def _synonyms(self, stems: tuple[str, ...]) -> list[Node]:
        if self._planned > MAX_WORDS_WITH_SYNONYMS:
            return []
        alternatives = self._vocabulary.synonyms_of(stems)[:MAX_SYNONYMS]
        return [
            self._expression(alternative, self._ranking.synonym) for alternative in alternatives
        ]

    def _organisations(self, stems: tuple[str, ...]) -> list[Node]:
        """What is of an organisation that is called so: each word of its name has a part in it."""
        weight = self._ranking.named / max(1, len(stems))
        return [Match(term, weight=weight) for term in self._vocabulary.organisations_called(stems)]

    def _expression(self, stems: tuple[str, ...], weight: float) -> Node:
        if len(stems) == 1:
            return Match(stems[0], weight=weight)
        return Every(tuple(Match(stem) for stem in stems), weight)

    def _combined(self, term: str, word: str, covered: Sequence[Token]) -> Group:
        """Return a hyphenated word (E-Mail, AG-Protokoll) or a numbered thing (M 12) as one term or all its pieces."""
        ranking = self._ranking
        pieces = tuple(Match(token.stem) for token in covered if token.stem)
        own = Match(term)
        known = _presence(own)
        nodes: list[Node] = [own]
        # A sign and a number that stand apart (M … 12) are two other things; a word and a number may belong together.
        if pieces and (word or len(covered[0].word) > MAX_SIGN_CHARS):
            nodes.append(Every(pieces, ranking.split if word else ranking.synonym))
        if word:
            nodes += self._synonyms((term,))
            stems = tuple(token.stem for token in covered if token.stem)
            nodes += [*self._synonyms(stems), *self._organisations(stems)]
        else:
            nodes += self._numbered_synonyms(covered)
        typed = " ".join(token.surface for token in covered)
        return Group(typed, "", Best(tuple(nodes), ranking.alternative_tie), known)

    def _thing(self, thing: Thing, covered: Sequence[Token]) -> Group:
        """Return a date, a number, an address as a whole or as its words in a row, never as single words."""
        ranking = self._ranking
        own = Match(thing.term)
        nodes: list[Node] = [own]
        nodes += [Match(term, weight=ranking.synonym) for term in thing.weaker]
        if thing.is_scattered:
            weights = {name: weight * ranking.synonym for name, weight in ranking.phrase.items()}
            nodes.append(self._exactly(tuple(token.word for token in covered), weights))
        typed = " ".join(token.surface for token in covered)
        return Group(typed, "", Best(tuple(nodes), ranking.alternative_tie), _presence(own))

    def _raised(self, extra: Extra) -> Node:
        """Rank a street in two words, or a house in a street, before documents with the words anywhere."""
        return Match(extra.term)

    def _numbered_synonyms(self, covered: Sequence[Token]) -> list[Node]:
        """Return the meaning of an abbreviation beside its number: PKS 2017 is the Kriminalstatistik 2017."""
        others = self._synonyms((covered[0].stem,)) if len(covered) > 1 else []
        number = Match(covered[-1].word)
        return [Every((other, number)) for other in others]

    def _with_expressions(self, groups: list[Group], stems: list[tuple[str, ...]]) -> list[Group]:
        """Let words in a row that have synonyms be found as one of them, which matches each word."""
        weight = self._ranking.synonym
        for first in range(len(groups)):
            for last in range(
                first + 1, min(len(groups), first + self._vocabulary.longest_expression)
            ):
                run = tuple(stem for part in stems[first : last + 1] for stem in part)
                found = [
                    self._expression(others, weight / (last - first + 1))
                    for others in self._vocabulary.synonyms_of(run)[:MAX_SYNONYMS]
                ]
                for node in (*found, *self._organisations(run)):
                    for index in range(first, last + 1):
                        group = groups[index]
                        groups[index] = replace(group, node=self._also(group.node, node))
        return groups

    def _also(self, node: Node, *more: Node) -> Node:
        """Return the node or any of some more, as equal alternatives."""
        tie = self._ranking.alternative_tie
        first = node.nodes if isinstance(node, Best) and node.tie == tie else (node,)
        return Best((*first, *more), tie)

    def _bonuses(self, leaves: list[tuple[str, ...]]) -> list[Node]:
        """Return a match of two neighbouring words of the query side by side or in one compound."""
        ranking = self._ranking
        nodes: list[Node] = []
        for one, other in pairwise(leaves):
            terms = dict.fromkeys(pair(a, b) for a in one for b in other if a != b)
            pairs = tuple(
                Match(term, stream, weight)
                for term in terms
                for stream, weight in ranking.pairs.items()
            )
            nodes += [Best(pairs)] if pairs else []
        return nodes

    def _exactly(self, words: tuple[str, ...], weights: Mapping[str, float]) -> Node:
        """Return the words as they are, in this order."""
        if len(words) > 1:
            return Best(tuple(Phrase(words, name, weight) for name, weight in weights.items()))
        return Best(tuple(Match(words[0], name, weight) for name, weight in weights.items()))

    def _either(self, alternatives: Iterable[str]) -> Node | None:
        nodes: list[Node] = []
        for text in alternatives:
            if self._alternatives >= MAX_ALTERNATIVES:
                break
            groups, _ = self._groups(text[:MAX_QUERY_CHARS])
            groups = groups[: MAX_ALTERNATIVES - self._alternatives]
            self._alternatives += len(groups)
            if groups:
                parts = tuple(group.node for group in groups)
                nodes.append(Every(parts) if len(parts) > 1 else parts[0])
        return Best(tuple(nodes)) if nodes else None

    def _unwanted(self, text: str) -> Node | None:
        found = tokens(text[:MAX_QUERY_CHARS])[:MAX_PHRASE_WORDS]
        if not found:
            return None
        if len(found) == 1 and found[0].stem:
            return Match(found[0].stem, "stems")
        for extra in extras(text, found):
            if extra.thing and (extra.first, extra.last) == (0, len(found) - 1):
                return Match(extra.term, "terms")
        words = tuple(token.word for token in found)
        return self._exactly(words, self._ranking.phrase) if len(words) > 1 else None


def _presence(node: Node) -> Node:
    """Return the node without scores: one stream that has every stem and part, instead of eight."""
    match node:
        case Match() if node.stream == ANYWHERE:
            return Match(node.term, "terms")
        case Every():
            return Every(tuple(_presence(part) for part in node.nodes))
        case Best():
            # The exact form of a word adds score to its stem, it finds nothing more.
            parts = [_presence(part) for part in node.nodes]
            return Best(tuple(part for part in parts if not _is_exact(part)) or tuple(parts))
        case _:
            return node


def _is_exact(node: Node) -> bool:
    return isinstance(node, Best) and all(
        isinstance(part, Match) and is_as_typed(part) for part in node.nodes
    )


def is_as_typed(node: Node) -> bool:
    """Tell whether a node looks for words as they are, not for their stems."""
    return isinstance(node, Match | Phrase) and node.stream in RANKING.exact


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens(text[:MAX_QUERY_CHARS])[:MAX_PHRASE_WORDS])


def _forms(text: str) -> tuple[str, ...]:
    return tuple(token.form for token in tokens(text[:MAX_QUERY_CHARS])[:MAX_PHRASE_WORDS])


def _without_overlaps(found: Iterable[Extra]) -> dict[int, Extra]:
    """Return, by the first token, what is looked for instead of its words; of two that overlap the first counts."""
    kept: dict[int, Extra] = {}
    covered: set[int] = set()
    for extra in found:
        positions = range(extra.first, extra.last + 1)
        if not extra.only_raises and covered.isdisjoint(positions):
            kept[extra.first] = extra
            covered.update(positions)
    return kept


def _relative(token: Token) -> str:
    """Return the stem of a verb's noun or of a noun's verb, where stemming keeps them apart."""
    own = token.stem
    if not own.isalpha() or len(own) < 4:
        return ""
    return own[:-3] if own.endswith("ung") and len(own) >= 6 else f"{own}ung"


def worth_of(node: Match | Phrase, factor: float) -> float:
    """Return the factor for a match's level: its place in the plan, and how rare its words are in German.

    Args:
        node: Of a plan.
        factor: Product of the weights of the nodes above it.
    """
    terms = (node.term,) if isinstance(node, Match) else node.words
    return short_fraction(node.weight * factor * sum(map(weight_of, terms)))


def with_near_words(
    query_plan: Plan,
    near: Mapping[str, Sequence[str]],
    vocabulary: Vocabulary,
    *,
    ranking: Ranking = RANKING,
) -> Plan:
    """Let words that occur nowhere also be found as words spelt like them.

    Args:
        query_plan: The plan that found nothing for some of its words.
        near: Folded word to folded words spelt like it, nearest first.
        vocabulary: As for `plan`; a word spelt like one that has synonyms is found as one of these, too.
        ranking: As for `plan`.
    """
    planner = _Planner(vocabulary, ranking)
    groups = tuple(
        replace(group, node=planner.widened(group, near[group.word]))
        if near.get(group.word)
        else group
        for group in query_plan.groups
    )
    return replace(query_plan, groups=groups)


def with_other_words(
    query_plan: Plan, others: Mapping[str, Sequence[str]], *, ranking: Ranking = RANKING
) -> Plan:
    """Let words that occur nowhere also be found as what an office calls the same; they are spelt right then.

    Args:
        query_plan: The plan that found nothing for some of its words.
        others: Folded word to words that mean the same.
        ranking: As for `plan`.
    """
    groups = tuple(
        replace(group, word="", node=Best((group.node, *_synonymous(others[group.word], ranking))))
        if group.word in others
        else group
        for group in query_plan.groups
    )
    return replace(query_plan, groups=groups)


def _synonymous(words: Sequence[str], ranking: Ranking) -> list[Match]:
    return [Match(stem(fold(word)), weight=ranking.synonym) for word in words[:MAX_SYNONYMS]]

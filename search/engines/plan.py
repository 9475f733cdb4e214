"""A query as a tree of terms, the same for both engines: everything about words is decided here.

An engine turns the tree into its own query objects, adds the reader's scope, and runs it. Size is bounded here, so that
no query can stall an engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search.analysis.compounds import german_splitter
from search.analysis.stems import stem
from search.analysis.tokens import Token, extras, tokens
from search.analysis.vocabulary import Vocabulary
from search.engines.base import Query
from search.engines.ranking import RANKING, Ranking
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


@dataclass(frozen=True, slots=True)
class Match:
    """A term in streams, the best stream first and the others adding `tie` times their score.

    Attributes:
        term: As indexed.
        streams: Stream name to weight.
        tie: 0 to 1.
    """

    term: str
    streams: Mapping[str, float]
    tie: float = 0.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in exactly this order in one of the streams."""

    words: tuple[str, ...]
    streams: Mapping[str, float]


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
    weight: float = 1.0


Node = Match | Phrase | Every | Best


@dataclass(frozen=True, slots=True)
class Group:
    """What one word of the query, or a few that belong together, may be found as.

    Attributes:
        text: As typed.
        word: Folded form if it is a single word that may have been misspelt, else empty.
        node: What finds it.
        known: What tells that the word itself occurs.
    """

    text: str
    word: str
    node: Node
    known: Node

    @property
    def present(self) -> Node:
        """What is met by the same documents as `node`, cheaper because it does not score."""
        return _presence(self.node)


@dataclass(frozen=True, slots=True)
class Plan:
    """A query ready for an engine.

    Attributes:
        groups: One for each word; a document needs at least one of them, unless there are none.
        required: All of these must be met; they score.
        bonuses: Add to the score of what was found otherwise.
        excluded: None of these may be met.
        together: Constant added when all groups are met.
        nothing: True when words were given but none can be found (only punctuation or stop words).
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
        parts = {f"{zone}_parts": weight for zone, weight in ranking.parts.items()}
        self._everywhere = {**ranking.words, **parts}
        self._words_only = dict(ranking.words)
        self._parts_only = parts
        self._exact = {"title_exact": 2.0, "text_exact": 1.0}
        self._planned = 0
        self._alternatives = 0

    def plan(self, query: Query) -> Plan:
        phrases = [words for text in query.phrases[:MAX_PHRASES] if (words := _words(text))]
        given = " ".join((*query.words, *query.phrases))[:MAX_QUERY_CHARS]
        groups, bonuses = self._groups(given)
        required = [self._sequence(words) for words in phrases]
        required += [node for group in query.any_of[:MAX_PHRASES] if (node := self._either(group))]
        excluded = [node for text in query.excluded[:MAX_WORDS] if (node := self._unwanted(text))]
        asked = any((query.words, query.phrases, query.any_of))
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
        joined = {extra.first: extra for extra in extras(text, found)}
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
            if extra and (extra.word or len(covered) > 1):
                group = self._combined(extra.term, extra.word, covered)
            elif covered[0].stem:
                group = self._single(covered[0], extra.term if extra else "")
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
        return self._with_expressions(groups, stems), self._bonuses(leaves)

    def _single(self, token: Token, numbered: str) -> Group:
        ranking, word = self._ranking, token.word
        if word in self._vocabulary.never_stem:
            only = Match(word, self._exact)
            others = self._synonyms((token.stem,))
            found = Best((only, *others), ranking.alternative_tie) if others else only
            return Group(token.surface, "", found, only)  # the curator knows it: it is not misspelt
        own = Match(token.stem, self._everywhere, ranking.zone_tie)
        known = _presence(own)
        nodes: list[Node] = [
            own,
            _weighted(Match(word, self._exact), ranking.exact),
        ]
        if numbered:
            nodes.append(Match(numbered, self._parts_only, ranking.zone_tie))
        if relative := _relative(token):
            nodes.append(
                _weighted(Match(relative, self._everywhere, ranking.zone_tie), ranking.family)
            )
        synonyms = self._synonyms((token.stem,))
        nodes += synonyms
        if split := self._split(word):
            nodes.append(split)
        # A word that the vocabulary knows is spelt right, whether or not a document holds it.
        misspelt = "" if synonyms else word
        return Group(token.surface, misspelt, Best(tuple(nodes), ranking.alternative_tie), known)

    def widened(self, group: Group, near: Sequence[str]) -> Node:
        """What finds the group's word or one of the nearest spellings, one clause for each stem."""
        streams = {
            name: weight * self._ranking.near_spelling for name, weight in self._everywhere.items()
        }
        stems = dict.fromkeys(stem(word) for word in near[:MAX_NEAR_SPELLINGS])
        found: list[Node] = [Match(term, streams, self._ranking.zone_tie) for term in stems]
        weight = self._ranking.near_spelling * self._ranking.synonym
        found += [
            self._expression(other, weight)
            for term in stems
            for other in self._vocabulary.synonyms_of((term,))[:MAX_SYNONYMS]
        ]
        return Best((group.node, *found), self._ranking.alternative_tie)

    def _split(self, word: str) -> Node | None:
        """All parts of a compound, each as itself, as a synonym, or as all of its own parts."""
        halves = german_splitter().split(word).halves
        if not halves or self._vocabulary.is_kept_whole(word):
            return None
        return Every(tuple(self._part(half) for half in halves), self._ranking.split)

    def _part(self, word: str) -> Node:
        own = Match(stem(word), self._everywhere, self._ranking.zone_tie)
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

    def _expression(self, stems: tuple[str, ...], weight: float) -> Node:
        matches = tuple(Match(stem, self._everywhere, self._ranking.zone_tie) for stem in stems)
        return Every(matches, weight) if len(matches) > 1 else _weighted(matches[0], weight)

    def _combined(self, term: str, word: str, covered: Sequence[Token]) -> Group:
        """A hyphenated word (E-Mail, AG-Protokoll) or a numbered thing (M 12): as one term, or all of its pieces."""
        ranking = self._ranking
        pieces = tuple(
            Match(token.stem or token.word, self._everywhere, ranking.zone_tie)
            for token in covered
            if token.stem
        )
        own = Match(term, self._everywhere, ranking.zone_tie)
        known = _presence(own)
        nodes: list[Node] = [own]
        # A sign and a number that stand apart (M … 12) are two other things; a word and a number may belong together.
        if pieces and (word or len(covered[0].word) > MAX_SIGN_CHARS):
            nodes.append(Every(pieces, ranking.split if word else ranking.synonym))
        if word:
            nodes += self._synonyms((term,))
            nodes += self._synonyms(tuple(token.stem for token in covered if token.stem))
        else:
            nodes += self._numbered_synonyms(covered)
        typed = " ".join(token.surface for token in covered)
        return Group(typed, "", Best(tuple(nodes), ranking.alternative_tie), known)

    def _numbered_synonyms(self, covered: Sequence[Token]) -> list[Node]:
        """What an abbreviation stands for, beside its number: PKS 2017 is the Kriminalstatistik 2017."""
        others = self._synonyms((covered[0].stem,)) if len(covered) > 1 else []
        number = Match(covered[-1].word, self._words_only, self._ranking.zone_tie)
        return [Every((other, number)) for other in others]

    def _with_expressions(self, groups: list[Group], stems: list[tuple[str, ...]]) -> list[Group]:
        """Let a run of words that has synonyms be found as one of them: that meets each word of the run."""
        weight = self._ranking.synonym
        for first in range(len(groups)):
            for last in range(
                first + 1, min(len(groups), first + self._vocabulary.longest_expression)
            ):
                run = tuple(stem for part in stems[first : last + 1] for stem in part)
                for others in self._vocabulary.synonyms_of(run)[:MAX_SYNONYMS]:
                    node = self._expression(others, weight / (last - first + 1))
                    for index in range(first, last + 1):
                        group = groups[index]
                        groups[index] = replace(
                            group, node=Best((group.node, node), self._ranking.alternative_tie)
                        )
        return groups

    def _bonuses(self, leaves: list[tuple[str, ...]]) -> list[Node]:
        """Two neighbouring words of the query stand together, or in one compound."""
        ranking = self._ranking
        streams = {"title_pairs": ranking.pair_title, "text_pairs": ranking.pair_text}
        nodes: list[Node] = []
        for one, other in pairwise(leaves):
            terms = dict.fromkeys(pair(a, b) for a in one for b in other if a != b)
            nodes += (
                [Best(tuple(Match(term, streams, ranking.zone_tie) for term in terms))]
                if terms
                else []
            )
        return nodes

    def _sequence(self, words: tuple[str, ...]) -> Node:
        streams = {name: weight * self._ranking.phrase for name, weight in self._exact.items()}
        return Phrase(words, streams) if len(words) > 1 else Match(words[0], streams)

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
            return Match(found[0].stem, self._words_only)
        words = tuple(token.word for token in found)
        return Phrase(words, self._exact) if len(words) > 1 else None


def _presence(node: Node) -> Node:
    """The node without scores: one stream that holds every stem and part instead of eight."""
    match node:
        case Match() if "body_parts" in node.streams:
            return Match(node.term, {"terms": 1.0})
        case Every():
            return Every(tuple(_presence(part) for part in node.nodes))
        case Best():
            # The exact form of a word adds score to its stem, it finds nothing more.
            parts = [_presence(part) for part in node.nodes]
            return Best(tuple(part for part in parts if not _is_exact(part)) or tuple(parts))
        case _:
            return node


def _is_exact(node: Node) -> bool:
    return isinstance(node, Match) and "text_exact" in node.streams


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens(text[:MAX_QUERY_CHARS])[:MAX_PHRASE_WORDS])


def _weighted(match: Match, weight: float) -> Match:
    return replace(match, streams={name: value * weight for name, value in match.streams.items()})


def _relative(token: Token) -> str:
    """The stem of the noun made from a verb or of the verb behind a noun, where stemming keeps them apart."""
    own = token.stem
    if not own.isalpha() or len(own) < 4:
        return ""
    return own[:-3] if own.endswith("ung") and len(own) >= 6 else f"{own}ung"


def with_near_words(
    query_plan: Plan,
    near: Mapping[str, Sequence[str]],
    vocabulary: Vocabulary,
    *,
    ranking: Ranking = RANKING,
) -> Plan:
    """Let words that occur nowhere also be found as the words spelt like them.

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

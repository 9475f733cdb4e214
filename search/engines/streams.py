"""Analyse a document into streams of terms, the same for both engines, which only split them at blanks.

Each zone (title, headings, body, files) is read as the stems of its words, and beside it as what its words hold within:
parts of compounds, hyphenated words written as one, numbered things. From these follows what each term scores
(`search.engines.ranking`). The streams say where a term occurs: `stems` and `terms` (stems and parts) hold each once,
two keep the words as they stand, for phrases, two their stems in this order, for phrases in any inflection, and pairs
make words near each other and the parts of one compound meet.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from search.analysis.things import day_terms
from search.analysis.tokens import Extra, Token, extras, split_stems, tokens
from search.analysis.vocabulary import is_kept_whole, organisation_term
from search.documents import SearchDocument
from search.engines.ranking import levels
from search.facet import facets

ZONES = ("title", "headings", "body", "files")
EVERYONE = "*"
"""Audience of a passage that is not narrowed."""

BREAK = "¶"
"""Stands between headings, pages and the like in the exact streams, so that no phrase reaches across."""

SPELLING_MIN_CHARS = 4
SEPARATOR = "\x1f"
"""Stands between the parts of a composed term (`folded word`, `spelling`); no text holds it."""

VERSION = 3
"""Of what is stored of a document; another one makes the check store all of them anew."""

MAX_TITLE_CHARS = 200
MAX_ZONE_CHARS = 2_000_000


@dataclass(frozen=True, slots=True)
class Fields:
    """What an engine stores of one document.

    Attributes:
        key: Of the document.
        fingerprint: Changes with anything about the document.
        space: Primary key of its space.
        path: Tree path of its page.
        places: The path and those of its ancestors.
        audience: Organisations as text, or `EVERYONE`.
        facets: Facet name to values.
        dated_on: Day as a proleptic ordinal, 0 if unknown.
        levels: Term to the index in `search.engines.ranking.LEVELS` of what it scores here.
        streams: Stream name to terms joined by blanks.
        spellings: `folded SEPARATOR spelling` of each distinct longer word.
        titles: `folded rest of the title SEPARATOR title SEPARATOR key`, one for each word to start from.
    """

    key: str
    fingerprint: str
    space: int
    path: str
    places: tuple[str, ...]
    audience: tuple[str, ...]
    facets: dict[str, tuple[str, ...]]
    dated_on: int
    levels: dict[str, int]
    streams: dict[str, str]
    spellings: tuple[str, ...]
    titles: tuple[str, ...]


def fields_of(document: SearchDocument, *, never_split: frozenset[str] = frozenset()) -> Fields:
    """Analyse a document.

    Args:
        document: Any document.
        never_split: `Vocabulary.never_split`: words that are not taken apart.
    """
    zones = {
        "title": [document.title],
        "headings": [*document.headings, *_labels(document)],
        "body": [document.body],
        "files": [page for attachment in document.attachments for page in attachment.pages],
    }
    streams = _Streams(never_split)
    for zone, texts in zones.items():
        streams.read(zone, texts)
    streams.zones["headings_parts"] += map(organisation_term, document.organisations)
    if document.dated_on:
        streams.zones["headings_parts"] += day_terms(document.dated_on)
    return Fields(
        key=document.key,
        fingerprint=fingerprint(document),
        space=document.space_id,
        path=document.path,
        places=tuple(document.path[:end] for end in range(4, len(document.path) + 1, 4)),
        audience=tuple(sorted(map(str, document.audience))) or (EVERYONE,),
        facets={facet.name: facet.values_in(document) for facet in facets},
        dated_on=document.dated_on.toordinal() if document.dated_on else 0,
        levels=levels(streams.zones),
        streams=streams.joined(),
        spellings=tuple(sorted(streams.spellings)),
        titles=tuple(_title_starts(document)),
    )


def fingerprint(document: SearchDocument) -> str:
    """Return 32 hexadecimal digits that change with anything about the document."""
    values = asdict(document)
    values["audience"] = sorted(values["audience"])
    values["facets"] = sorted(values["facets"].items())
    return hashlib.blake2b(
        f"{VERSION}{values!r}".encode("utf-8", "surrogatepass"), digest_size=16
    ).hexdigest()


def ordinal(day: dt.date) -> int:
    """Return a day as the number that the engines compare."""
    return day.toordinal()


def _labels(document: SearchDocument) -> Iterator[str]:
    yield from document.people
    yield from document.tags
    yield from document.called
    yield from (attachment.title for attachment in document.attachments)


def _title_starts(document: SearchDocument) -> Iterator[str]:
    title = clean(" ".join(document.title.split()))[:MAX_TITLE_CHARS]
    words = [token.word for token in tokens(title)]
    for start in range(min(len(words), 12)):
        rest = " ".join(words[start:])[:MAX_TITLE_CHARS]
        yield SEPARATOR.join((rest, "0" if start == 0 else "1", title, document.key))


class _Streams:
    """Collects the streams of one document, zone by zone."""

    def __init__(self, never_split: frozenset[str]) -> None:
        self.zones: dict[str, list[str]] = {}
        self.ordered: dict[str, list[str]] = {}
        self.pairs: dict[str, set[str]] = {}
        self.spellings: set[str] = set()
        self._never_split = never_split

    def read(self, zone: str, texts: Iterable[str]) -> None:
        """Add texts to a zone."""
        exact = self.ordered.setdefault("title_exact" if zone == "title" else "text_exact", [])
        forms = self.ordered.setdefault("title_forms" if zone == "title" else "text_forms", [])
        words = self.zones.setdefault(zone, [])
        parts = self.zones.setdefault(f"{zone}_parts", [])
        pairs = self.pairs.setdefault("title_pairs" if zone == "title" else "text_pairs", set())
        for text in texts:
            found = tokens(text[:MAX_ZONE_CHARS])
            found_extras = extras(text, found)
            words += [token.stem for token in found if token.stem]
            parts += self._parts(found, found_extras)
            pairs.update(self._pairs(found, near=zone in ("title", "headings")))
            exact += [token.word for token in found]
            exact.append(BREAK)
            forms += [token.form for token in found]
            forms.append(BREAK)
            self._spell(found)

    def _parts(self, found: list[Token], found_extras: list[Extra]) -> Iterator[str]:
        for token in found:
            yield from self._within(token.word)
        for extra in found_extras:
            yield from extra.terms
            yield from self._within(extra.word)

    def _within(self, word: str) -> tuple[str, ...]:
        if is_kept_whole(word, self._never_split):
            return ()
        leaves, inner = split_stems(word)
        return leaves + inner

    def _pairs(self, found: list[Token], *, near: bool) -> Iterator[str]:
        before: tuple[str, ...] = ()
        for token in found:
            if not token.stem:
                continue
            is_whole = is_kept_whole(token.word, self._never_split)
            leaves = (not is_whole and token.parts) or (token.stem,)
            for index, leaf in enumerate(leaves):
                yield from (pair(leaf, other) for other in leaves[index + 1 :])
            if near:
                yield from (pair(one, other) for one in before for other in leaves)
            before = leaves

    def _spell(self, found: list[Token]) -> None:
        self.spellings.update(
            f"{token.word}{SEPARATOR}{token.surface}"
            for token in found
            if token.stem and len(token.word) >= SPELLING_MIN_CHARS and token.word.isalpha()
        )

    def joined(self) -> dict[str, str]:
        stems = {term for zone in ZONES for term in self.zones[zone]}
        parts = {term for zone in ZONES for term in self.zones[f"{zone}_parts"]}
        occurring = {"stems": stems, "terms": stems | parts, **self.pairs}
        streams = {name: " ".join(sorted(terms)) for name, terms in occurring.items()}
        return streams | {name: " ".join(words) for name, words in self.ordered.items()}


def clean(text: str) -> str:
    """Replace what can't be encoded (halves of surrogate pairs), so that any text can be stored and searched for."""
    return text.encode("utf-8", "replace").decode("utf-8")


def pair(one: str, other: str) -> str:
    """Return the term for two stems near each other, whatever their order."""
    return f"{one}+{other}" if one < other else f"{other}+{one}"

"""Text to words: where they stand, what they are in folded form, their stem and the parts of compounds."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from search.analysis.compounds import Split, german_splitter
from search.analysis.normal import fold, surface
from search.analysis.stems import is_stop_word, stem
from search.analysis.things import Thing, things

# Letters and digits with the marks of decomposed spelling and invisible characters inside.
_CHAR = r"[^\W_][\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]*"
_LETTER = r"[^\W\d_][\u0300-\u036f]*"
# Hyphens of typists and typesetters; the dashes (U+2013, U+2014) separate.
_HYPHEN = r"[-\u2010\u2011\u2043\u30fb\ufe63\uff0d]"
_WORD = re.compile(
    rf"""
    (?P<abbreviation>(?:{_LETTER}\.){{2,}}(?:{_LETTER}(?![^\W_]))?  # i.d.R., U.S.A
        |\b(?:z\.[ \u00a0\u202f]B|d\.[ \u00a0\u202f]h|u\.[ \u00a0\u202f]a|o\.[ \u00a0\u202f]g|s\.[ \u00a0\u202f]o)\.)
    |(?P<word>(?:{_CHAR})+(?:{_HYPHEN}\n(?!(?:und|oder|bzw)\b)(?=[a-zäöüß])(?:{_CHAR})+)*)  # Sicher-\nheit
    |(?P<sign>§+)
    """,
    re.VERBOSE,
)
# What joins the pieces of one word: AG-Protokoll, Dr.-Ing., Ku'damm, Bürger*innen.
_JOINT = re.compile(rf"\.?{_HYPHEN}|['’]")
_GENDER_MARKS = frozenset("*:_/")
_GENDER_ENDINGS = frozenset({"in", "innen"})
# What stands between the numbers of one list: §§ 34a, 35 und 36.
_LIST_GAP = re.compile(r"\s*[,;/–-]?\s*")
_LIST_WORDS = frozenset({"und", "oder", "bis"})
_LETTERS_THEN_DIGITS = re.compile(r"([a-z]{1,4})([0-9]{1,4}[a-z]?)")
_NUMBER = re.compile(r"[0-9]{1,5}[a-z]?")

# Words and abbreviations that number things, folded, and the name under which their numbers meet.
_DESIGNATORS = {
    "massnahme": "m", "massnahmen": "m", "tagesordnungspunkt": "top", "artikel": "art", "absatz": "abs",
    "paragraph": "§", "paragraf": "§", "nummer": "nr", "drucksache": "drs", "seite": "s", "kapitel": "kap",
    "anlage": "anl", "abschnitt": "abschn", "ziffer": "ziff", "handlungsfeld": "hf", "sitzung": "sitzung",
    "protokoll": "protokoll", "ag": "ag", "version": "v",
}  # fmt: skip
_STREET = "strasse"
_STREET_ENDS = (_STREET, "platz", "weg", "allee", "gasse", "damm", "ufer", "wall", "ring")
_HOUSE = re.compile(r"\.?\s(\d{1,4})(?!\d)(?:\s?([a-zA-Z])(?!\w))?")
_HOUSE_CHARS = 10
_WRITTEN_OUT = {"str": _STREET, "pl": "platz"}
_STREET_LETTERS = (*_STREET_ENDS, *_WRITTEN_OUT)
_SHORTENED = re.compile(r"(?<=[a-z]{3})(?:str|pl)$")

# Between a designator and its number: Maßnahme Nr. 12.
_FILLERS = frozenset({"nr", "nummer"})


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text.

    Attributes:
        start: Offset of its first character.
        end: Offset behind its last character.
        word: Folded form, such as `mullabfuhr`.
        stem: What inflected forms share; empty for a stop word.
        position: Ordinal of the word within the text; the pieces of a hyphenated word count one each.
        surface: As written, composed and without invisible characters.
    """

    start: int
    end: int
    word: str
    stem: str
    position: int
    surface: str

    @property
    def form(self) -> str:
        """What it has in common with its inflected forms; a stop word as it is."""
        return self.stem or self.word

    @property
    def parts(self) -> tuple[str, ...]:
        """Stems of the smallest parts if the word is a compound, else empty."""
        return split_stems(self.word)[0]


@dataclass(frozen=True, slots=True)
class Extra:
    """A term that several tokens or one reference sign stand for: E-Mail as `email`, M 12 as `m_12`.

    Attributes:
        first: Position of the first token it covers.
        last: Position of the last.
        term: What is indexed; a joined word is a stem, a thing and a numbered thing hold an underscore.
        word: The joined word, folded; empty for a numbered thing.
        thing: What was found by `search.analysis.things`.
        only_raises: Whether its words are looked for as they are, and the term raises what has them together.
    """

    first: int
    last: int
    term: str
    word: str = ""
    thing: Thing | None = None
    only_raises: bool = False

    @property
    def terms(self) -> tuple[str, ...]:
        """All that is indexed of it."""
        return (self.term, *self.thing.wider) if self.thing else (self.term,)


@functools.lru_cache(maxsize=30_000)
def split_stems(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take a folded word apart: (stems of its smallest parts, stems of neighbouring parts read together)."""
    split: Split = german_splitter().split(word)
    if not split.leaves and (end := _street_end(word)):
        return (stem(word[: -len(end)]), stem(end)), ()
    return tuple(stem(part) for part in split.leaves), tuple(stem(part) for part in split.inner)


def _street_end(word: str) -> str:
    """What a street's name ends with; empty if the word is none or nothing else."""
    ends = (end for end in _STREET_ENDS[:2] if word.endswith(end) and len(word) > len(end) + 2)
    return next(ends, "")


def tokens(text: str) -> list[Token]:
    """Find the words of `text` in order; any text is accepted."""
    return list(iterate_tokens(text))


def iterate_tokens(text: str) -> Iterator[Token]:
    """Yield the words of `text` in order, one at a time."""
    position = 0
    for match in _WORD.finditer(text):
        written = match.group()
        if match.lastgroup == "abbreviation":
            written = re.sub(r"[.\s]", "", written)
        elif "\n" in written:
            written = re.sub(rf"{_HYPHEN}\n", "", written)
        word, kept, shown = forms(written)
        if word:
            yield Token(match.start(), match.end(), word, kept, position, shown)
            position += 1


@functools.lru_cache(maxsize=30_000)
def forms(written: str) -> tuple[str, str, str]:
    """Give the folded form, stem (empty for a stop word) and shown form of a word as written."""
    word = fold(written)
    word = _STREET if word == "str" else word
    return word, "" if is_stop_word(word) else stem(word), surface(written)


def extras(text: str, found: list[Token]) -> list[Extra]:
    """Find things, streets, hyphenated words written as one and numbered things (M 12, TOP 3) in tokenised text."""
    return [
        *_things(text, found),
        *_streets(text, found),
        *_joined(text, found),
        *_numbered(text, found),
    ]


def _things(text: str, found: list[Token]) -> Iterator[Extra]:
    for thing in things(text):
        first = bisect_left(found, thing.start, key=attrgetter("start"))
        last = bisect_left(found, thing.end, key=attrgetter("start")) - 1
        if first <= last:
            yield Extra(found[first].position, found[last].position, thing.term, thing=thing)


def _streets(text: str, found: list[Token]) -> Iterator[Extra]:
    """Find shortened names of streets (Münsterstr.), names in two words (Hohe Str.), houses (Münsterstraße 99 a)."""
    for index, token in enumerate(found):
        if not token.word.endswith(_STREET_LETTERS):
            continue
        name = _SHORTENED.sub(lambda match: _WRITTEN_OUT[match.group()], token.word)
        if name != token.word:
            yield Extra(token.position, token.position, stem(name), name)
        before = found[index - 1] if index else None
        if before and name in _STREET_ENDS and before.word.isalpha() and before.stem:
            whole = fold(before.word + name)
            yield Extra(before.position, token.position, stem(whole), whole, only_raises=True)
        if house := _HOUSE.match(text, token.end, token.end + _HOUSE_CHARS):
            last = bisect_left(found, house.end(), key=attrgetter("start")) - 1
            number = "".join(house.groups("")).lower()
            for street in dict.fromkeys((name, _STREET)):
                term = f"{street}_{number}"
                yield Extra(token.position, found[last].position, term, only_raises=True)


def _joined(text: str, found: list[Token]) -> Iterator[Extra]:
    first = 0
    while first < len(found):
        last = first
        while last + 1 < len(found) and _is_joint(text, found[last], found[last + 1]):
            last += 1
        if last > first:
            word = fold("".join(token.word for token in found[first : last + 1]))
            yield Extra(found[first].position, found[last].position, stem(word), word)
        first = last + 1


def _is_joint(text: str, token: Token, follower: Token) -> bool:
    if not 0 < follower.start - token.end <= 2:
        return False
    gap = text[token.end : follower.start]
    if gap in _GENDER_MARKS:
        return follower.word in _GENDER_ENDINGS
    return _JOINT.fullmatch(gap) is not None


def _numbered(text: str, found: list[Token]) -> Iterator[Extra]:
    for index, token in enumerate(found):
        if match := _LETTERS_THEN_DIGITS.fullmatch(token.word):
            yield Extra(token.position, token.position, f"{_designator(match[1])}_{match[2]}")
        if not (sign := _designates(token)):
            continue
        number = index + 1
        if number < len(found) and found[number].word in _FILLERS:
            number += 1
        first = token.position
        while number < len(found) and _NUMBER.fullmatch(found[number].word):
            yield Extra(first, found[number].position, f"{sign}_{found[number].word}")
            number = _next_listed(text, found, number)
            first = number


def _next_listed(text: str, found: list[Token], number: int) -> int:
    """Index of the token that goes on with a list of numbers; the end if the list ends here."""
    follower = number + 1
    if follower < len(found) and found[follower].word in _LIST_WORDS:
        return follower + 1
    gap = text[found[number].end : found[follower].start] if follower < len(found) else ""
    is_listed = gap.strip() != "" and _LIST_GAP.fullmatch(gap)
    return follower if is_listed else len(found)


def _designates(token: Token) -> str:
    """Name under which a number after this token is known; empty if the token numbers nothing."""
    if token.word in _DESIGNATORS or token.word.startswith("§"):
        return _designator(token.word)
    is_sign = len(token.word) <= 4 and token.word.isalpha() and token.surface[:1].isupper()
    return token.word if is_sign and not is_stop_word(token.word) else ""


def _designator(word: str) -> str:
    return "§" if word.startswith("§") else _DESIGNATORS.get(word, word)

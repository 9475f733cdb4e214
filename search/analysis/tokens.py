"""Text to words: where they stand, what they are in folded form, their stem and the parts of compounds."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.analysis.compounds import Split, german_splitter
from search.analysis.normal import fold, surface
from search.analysis.stems import is_stop_word, stem

# Letters and digits with the marks of decomposed spelling and invisible characters inside.
_CHAR = r"[^\W_][\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]*"
# Hyphens of typists and typesetters; the dashes (U+2013, U+2014) separate.
_HYPHEN = r"[-\u2010\u2011\u2043\u30fb\ufe63\uff0d]"
_WORD = re.compile(
    rf"""
    (?P<abbreviation>(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![^\W_]))?  # i.d.R., U.S.A
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
    def parts(self) -> tuple[str, ...]:
        """Stems of the smallest parts if the word is a compound, else empty."""
        return split_stems(self.word)[0]


@dataclass(frozen=True, slots=True)
class Extra:
    """A term that several tokens or one reference sign stand for: E-Mail as `email`, M 12 as `m_12`.

    Attributes:
        first: Position of the first token it covers.
        last: Position of the last.
        term: What is indexed; a joined word is a stem, a numbered thing holds an underscore.
        word: The joined word, folded; empty for a numbered thing.
    """

    first: int
    last: int
    term: str
    word: str = ""


@functools.lru_cache(maxsize=300_000)
def split_stems(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Take a folded word apart: (stems of its smallest parts, stems of neighbouring parts read together)."""
    split: Split = german_splitter().split(word)
    return tuple(stem(part) for part in split.leaves), tuple(stem(part) for part in split.inner)


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


@functools.lru_cache(maxsize=300_000)
def forms(written: str) -> tuple[str, str, str]:
    """Give the folded form, stem (empty for a stop word) and shown form of a word as written."""
    word = fold(written)
    return word, "" if is_stop_word(word) else stem(word), surface(written)


def extras(text: str, found: list[Token]) -> list[Extra]:
    """Find hyphenated words written as one and numbered things (M 12, TOP 3, § 34a) in tokenised text."""
    return [*_joined(text, found), *_numbered(text, found)]


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

"""Look for terms in a text fast, by literal strings that occur wherever a term does, and sometimes elsewhere.

Analysing the texts of all hits for each search takes too long. What is found here is confirmed by
`search.engines.matching`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from search.analysis.things import literals_of
from search.engines.matching import Term

MAX_PLACES = 40
"""Places of one needle that are considered in one text; more say nothing new."""

MIN_NEEDLE_CHARS = 4

MAX_CHAIN_CHARS = 200
"""Longer strings without a blank are no words that anybody looks for."""

_TRANSCRIBED = {"a": "ae", "o": "oe", "u": "ue"}


def _folded_byte(code: int) -> int:
    """Return the letter of Latin-1 in lower case without its accent; ß, æ and others without a plain letter stay."""
    plain = unicodedata.normalize("NFKD", chr(code).lower())[0]
    return ord(plain) if plain.isalpha() and ord(plain) < 256 else code


# Lines end as words do; a needle holds no end of a line.
_FOLDED = bytes(map(_folded_byte, range(256))).replace(b"\n", b" ")


class Needles:
    """The needles of some terms.

    Args:
        terms: What is to be found.
        each: Whether the terms of every needle matter. If not, a needle that contains another one is left out: the
            word there tells everything.
    """

    def __init__(self, terms: Iterable[Term], *, each: bool) -> None:
        # What a text must hold for the needles to be worth a look (empty for every text), to needle, to its terms.
        self._needles: dict[bytes, dict[bytes, frozenset[Term]]] = {}
        for term in terms:
            for condition, needle in _spellings(term[1]):
                of_condition = self._needles.setdefault(condition, {})
                of_condition[needle] = of_condition.get(needle, frozenset()) | {term}
        if not each:
            for condition, needles in self._needles.items():
                self._needles[condition] = _shortest(needles)

    def offsets_in(self, text: str) -> Iterator[tuple[int, frozenset[Term]]]:
        """Yield the places of needles, and the terms that may be there."""
        plain = _folded(text)
        for condition, needles in self._needles.items():
            if condition in plain:
                for needle, terms in needles.items():
                    for at in _offsets(needle, plain):
                        yield at, terms

    def chains_in(self, text: str) -> list[tuple[int, int]]:
        """Return begin and end of strings without blanks that contain a needle, each once and in order.

        A string longer than `MAX_CHAIN_CHARS` on a side of its needle is cut there; none overlaps another.
        """
        plain = _folded(text)
        found: list[int] = []
        for condition, needles in self._needles.items():
            if condition in plain:
                for needle in needles:
                    if needle in plain:
                        found += _offsets(needle, plain)
        if not found:
            return []
        found.sort()
        chains = []
        done = 0
        for at in found:
            if at < done:
                continue
            start = plain.rfind(b" ", done, at) + 1 or done
            if at - start > MAX_CHAIN_CHARS:
                start = at - MAX_CHAIN_CHARS
            done = plain.find(b" ", at, at + MAX_CHAIN_CHARS)
            if done < 0:
                done = min(len(plain), at + MAX_CHAIN_CHARS)
            chains.append((start, done))
        return chains


def _offsets(needle: bytes, plain: bytes) -> list[int]:
    found: list[int] = []
    at = plain.find(needle)
    while at >= 0 and len(found) < MAX_PLACES:
        found.append(at)
        at = plain.find(needle, at + len(needle))
    return found


def _folded(text: str) -> bytes:
    """Return the text in lower case without accents, one byte a character, in one line.

    Letters beyond Latin-1 become a question mark.

    Ten times as fast as `str.lower` and replacing; needles are made the same way, so other scripts are found, too.
    """
    return text.encode("latin-1", "replace").translate(_FOLDED)


def _spellings(term: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield literal strings of which the folded text contains at least one wherever it contains the term.

    Stems differ from their words only in the last letters; ß, ae, oe and ue are the spellings that folding removes.
    """
    if literals := literals_of(term):
        for literal in literals:
            yield b"", _folded(literal)
        return
    last = term.rpartition("_")[2]
    # A street may be written …str., which is shorter than any other needle.
    shortest = 3 if last == "strass" else MIN_NEEDLE_CHARS
    beginning = last[: max(shortest, len(last) - 3)]
    if not beginning:
        return
    yield b"", _folded(beginning)
    if "ss" in beginning:
        yield _folded("ß"), _folded(beginning.replace("ss", "ß"))
    for index, letter in enumerate(beginning):
        if letter in _TRANSCRIBED and beginning[index + 1 : index + 2] != "e":
            written = _TRANSCRIBED[letter]
            spelling = f"{beginning[:index]}{written}{beginning[index + 1 :]}"
            yield _folded(written), _folded(spelling)


def _shortest(needles: dict[bytes, frozenset[Term]]) -> dict[bytes, frozenset[Term]]:
    """Leave out needles that contain another one, which takes their terms, too."""
    kept: dict[bytes, frozenset[Term]] = {}
    for needle in sorted(needles, key=len):
        inside = next((one for one in kept if one in needle), needle)
        kept[inside] = kept.get(inside, frozenset()) | needles[needle]
    return kept

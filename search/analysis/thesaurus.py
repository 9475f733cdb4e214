"""Other words for a word that no document has: from OpenThesaurus, made by scripts/make_thesaurus.py.

Too noisy for synonyms: a word that documents hold is not looked for by these.
"""

from __future__ import annotations

import functools
import lzma
from collections.abc import Mapping
from pathlib import Path

from search.analysis.normal import fold
from search.analysis.stems import stem

LIST = Path(__file__).parent / "data" / "thesaurus_de.txt.xz"
_DOUBTFUL = "?"


def other_words(word: str) -> tuple[str, ...]:
    """Give words of office language for a word, folded or not, that has one meaning only."""
    return _entries()[0].get(stem(fold(word)), ())


def doubtful_words(word: str) -> tuple[str, ...]:
    """Give words that may mean the same, in the eyes of a person who decides."""
    return (*other_words(word), *_entries()[1].get(stem(fold(word)), ()))


@functools.cache
def _entries() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    sure: dict[str, tuple[str, ...]] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    for line in lzma.decompress(LIST.read_bytes()).decode().splitlines():
        word, *others = line.removeprefix(_DOUBTFUL).split("\t")
        entries = doubtful if line.startswith(_DOUBTFUL) else sure
        entries.setdefault(stem(fold(word)), tuple(others))
    return sure, doubtful

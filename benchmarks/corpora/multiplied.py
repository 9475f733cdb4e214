"""As many documents as wanted out of the retrieval corpus: repeated with changed words, the same ones in every run.

The corpus is put into another order once (`SEED`), so that the first thousand documents are a sample of all. The first
round through it takes documents as they are. In every later round each word of seven letters or more is changed with a
chance of one in ten, in titles, headings and text: two letters are put before its last two. The dictionary of the index
thereby grows with the number of documents, as it does with real text, and no two documents are equal.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SEED = 20261126
CHANGED_SHARE = 0.1
_LONG_WORD = re.compile(r"[^\W\d_]{7,}")


@dataclass(frozen=True, slots=True)
class Text:
    """One document: title, headings, and the paragraph that holds its text."""

    title: str
    headings: tuple[str, ...]
    body: str


def read_corpus(path: Path) -> list[Text]:
    """Read the corpus in the order in which it is used."""
    with path.open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    random.Random(SEED).shuffle(entries)
    return [Text(one["title"], tuple(one["headings"]), one["body"]) for one in entries]


def multiplied(corpus: Sequence[Text], *, first: int, last: int) -> Iterator[Text]:
    """Yield the documents with the numbers from `first` to `last` - 1."""
    for number in range(first, last):
        text = corpus[number % len(corpus)]
        yield text if number < len(corpus) else _changed(text, random.Random(number))


def queries_from(corpus: Sequence[Text], *, count: int, documents: int) -> list[str]:
    """Draw queries: one to three words, in any order, from the title of one of the first `documents` texts."""
    chance = random.Random(SEED)
    words = [re.findall(r"[^\W\d_]{4,}", text.title) for text in corpus[:documents]]
    chosen = (chance.choice([one for one in words if one]) for _ in range(count))
    return [" ".join(chance.sample(one, min(len(one), chance.randint(1, 3)))) for one in chosen]


def _changed(text: Text, chance: random.Random) -> Text:
    def word(match: re.Match[str]) -> str:
        found = match.group()
        if chance.random() >= CHANGED_SHARE:
            return found
        added = chance.choice("aeiou") + chance.choice("bdfgklmnprstvwz")
        return f"{found[:-2]}{added}{found[-2:]}"

    return Text(
        _LONG_WORD.sub(word, text.title),
        tuple(_LONG_WORD.sub(word, heading) for heading in text.headings),
        _LONG_WORD.sub(word, text.body),
    )

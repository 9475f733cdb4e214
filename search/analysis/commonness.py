"""How much a word says: the rarer it is in German, the more. From a list that is shipped, never from documents.

What an engine counts in its own documents would tell, by the order of two visible hits, whether a word stands in a
hidden one. The same on every installation, it also lets a reader's hits keep their order when others write.
"""

from __future__ import annotations

import functools
import lzma
from pathlib import Path

_LIST = Path(__file__).parent / "data" / "common_stems.txt.xz"

RAREST = 8.5
"""Weight of a stem that is not in the list, such as most compounds and names; those in the list weigh less."""

_NUMBER = 4.0
_THING = 7.0


@functools.lru_cache(maxsize=30_000)
def weight_of(term: str) -> float:
    """Return what a stem, a thing (`m_12`, a date, an address) or a pair of stems (`a+b`) is worth, 0.5 to `RAREST`.

    The weight of a stem is about -ln of the chance that a page of 100 words holds it.
    """
    if "_" in term:
        return _THING
    if "+" in term:
        return min(RAREST, sum(map(weight_of, term.split("+", 1))))
    if term[:1].isdigit():
        return _NUMBER
    return _weights().get(term, RAREST)


@functools.cache
def _weights() -> dict[str, float]:
    """Load the list, once a process: a weight and the stems that have it on each line."""
    lines = lzma.decompress(_LIST.read_bytes()).decode().splitlines()
    weights: dict[str, float] = {}
    for line in lines:
        weight, *stems = line.split()
        weights |= dict.fromkeys(stems, float(weight))
    return weights

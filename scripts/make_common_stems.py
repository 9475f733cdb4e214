"""Make search/analysis/data/common_stems.txt.xz anew, after a change of stems or compounds that should move weights.

    .tools/bin/uv run --with wordfreq==3.1.1 python scripts/make_common_stems.py

A stem is as frequent as all words of wordfreq's German list that have it or that are compounds with such a part.
"""

from __future__ import annotations

import lzma
import math
from collections import Counter, defaultdict

from wordfreq import get_frequency_dict  # type: ignore[import-not-found]  # installed for this script only

from search.analysis.commonness import _LIST, RAREST
from search.analysis.normal import fold
from search.analysis.stems import is_stop_word, stem
from search.analysis.tokens import split_stems

PAGE_WORDS = 100
STEP = 4  # weights are quarters


def main() -> None:
    """Write the list: on each line a weight and its stems."""
    frequencies: Counter[str] = Counter()
    for word, frequency in get_frequency_dict("de", "large").items():
        folded = fold(word)
        if folded.isascii() and folded.isalpha() and not is_stop_word(folded):
            leaves, inner = split_stems(folded)
            for term in {stem(folded), *leaves, *inner}:
                frequencies[term] += frequency
    weights: defaultdict[float, list[str]] = defaultdict(list)
    for term, frequency in frequencies.items():
        weight = -math.log(1 - math.exp(-PAGE_WORDS * frequency))
        if (rounded := max(0.5, round(weight * STEP) / STEP)) < RAREST:
            weights[rounded].append(term)
    lines = [f"{weight} {' '.join(sorted(terms))}\n" for weight, terms in sorted(weights.items())]
    _LIST.write_bytes(lzma.compress("".join(lines).encode(), preset=9))
    print(f"{sum(map(len, weights.values()))} stems in {_LIST}")


if __name__ == "__main__":
    main()

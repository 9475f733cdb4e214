"""Make search/analysis/data/thesaurus_de.txt.xz anew, from OpenThesaurus as Debian's package `mythes-de` has it (LGPL).

    python scripts/make_thesaurus.py th_de_DE_v2.dat ADMINISTRATIVE_TEXT...

OpenThesaurus is written by many and noisy. Kept are nouns of one word with one meaning, beside nouns of their group of
at most two meanings that name them in turn and occur at least twice in administrative German, such as statutes. What
stands behind a question mark has up to three meanings: it is only proposed to the curator.
"""

from __future__ import annotations

import lzma
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from search.analysis.normal import fold
from search.analysis.stems import stem
from search.analysis.thesaurus import LIST
from search.analysis.tokens import tokens

_LABEL = re.compile(r"\s*\(([^)]*)\)")
# Labels of words that are no synonyms, or that nobody types into the search of an authority.
_LEFT_OUT = re.compile(
    r"Oberbegriff|Unterbegriff|Assoziation|Antonym|derb|vulg|abwertend|veralt|histor|geh\.|fig\.|scherz|iron|jugend|österr"
    r"|schweiz|Eigenname|engl\.|lat\.|bildungs|selten|region|deutsch|bayr|DDR|landschaft|franz|verhüll|variabel"
    r"|Markenname|Redensart|musik"
)
_NOUN = re.compile(r"[A-ZÄÖÜ][\w-]{2,}")
_MOST_IN_GROUP, _LEAST_OCCURRENCES = 6, 2

Meanings = dict[str, list[list[str]]]


def meanings_in(path: Path) -> Meanings:
    """Return the groups of each word, in lower case."""
    meanings: Meanings = defaultdict(list)
    word = ""
    for line in path.read_text("utf-8").splitlines()[1:]:
        if line.startswith("-|"):
            group = [
                _LABEL.sub("", one).strip()
                for one in line[2:].split("|")
                if not any(map(_LEFT_OUT.search, _LABEL.findall(one)))
            ]
            meanings[word].append(group)
        else:
            word = line.rpartition("|")[0]
    return meanings


def others_of(
    word: str, groups: list[list[str]], meanings: Meanings, known: Counter[str]
) -> Iterator[str]:
    """Yield what a word may be called in an office."""
    for group in groups:
        if len(group) > _MOST_IN_GROUP or word not in group or not _NOUN.fullmatch(word):
            continue
        for other in group:
            back = meanings.get(other.lower(), [])
            is_mutual = len(back) <= len(groups) + 1 and any(word in one for one in back)
            is_new = stem(fold(other)) != stem(fold(word))
            is_known = known[stem(fold(other))] >= _LEAST_OCCURRENCES
            if other != word and is_mutual and is_new and is_known and _NOUN.fullmatch(other):
                yield other


def main() -> None:
    """Write the list: on each line a word and its others, those only to be proposed behind a question mark."""
    meanings = meanings_in(Path(sys.argv[1]))
    texts = (Path(path).read_text("utf-8") for path in sys.argv[2:])
    known = Counter(token.stem for text in texts for token in tokens(text))
    lines = []
    for groups in meanings.values():
        for word in sorted({word for group in groups for word in group}):
            own = meanings.get(word.lower(), [])
            if own != groups or len(own) > 2:
                continue
            others = dict.fromkeys(others_of(word, own, meanings, known))
            if others:
                lines.append(("" if len(own) == 1 else "?") + "\t".join((word, *others)))
    text = "\n".join(sorted(set(lines))) + "\n"
    LIST.write_bytes(lzma.compress(text.encode(), preset=9))
    print(f"{len(set(lines))} words in {LIST}")


if __name__ == "__main__":
    main()

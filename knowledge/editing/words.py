"""Put the words of one line together that two people changed at once. No Django, no database.

What either of the two added stands there once, what either took away is gone. Both are noted as changes of the base, by
characters: words that stand side by side without a space ("neu" typed at the start of "Treppe") are one token, and
where both typed into it, what they typed is taken out of it first. Else each would bring the whole token, and it would
be there twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from knowledge.editing.lines import Run, joined

_TOKENS = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]")
Token = Run
MOST_PAIRS = 250_000
"""Of characters that are compared one by one, in a stretch that both wrote into."""


class _Change(NamedTuple):
    """Characters of the base, from `start` up to `end`, and what stands there instead."""

    start: int
    end: int
    added: Sequence[Token]


class _Piece(NamedTuple):
    """A token of the base or a part of one, and at which character it begins."""

    start: int
    token: Token


def merge_runs(base: Sequence[Run], mine: Sequence[Run], latest: Sequence[Run]) -> tuple[Run, ...]:
    """Return the words of both, without those that either took away."""
    before = _tokens(base)
    own, other = _both_changes(before, mine, latest)
    pieces = _cut(before, {place for one in (*own, *other) for place in one[:2]})
    glued = {*pairwise(_applied(pieces, own)), *pairwise(_applied(pieces, other))}
    result: list[Token] = []
    for token in _applied(pieces, other, own):
        # The space between two words may have gone with a word beside it.
        if result and _is_word(result[-1]) and _is_word(token) and (result[-1], token) not in glued:
            result.append(Token(" "))
        result.append(token)
    return joined(result)


def merge_text(base: str, mine: str, latest: str) -> str:
    """Do the same with text that has no marks."""
    runs = merge_runs((Run(base),), (Run(mine),), (Run(latest),))
    return "".join(run.text for run in runs)


def with_what_arrived(
    base: Sequence[Run], sent: Sequence[Run], latest: Sequence[Run]
) -> tuple[Run, ...]:
    """Return the base together with those words of `sent` that are in `latest`, too."""
    before, signs = _tokens(sent), _characters(_tokens(sent))
    since = _stretches(signs, _changes(before, _tokens(latest)))
    if all(_typed_into(signs, one) for one, _parts in since):
        return tuple(sent)  # all of it is there, and what others typed since
    before = _tokens(base)
    own, other = _both_changes(before, sent, latest)
    theirs = {one.start: one.added for one in other}
    arrived = [
        _Change(one.start, one.start, _common(one.added, theirs.get(one.start, ()))) for one in own
    ]
    return joined(_applied(_cut(before, {one.start for one in own}), arrived))


def only_adds(shorter: Sequence[Run], longer: Sequence[Run]) -> bool:
    """Tell whether all words of the one are in the other, in order."""
    tokens = iter(_tokens(longer))
    return all(token in tokens for token in _tokens(shorter))


def _tokens(runs: Sequence[Run]) -> list[Token]:
    return [run._replace(text=word) for run in runs for word in _TOKENS.findall(run.text)]


def _characters(tokens: Sequence[Token]) -> list[Token]:
    return [token._replace(text=sign) for token in tokens for sign in token.text]


def _is_word(token: Token) -> bool:
    return token.text[0].isalnum() or token.text[0] == "_"


def _changes(base: Sequence[Token], text: Sequence[Token]) -> list[_Change]:
    places = [0]
    for token in base:
        places.append(places[-1] + len(token.text))
    matcher = SequenceMatcher(a=base, b=text, autojunk=False)
    return [
        _Change(places[a1], places[a2], text[b1:b2])
        for tag, a1, a2, b1, b2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _both_changes(
    base: Sequence[Token], mine: Sequence[Run], latest: Sequence[Run]
) -> tuple[list[_Change], list[_Change]]:
    own, other = _changes(base, _tokens(mine)), _changes(base, _tokens(latest))
    return _apart(base, own, other), _apart(base, other, own)


def _apart(
    base: Sequence[Token], changes: Sequence[_Change], others: Sequence[_Change]
) -> list[_Change]:
    """Take what was typed into words out of them, where the other one typed into the same words."""
    signs = _characters(base)
    theirs = [one for one, _parts in _stretches(signs, others)]
    result: list[_Change] = []
    for change, parts in _stretches(signs, changes):
        rivals = [one for one in theirs if _meet(change, one)]
        typed = [_typed_into(signs, one) for one in (change, *rivals)] if rivals else []
        result += typed[0] if typed and all(typed) else parts
    return result


def _meet(one: _Change, other: _Change) -> bool:
    is_addition = one.start == one.end or other.start == other.end
    first, last = max(one.start, other.start), min(one.end, other.end)
    return first <= last if is_addition else first < last


def _stretches(
    signs: Sequence[Token], changes: Sequence[_Change]
) -> list[tuple[_Change, list[_Change]]]:
    """Return the changes with those put together that no word lies between, and what each is made of.

    A space is like any other: which one of a line is the same as which one of another is a guess.
    """
    found: list[tuple[_Change, list[_Change]]] = []
    for change in changes:
        last, parts = found[-1] if found else (None, [])
        between = signs[last.end : change.start] if last else []
        if last is None or any(map(_is_word, between)):
            found.append((change, [change]))
        else:
            whole = _Change(last.start, change.end, [*last.added, *between, *change.added])
            found[-1] = whole, [*parts, change]
    return found


def _typed_into(signs: Sequence[Token], change: _Change) -> list[_Change]:
    """Return what a change adds to the words that it replaces; nothing if it takes away from them."""
    old, new = signs[change.start : change.end], _characters(change.added)
    typed: list[_Change] = []
    end = change.end
    for place, text in reversed(_insertions(old, new)):
        end, text = _moved_right(signs, change.start + place, text, end)
        typed.insert(0, _Change(end, end, _tokens(joined(text))))
    return typed


def _insertions(old: Sequence[Token], new: Sequence[Token]) -> list[tuple[int, Sequence[Token]]]:
    """Return where which characters came in, at as few places as possible; nothing if others went."""
    if len(old) > len(new) or len(old) * len(new) > MOST_PAIRS:
        return []
    # For each old and each new character: at how many places something came in before, if the two are the same, and
    # where the old character before is then.
    none = (len(new) + 1, -1)
    rows = (
        [[(min(n, 1), -1) if sign == old[0] else none for n, sign in enumerate(new)]] if old else []
    )
    for sign in old[1:]:
        row, nearest = [none], none
        for n in range(1, len(new)):
            nearest = min(nearest, (rows[-1][n - 1][0] + 1, n - 1))
            row.append(min((rows[-1][n - 1][0], n - 1), nearest) if new[n] == sign else none)
        rows.append(row)
    return _read_back(rows, new) if rows else [(0, new)]


def _read_back(
    rows: Sequence[Sequence[tuple[int, int]]], new: Sequence[Token]
) -> list[tuple[int, Sequence[Token]]]:
    at_end = len(new) - 1
    count, at = min((places + (n < at_end), n) for n, (places, _before) in enumerate(rows[-1]))
    if count > len(new):
        return []
    found = [(len(rows), new[at + 1 :])]
    for place in range(len(rows) - 1, -1, -1):
        before = rows[place][at][1]
        found.append((place, new[before + 1 : at]))
        at = before
    return [(place, text) for place, text in reversed(found) if text]


def _moved_right(
    signs: Sequence[Token], place: int, text: Sequence[Token], end: int
) -> tuple[int, Sequence[Token]]:
    """Put an addition as far back as it says the same: "b a" + "b" may be "b" + " ab", and both sides must take one."""
    while place < end and signs[place] == text[0]:
        place, text = place + 1, [*text[1:], text[0]]
    return place, text


def _cut(base: Sequence[Token], places: set[int]) -> list[_Piece]:
    """Cut the tokens of the base wherever something changes inside of them."""
    pieces: list[_Piece] = []
    start = 0
    for token in base:
        end = start + len(token.text)
        edges = [start, *sorted(place for place in places if start < place < end), end]
        pieces += [
            _Piece(left, token._replace(text=token.text[left - start : right - start]))
            for left, right in pairwise(edges)
        ]
        start = end
    return [*pieces, _Piece(start, Token(""))]


def _applied(pieces: Sequence[_Piece], *sides: Sequence[_Change]) -> Iterator[Token]:
    """Yield the base as one or two sides changed it."""
    added = [{one.start: one.added for one in changes if one.added} for changes in sides]
    gone = {place for changes in sides for one in changes for place in range(one.start, one.end)}
    for start, token in pieces:
        yield from _together(*[side[start] for side in added if start in side])
        if token.text and start not in gone:
            yield token


def _together(*additions: Sequence[Token]) -> Sequence[Token]:
    """Put two additions at the same place one after the other; what one sent twice stands there once."""
    if len(additions) < 2:
        return additions[0] if additions else ()
    one, other = additions
    if one[: len(other)] == other:
        return one
    if other[: len(one)] == one:
        return other
    # What goes on in the word before it comes first: it is the rest of what somebody is typing.
    return (
        [*other, *one] if one[0].text.isspace() and not other[0].text.isspace() else [*one, *other]
    )


def _common(one: Sequence[Token], other: Sequence[Token]) -> list[Token]:
    matcher = SequenceMatcher(a=one, b=other, autojunk=False)
    found = [token for a, _b, size in matcher.get_matching_blocks() for token in one[a : a + size]]
    return found if any(map(_is_word, found)) else []

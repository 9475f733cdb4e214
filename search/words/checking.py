"""What may be kept: entries that do something, once. Every refusal is a sentence that says what to do."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from search.analysis.normal import fold
from search.analysis.tokens import split_stems, tokens
from search.analysis.vocabulary import german_vocabulary, stems_of
from search.words.best_bets import key_of
from search.words.house import Word
from search.words.models import MAX_EXPRESSION_CHARS, BestBet, WordEntry, WordKind

MAX_EXPRESSION_WORDS = 6
MAX_EXPRESSIONS = 9
"""A search takes eight alternatives to a word; more in one entry would have no effect."""

MAX_ENTRIES = 2_000
"""Every process holds all of them in memory, and the list shows them all to the filter."""

MAX_ABBREVIATION_CHARS = 20


def cleaned(expressions: Iterable[str]) -> tuple[str, ...]:
    """Return the expressions without control characters and superfluous blanks, each once, in order."""
    tidy = (" ".join(_printable(one).split()) for one in expressions)
    return tuple(dict.fromkeys(one for one in tidy if one))


def _printable(text: str) -> str:
    """Turn what databases and engines refuse into blanks, and compose letters."""
    kept = (" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)
    return unicodedata.normalize("NFC", "".join(kept))


def check_word(word: Word, others: Iterable[WordEntry]) -> None:
    """Refuse an entry that would have no effect, or says what is said already.

    Args:
        word: With `cleaned` expressions.
        others: All stored entries but this one.

    Raises:
        ValidationError: With all that is wrong.
    """
    problems = [*_problems_of_each(word.expressions)]
    if not problems:
        problems = [*_BY_KIND[word.kind](word), *_taken(word, others)]
    if problems:
        raise ValidationError(problems)


def check_best_bet(
    expressions: Sequence[str], target: str, others: Iterable[tuple[Sequence[str], str]]
) -> None:
    """Refuse a best bet without an expression that can be searched for, or one that is there already.

    Args:
        expressions: As `cleaned`.
        target: Key of the target.
        others: Expressions and targets of all other best bets.

    Raises:
        ValidationError: With all that is wrong.
    """
    problems = [*_problems_of_each(expressions)]
    if not expressions:
        problems.append(_("Write at least one expression that people search for."))
    keys = {key_of(one): one for one in expressions}
    for of_other, of_target in others:
        if of_target != target:
            continue
        problems += [
            _("For “%(expression)s” this target is recommended already.")
            % {"expression": keys[key]}
            for one in of_other
            if (key := key_of(one)) in keys
        ]
    if problems:
        raise ValidationError(problems)


def _problems_of_each(expressions: Sequence[str]) -> Iterable[str]:
    if len(expressions) > MAX_EXPRESSIONS:
        yield _("At most %(count)d expressions can stand in one entry. Make a second one.") % {
            "count": MAX_EXPRESSIONS
        }
    for one in expressions[:MAX_EXPRESSIONS]:
        found = tokens(one[: MAX_EXPRESSION_CHARS + 1])
        named = {"expression": one[:MAX_EXPRESSION_CHARS]}
        if len(one) > MAX_EXPRESSION_CHARS or len(found) > MAX_EXPRESSION_WORDS:
            yield _(
                "“%(expression)s” is too long: at most %(words)d words and %(chars)d characters."
            ) % {**named, "words": MAX_EXPRESSION_WORDS, "chars": MAX_EXPRESSION_CHARS}
        elif not found:
            yield _("“%(expression)s” contains no word.") % named
        elif not stems_of(one):
            yield (
                _(
                    "“%(expression)s” consists of words like “the” and “of” only, which the search leaves out. "
                    "Write the word that matters."
                )
                % named
            )


def _check_synonyms(word: Word) -> Iterable[str]:
    different = {stems_of(one) for one in word.expressions}
    if len(word.expressions) < 2:
        yield _("A group of synonyms needs at least two expressions, one on each line.")
    elif len(different) < 2:
        yield _(
            "These expressions are the same word for the search already: inflection, capitals and umlauts make no "
            "difference. Write an expression with another word."
        )
    elif _is_shipped(word.expressions):
        yield _("The search knows these expressions as synonyms already. Nothing needs to be done.")


def _check_abbreviation(word: Word) -> Iterable[str]:
    short, *long = word.expressions or ("",)
    if not short or not long:
        yield _("Write the abbreviation and at least one long form.")
    elif len(tokens(short)) != 1 or len(short) > MAX_ABBREVIATION_CHARS:
        yield _("The abbreviation must be a single word of at most %(count)d characters.") % {
            "count": MAX_ABBREVIATION_CHARS
        }
    elif any(stems_of(one) == stems_of(short) for one in long):
        yield _("The long form must be another word than the abbreviation.")
    elif all(_is_shipped((short, one)) for one in long):
        yield _("The search knows this abbreviation already. Nothing needs to be done.")


def _check_never_split(word: Word) -> Iterable[str]:
    yield from _check_single(word)
    if len(word.expressions) == 1 and not split_stems(fold(word.expressions[0]))[0]:
        yield _("The search does not take “%(word)s” apart. Nothing needs to be done.") % {
            "word": word.expressions[0]
        }


def _check_single(word: Word) -> Iterable[str]:
    if len(word.expressions) != 1 or len(tokens(word.expressions[0])) != 1:
        yield _("Write exactly one word, without blanks and hyphens.")


_BY_KIND: Mapping[str, Callable[[Word], Iterable[str]]] = {
    WordKind.SYNONYMS: _check_synonyms,
    WordKind.ABBREVIATION: _check_abbreviation,
    WordKind.NEVER_SPLIT: _check_never_split,
    WordKind.NEVER_STEM: _check_single,
}


def _is_shipped(expressions: Sequence[str]) -> bool:
    """Whether each of the expressions is a shipped synonym of the first one."""
    stems = [stems_of(one) for one in expressions]
    known = german_vocabulary().synonyms_of(stems[0])
    return all(one == stems[0] or one in known for one in stems)


def _taken(word: Word, others: Iterable[WordEntry]) -> Iterable[str]:
    """Name the expressions that another entry of this kind has already; of abbreviations the short forms."""
    single = word.kind != WordKind.SYNONYMS
    own = {
        _identity(word.kind, one): one
        for one in (word.expressions[:1] if single else word.expressions)
    }
    for other in others:
        if other.kind != word.kind:
            continue
        theirs = other.expressions[:1] if single else other.expressions
        for one in theirs:
            if (identity := _identity(word.kind, one)) in own:
                yield _(
                    "“%(expression)s” stands in another entry already: %(entry)s. Change that one instead."
                ) % {"expression": own[identity], "entry": other}


def _identity(kind: str, expression: str) -> object:
    return fold(expression) if kind == WordKind.NEVER_STEM else stems_of(expression)


def best_bets_without(pk: int | None) -> list[tuple[list[str], str]]:
    """Return expressions and target of every best bet but the one of this primary key."""
    return list(BestBet.objects.but(pk).values_list("expressions", "target"))

"""What the analysis holds for any text whatever."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.analysis.normal import MAX_WORD_CHARS, fold, surface
from search.analysis.stems import stem
from search.analysis.tokens import extras, split_stems, tokens
from search.analysis.vocabulary import Vocabulary, stems_of
from search.engines.base import Query
from search.engines.matching import Matcher
from search.engines.plan import plan

GERMAN = st.text(
    alphabet="abcdefghijklmnopqrstuvwxyzäöüßÄÖÜ -.§0123456789'‑\u00ad\u0308\n", max_size=80
)
ANY = st.one_of(st.text(max_size=80), GERMAN)


@given(ANY)
def test_tokens_lie_inside_the_text_in_order(text: str) -> None:
    found = tokens(text)
    assert [token.position for token in found] == list(range(len(found)))
    for token in found:
        assert 0 <= token.start < token.end <= len(text)
        assert token.word
        assert len(token.word) <= MAX_WORD_CHARS
        assert not token.word.isspace()
        assert " " not in token.word
    for before, after in pairwise(found):
        assert before.end <= after.start
    for extra in extras(text, found):
        assert 0 <= extra.first <= extra.last < len(found)


@given(ANY)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert surface(surface(text)) == surface(text)


@given(GERMAN)
def test_composed_and_decomposed_text_give_the_same_words(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert [token.word for token in tokens(composed)] == [
        token.word for token in tokens(decomposed)
    ]


@given(GERMAN)
def test_upper_case_changes_no_word(text: str) -> None:
    text = text.replace(
        "\n", " "
    )  # a small letter after a hyphen at the end of a line goes on with the word
    assert [token.word for token in tokens(text.upper())] == [
        token.word for token in tokens(text.lower())
    ]


@given(ANY)
def test_a_stem_is_its_own_stem(text: str) -> None:
    for token in tokens(text):
        if token.stem and token.stem.isalpha():
            assert stem(token.stem) == token.stem


@given(ANY)
def test_terms_hold_no_blanks(text: str) -> None:
    found = tokens(text)
    for term in [
        *(t for token in found for t in split_stems(token.word)[0]),
        *(e.term for e in extras(text, found)),
    ]:
        assert term
        assert len(term.split()) == 1


@given(ANY, ANY)
def test_marks_lie_inside_the_text_without_overlaps(typed: str, text: str) -> None:
    query = Query(words=tuple(typed.split()), phrases=(typed,), any_of=((typed, text),))
    spans = Matcher(query).spans(text)
    for span in spans:
        assert 0 <= span.start < span.end <= len(text)
    for before, after in pairwise(spans):
        assert before.end <= after.start


@given(
    st.lists(ANY, max_size=4),
    st.lists(ANY, max_size=2),
    st.lists(st.lists(ANY, min_size=2, max_size=3), max_size=3),
)
def test_any_query_and_vocabulary_can_be_planned(
    words: list[str], phrases: list[str], groups: list[list[str]]
) -> None:
    vocabulary = Vocabulary(
        synonyms=tuple(tuple(group) for group in groups),
        never_split=frozenset(words[:1]),
        never_stem=frozenset(words[1:2]),
    )
    made = plan(
        Query(words=tuple(words), phrases=tuple(phrases), excluded=tuple(phrases)), vocabulary
    )
    assert len(made.groups) <= 16
    for group in groups:
        keys = [stems_of(expression) for expression in group]
        for key in keys:
            if key:
                assert set(vocabulary.synonyms_of(key)) >= {
                    other for other in keys if other and other != key
                }

"""What people type is understood, or named and searched as words; nothing breaks the reader."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engines.plan import MAX_QUERY_CHARS, MAX_WORDS
from search.facet import filter_named
from search.question.query import Typed, TypedFilter, parse


def filters(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in parse(text).filters]


def test_words_keep_their_order_and_lose_punctuation_around_them() -> None:
    assert parse("Müll, (Abfall)! z.B. E-Mail … *").words == ("Müll", "Abfall", "z.B", "E-Mail")


@pytest.mark.parametrize(
    "text", ['"sichere Stadt"', "„sichere Stadt“", "«sichere  Stadt»", "”sichere\nStadt”"]
)
def test_phrases_stand_in_any_quotation_marks(text: str) -> None:
    assert parse(text).phrases == ("sichere Stadt",)


def test_a_single_quotation_mark_is_none() -> None:
    assert parse('"Müll im Hafen') == Typed(words=("Müll", "im", "Hafen"))


def test_minus_excludes_words_and_phrases_but_not_inside_words() -> None:
    typed = parse('Müll -Hafen -"alte Stadt" AG-Protokoll - x')
    assert typed.excluded == ("Hafen", "alte Stadt")
    assert typed.words == ("Müll", "AG-Protokoll", "x")


@pytest.mark.parametrize("text", ["a OR b ODER c", "a OR  b OR c"])
def test_or_joins_neighbours(text: str) -> None:
    assert parse(text) == Typed(any_of=(("a", "b", "c"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OR", Typed()),
        ("OR a", Typed(words=("a",))),
        ("a OR", Typed(words=("a",))),
        ("a OR OR b", Typed(any_of=(("a", "b"),))),
        ("a OR -b c", Typed(words=("a", "c"), excluded=("b",))),
        ("a or b", Typed(words=("a", "or", "b"))),
        ('"x y" OR z w', Typed(words=("w",), any_of=(("x y", "z"),))),
    ],
)
def test_or_without_neighbours_is_nothing(text: str, expected: Typed) -> None:
    assert parse(text) == expected


def test_filters_have_german_names_in_any_case() -> None:
    assert filters('typ:Protokoll ORG:edg bereich:"AG Sichere Stadt" nach:2025-01-01') == [
        ("typ", "Protokoll"),
        ("org", "edg"),
        ("bereich", "AG Sichere Stadt"),
        ("nach", "2025-01-01"),
    ]
    assert filters("typ: protokoll") == [("typ", "protokoll")]


def test_an_unknown_filter_is_named_and_searched_as_words() -> None:
    typed = parse("farbe:rot Müll")
    assert typed.words == ("farbe", "rot", "Müll")
    assert "farbe:" in typed.problems[0]


@pytest.mark.parametrize("text", ["https://example.org/x", "10:30", "Betreff: Müll", "a:b"])
def test_colons_of_ordinary_text_are_no_problem(text: str) -> None:
    assert parse(text).problems == ()


@pytest.mark.parametrize("text", ["typ:", "-typ:protokoll", "typ:*"])
def test_a_filter_that_makes_no_sense_is_named_and_left_out(text: str) -> None:
    typed = parse(text)
    assert not typed.filters
    assert len(typed.problems) == 1


@pytest.mark.parametrize(
    "text", ['"', "*", "-", "💥", '""', "„“", "", "\x00", "\ud800", "- - -", '-"']
)
def test_what_holds_no_word_asks_nothing(text: str) -> None:
    assert parse(text) == Typed()


def test_a_long_text_is_cut_and_says_so() -> None:
    typed = parse("Müllabfuhr " * 1000)
    assert len(typed.words) == MAX_WORDS
    assert str(MAX_WORDS) in typed.problems[-1]


def test_conditions_are_written_so_that_they_are_read_again() -> None:
    text = 'a OR "b c" -d -"e f" typ:"g h" org:i'
    again = parse(parse(text).conditions())
    assert (again.any_of, again.excluded) == (parse(text).any_of, parse(text).excluded)
    assert [one.value for one in again.filters] == ["g h", "i"]


TEXTS = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [
            '"',
            "„",
            "“",
            "-",
            "OR",
            " ",
            "typ:",
            "org:edg",
            "x",
            "Müll",
            ":",
            "*",
            "\n",
            "\x00",
            "💥",
            "foo:",
            "-typ:a",
        ]
    )
).map("".join)


def test_a_filter_knows_its_stretch_of_the_text_as_it_was_typed() -> None:
    """The link that takes it back looks for it there."""
    (pasted,) = parse("Hafen typ:\tprotokoll").filters
    assert (pasted.value, pasted.raw) == ("protokoll", "typ:\tprotokoll")


@given(TEXTS)
def test_any_text_is_read_within_bounds(text: str) -> None:
    typed = parse(text)
    assert len(typed.words) <= MAX_WORDS
    everything = [
        *typed.words,
        *typed.phrases,
        *typed.excluded,
        *(one for group in typed.any_of for one in group),
    ]
    for part in everything:
        assert any(char.isalnum() or char == "§" for char in part)
        assert '"' not in part
        assert part == part.strip()
    assert all(filter_named(one.name) and one.value and one.raw in text for one in typed.filters)
    assert all(len(group) > 1 for group in typed.any_of)


@pytest.mark.parametrize("unit", ['"', "a:", "-", "typ:", "a OR ", "„", "ä\u0308", "(((", "a-"])
def test_reading_takes_time_proportional_to_length(unit: str) -> None:
    started = time.perf_counter()
    parse(unit * (10_000 // len(unit)))
    assert time.perf_counter() - started < 0.2
    assert MAX_QUERY_CHARS < 10_000


def test_typed_filter_knows_where_it_stood() -> None:
    assert parse('x org:"A B" y').filters == (TypedFilter("org", "A B", 'org:"A B"'),)

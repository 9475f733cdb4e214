"""Readers find what is theirs, as the database has it now, on the stack's real engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from access.granting.services import grant_role
from access.models import SpaceUserObjectPermission
from access.reader import one_request
from access.roles import Role
from search import outbox
from search.documents import Attachment
from search.engines.base import SearchEngine
from search.indexer import drain
from search.registry import SearchKind, kinds
from search.requests import SearchRequest
from search.results import SearchPage
from search.service import search, suggest
from tests.conftest import Cast
from tests.search.shelf import ShelfSource, Thing

pytestmark = [pytest.mark.django_db, pytest.mark.both]

PDF = Attachment(
    key="1",
    title="Bericht.pdf",
    url="/dateien/1/bericht.pdf",
    pages=(
        "Inhaltsverzeichnis",
        "Vorwort",
        "Im vergangenen Jahr stellte die Müllpolizei viele Fälle fest.",
    ),
)


def ask(user: Any, text: str = "", **kwargs: Any) -> SearchPage:
    return search(user, SearchRequest(text=text, **kwargs))


def keys(page: SearchPage) -> list[str]:
    return sorted(hit.key for hit in page.hits)


@pytest.fixture
def filled(index: SearchEngine, shelf: ShelfSource, cast: Cast) -> Iterator[ShelfSource]:
    """A measure and minutes in space A, an article in space B, all about the same word."""
    day = dt.date(2025, 3, 1)
    shelf.things = {
        "1": Thing(
            cast.space_a.pk, "Ermittlungsdienste ausweiten", "Die Müllpolizei <b>kommt</b> abends.",
            kind="measure", organisations=("amt-a",), attachments=(PDF,), dated_on=day,
        ),
        "2": Thing(cast.space_a.pk, "Sitzung im Mai", "Bericht der Müllpolizei", kind="minutes"),
        "3": Thing(cast.space_b.pk, "Geheimplan Müllpolizei", "Kanarienvogel Müllpolizei", organisations=("amt-b",)),
    }  # fmt: skip
    outbox.enqueue("shelf", shelf.things)
    drain()
    with kinds.override(SearchKind("minutes", "Protokoll", ("protokolle", "sitzung"))):
        yield shelf


def test_each_reader_finds_what_is_hers(filled: ShelfSource, cast: Cast) -> None:
    assert keys(ask(cast.reader_a, "Müllpolizei")) == ["shelf:1", "shelf:2"]
    assert keys(ask(cast.reader_b, "Müllpolizei")) == ["shelf:3"]
    assert keys(ask(cast.member_of_both, "muellpolizei")) == ["shelf:1", "shelf:2", "shelf:3"]
    for person in (cast.stranger, cast.administrator, cast.inactive, AnonymousUser()):
        page = ask(person, "Müllpolizei")
        assert (page.hits, page.total, page.facets, page.did_you_mean) == ([], 0, [], "")


def test_a_right_that_is_taken_back_holds_from_the_next_search(
    filled: ShelfSource, cast: Cast
) -> None:
    grant_role(cast.space_a, cast.stranger, Role.READER, actor=None)
    assert ask(cast.stranger, "Müllpolizei").total == 2
    SpaceUserObjectPermission.objects.filter(user=cast.stranger).delete()
    assert ask(cast.stranger, "Müllpolizei").total == 0


def test_hits_are_shown_with_marks_kind_and_attachment_page(
    filled: ShelfSource, cast: Cast
) -> None:
    hit = next(
        hit
        for hit in ask(cast.reader_a, "Müllpolizei Ermittlungsdienst").hits
        if hit.key == "shelf:1"
    )
    assert hit.title_marked == "<mark>Ermittlungsdienste</mark> ausweiten"
    assert hit.kind_label == "Maßnahme"
    assert list(hit.passages) == ["Die <mark>Müllpolizei</mark> &lt;b&gt;kommt&lt;/b&gt; abends."]
    (attachment,) = hit.attachments
    assert (attachment.page, attachment.url) == (3, "/dateien/1/bericht.pdf#page=3")
    assert "<mark>Müllpolizei</mark>" in attachment.passages[0]


@pytest.mark.parametrize("change", ["moved", "unpublished", "deleted", "narrowed"])
def test_an_index_behind_the_database_shows_nothing_that_is_not_hers(
    change: str, filled: ShelfSource, cast: Cast
) -> None:
    thing = filled.things["1"]
    if change == "moved":
        thing.space_id = cast.space_b.pk
    elif change == "unpublished":
        thing.live = False
    elif change == "deleted":
        del filled.things["1"]
    else:
        thing.audience = frozenset({cast.organisation_b.pk})
    page = ask(cast.reader_a, "Müllpolizei")
    assert keys(page) == ["shelf:2"]
    assert "Ermittlungsdienste" not in str(page)
    assert not [one for one in suggest(cast.reader_a, "Ermitt") if "ausweiten" in one.text]


def test_a_text_that_has_changed_is_quoted_as_it_is_now(filled: ShelfSource, cast: Cast) -> None:
    filled.things["2"].body = "Die Müllpolizei hat neu berichtet."
    filled.things["2"].title = "Sitzung im Juni"
    outbox.enqueue("shelf", ["2"])
    hit = next(hit for hit in ask(cast.reader_a, "Müllpolizei").hits if hit.key == "shelf:2")
    assert hit.title == "Sitzung im Juni"
    assert "neu berichtet" in hit.passages[0]


def test_facets_count_within_the_readers_scope(filled: ShelfSource, cast: Cast) -> None:
    facets = {facet.name: facet.options for facet in ask(cast.reader_a, "Müllpolizei").facets}
    assert {(one.label, one.count) for one in facets["kind"]} == {("Maßnahme", 1), ("Protokoll", 1)}
    assert [(one.value, one.count) for one in facets["org"]] == [("amt-a", 1)]
    assert [(one.label, one.count) for one in facets["space"]] == [(cast.space_a.title, 2)]
    assert [(one.label, one.count) for one in facets["year"]] == [("2025", 1)]


def test_a_chosen_value_narrows_and_leaves_the_others_to_choose(
    filled: ShelfSource, cast: Cast
) -> None:
    page = ask(cast.reader_a, "Müllpolizei", filters={"kind": ("minutes",)})
    assert keys(page) == ["shelf:2"]
    kinds = next(facet.options for facet in page.facets if facet.name == "kind")
    assert {(one.value, one.count, one.selected) for one in kinds} == {
        ("measure", 1, False),
        ("minutes", 1, True),
    }
    (active,) = page.active_filters
    assert active.label.endswith(": Protokoll")
    assert active.remove_url == "/suche/?q=M%C3%BCllpolizei"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Müllpolizei typ:protokoll", ["shelf:2"]),
        ("Müllpolizei typ:protokolle", ["shelf:2"]),
        ("Müllpolizei typ:sitzung", ["shelf:2"]),
        ("Müllpolizei typ:maßnahme,protokoll", ["shelf:1", "shelf:2"]),
        ("Müllpolizei org:amt-a", ["shelf:1"]),
        ('Müllpolizei org:"Amt A"', ["shelf:1"]),
        ("Müllpolizei nach:2025-01-01", ["shelf:1"]),
        ("Müllpolizei vor:2025", []),
        ("Müllpolizei jahr:2025", ["shelf:1"]),
        ("Müllpolizei -abends", ["shelf:2"]),
        ('"Bericht der Müllpolizei"', ["shelf:2"]),
        ("Ermittlungsdienste OR Sitzung", ["shelf:1", "shelf:2"]),
        ("typ:maßnahme", ["shelf:1"]),
        ("Müllpolizei von:Kommissarin", []),
        ("Müllpolizei von:2025", ["shelf:1"]),
    ],
)
def test_typed_filters(text: str, expected: list[str], filled: ShelfSource, cast: Cast) -> None:
    page = ask(cast.reader_a, text)
    assert keys(page) == expected
    assert not page.problems


@pytest.mark.parametrize(
    "text", ["typ:quatsch", "org:gibtsnicht", "nach:gestrigst", "farbe:rot", "typ:"]
)
def test_a_wrong_filter_is_named_and_the_rest_runs(
    text: str, filled: ShelfSource, cast: Cast
) -> None:
    page = ask(cast.reader_a, f"Müllpolizei {text}")
    assert keys(page) == ["shelf:1", "shelf:2"]
    assert len(page.problems) == 1


def test_a_space_that_is_not_hers_is_as_unknown_as_one_that_does_not_exist(
    filled: ShelfSource, cast: Cast
) -> None:
    hidden = ask(cast.reader_a, f"Müllpolizei bereich:{cast.space_b.slug}")
    missing = ask(cast.reader_a, "Müllpolizei bereich:bereich-z")
    assert hidden.problems[0].replace(cast.space_b.slug, "bereich-z") == missing.problems[0]
    assert keys(hidden) == keys(missing)
    chosen = ask(cast.reader_a, "Müllpolizei", filters={"space": (str(cast.space_b.pk),)})
    assert (chosen.total, list(chosen.active_filters)) == (0, [])
    assert cast.space_b.title not in str(chosen)


def test_did_you_mean_keeps_the_rest_of_the_query(filled: ShelfSource, cast: Cast) -> None:
    page = ask(cast.reader_a, "Müllpolizzei typ:protokoll")
    assert keys(page) == ["shelf:2"]
    assert page.did_you_mean == "Müllpolizei typ:protokoll"
    assert "<mark>Müllpolizei</mark>" in page.hits[0].passages[0]
    assert ask(cast.reader_a, "Kanarienvogell").did_you_mean == ""


def test_nothing_found_explains_itself(filled: ShelfSource, cast: Cast) -> None:
    page = ask(
        cast.reader_a, '"Müllpolizei Kanarienvogel" Müllpolizei Xylophonunterricht typ:protokoll'
    )
    assert page.total == 0
    assert page.explanation
    assert [(one.word, one.total) for one in page.explanation.words] == [
        ("Müllpolizei", 2),
        ("Xylophonunterricht", 0),
        ("Müllpolizei Kanarienvogel", 0),
    ]
    assert not page.explanation.relaxed
    alone = ask(cast.reader_a, "Xylophonunterricht")
    assert alone.explanation
    assert [(one.word, one.total) for one in alone.explanation.words] == [("Xylophonunterricht", 0)]
    filtered = ask(cast.reader_a, "Müllpolizei vor:2020")
    assert filtered.explanation
    assert filtered.explanation.total_unfiltered == 2
    assert filtered.explanation.unfiltered_url == "/suche/?q=M%C3%BCllpolizei"


def test_of_several_filters_the_narrowest_is_named(filled: ShelfSource, cast: Cast) -> None:
    page = ask(cast.reader_a, "Müllpolizei typ:protokoll vor:2020", before=dt.date(2019, 1, 1))
    assert page.total == 0
    assert page.explanation
    (relaxed,) = page.explanation.relaxed  # without the kind there is still nothing
    assert relaxed.total == 1
    assert relaxed.url == "/suche/?q=M%C3%BCllpolizei+typ%3Aprotokoll"
    assert page.explanation.total_unfiltered == 2
    nothing_helps = ask(cast.reader_a, "Xylophonunterricht typ:protokoll vor:2020")
    assert nothing_helps.explanation
    assert not nothing_helps.explanation.relaxed
    first_day = ask(cast.reader_a, "Müllpolizei typ:protokoll von:2090").explanation
    assert first_day
    assert [one.url for one in first_day.relaxed] == ["/suche/?q=M%C3%BCllpolizei+typ%3Aprotokoll"]


def test_a_confidential_text_is_read_on_its_page_only(
    index: SearchEngine, shelf: ShelfSource, cast: Cast
) -> None:
    """There, reading it is recorded."""
    attached = Attachment("1", "Plan", "/dokumente/1/plan.pdf", ("Der Hafen",))
    shelf.things["1"] = Thing(
        cast.space_a.pk, "Hafenplan", "Im Hafen", attachments=(attached,), is_confidential=True
    )
    outbox.enqueue("shelf", ["1"])
    drain()
    (hit,) = ask(cast.reader_a, "Hafen").hits
    assert (hit.title, hit.confidential) == ("Hafenplan", True)
    assert "<mark>" in hit.title_marked
    assert not hit.passages
    assert not hit.attachments
    shelf.things["1"].is_confidential = False
    (open_hit,) = ask(cast.reader_a, "Hafen").hits
    assert open_hit.passages
    assert open_hit.attachments


def test_nothing_asked_offers_filters_and_no_hits(filled: ShelfSource, cast: Cast) -> None:
    page = ask(cast.reader_a)
    assert not page.asked
    assert not page.hits
    assert [facet.name for facet in page.facets] == ["kind", "org", "space", "year"]


@pytest.mark.parametrize("text", ['"', "*", "💥", "- - -", "der die das"])
def test_text_without_a_word_finds_nothing_rather_than_everything(
    text: str, filled: ShelfSource, cast: Cast
) -> None:
    page = ask(cast.reader_a, text)
    assert page.asked
    assert page.total == 0


def test_sorted_by_date_the_newest_comes_first(filled: ShelfSource, cast: Cast) -> None:
    assert [hit.key for hit in ask(cast.reader_a, "Müllpolizei", sort="date").hits] == [
        "shelf:1",
        "shelf:2",
    ]


def test_a_page_behind_the_last_shows_the_last(filled: ShelfSource, cast: Cast) -> None:
    page = ask(cast.reader_a, "Müllpolizei", page=500)
    assert page.page_obj
    assert page.page_obj.number == 1
    assert len(page.hits) == 2


def test_pages_are_disjoint_and_complete(
    index: SearchEngine, shelf: ShelfSource, cast: Cast
) -> None:
    shelf.things = {str(n): Thing(cast.space_a.pk, f"Buch {n}", "Hafen") for n in range(25)}
    outbox.enqueue("shelf", shelf.things)
    drain()
    pages = [ask(cast.reader_a, "Hafen", page=number) for number in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [10, 10, 5]
    assert len({hit.key for page in pages for hit in page.hits}) == 25


def test_suggestions_come_from_what_the_reader_may_see(filled: ShelfSource, cast: Cast) -> None:
    assert suggest(cast.reader_a, "ermittl")[0].text == "Ermittlungsdienste ausweiten"
    assert suggest(cast.reader_a, "Ermittl")[0].url == "/1/"
    assert suggest(cast.reader_a, "Geheim") == []
    assert suggest(cast.reader_a, "Kanarien") == []
    assert [one.text for one in suggest(cast.reader_b, "Kanarien")] == ["Kanarienvogel"]
    assert suggest(cast.reader_b, "K") == []
    assert suggest(cast.nobody, "Kanarien") == []


def test_titles_are_offered_while_the_engine_is_away(
    filled: ShelfSource, cast: Cast, engine_away: Callable[[], None]
) -> None:
    page = ask(cast.reader_a, "Ermittlungsdienste")
    assert page.is_degraded
    assert [hit.title for hit in page.hits] == ["Ermittlungsdienste ausweiten"]
    assert not ask(cast.reader_a, "Geheimplan").hits
    assert [one.text for one in suggest(cast.reader_a, "sitzung")] == ["Sitzung im Mai"]
    assert ask(cast.reader_a, "").is_degraded


def test_the_number_of_queries_does_not_grow_with_hits(
    index: SearchEngine, shelf: ShelfSource, cast: Cast, django_assert_num_queries: Any
) -> None:
    shelf.things = {
        str(n): Thing(cast.space_a.pk, f"Buch {n}", "Hafen" if n else "Turm Hafen")
        for n in range(20)
    }
    outbox.enqueue("shelf", shelf.things)
    drain()
    # Rights, words, texts, names of spaces.
    with one_request(), django_assert_num_queries(4):
        assert ask(cast.reader_a, "Turm").total == 1
    with one_request(), django_assert_num_queries(4):
        assert ask(cast.reader_a, "Hafen").total == 20

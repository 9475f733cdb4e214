"""A facet is one object: what it registers is counted, typed, addressed and labelled, and nothing else names it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.http import QueryDict

from access.scope import AccessScope
from search import outbox
from search.engines import get_engine
from search.facet import Facet, FacetChoice, facet_names, facets, facets_in_order, layout
from search.indexer import drain
from search.requests import SearchRequest
from search.service import search
from tests.conftest import Cast
from tests.search.shelf import ShelfSource, Thing
from web.registry import AlreadyRegistered


def _occasions(scope: AccessScope) -> list[FacetChoice]:
    return [FacetChoice("fest", "Stadtfest", ("feier",)), FacetChoice("markt", "Wochenmarkt")]


OCCASION = Facet(
    name="occasion",
    legend="Anlass",
    order=60,
    parameter="occasion",
    typed=("anlass",),
    choices=_occasions,
)


@pytest.fixture
def occasion() -> Iterator[None]:
    with facets.override(OCCASION):
        get_engine.cache_clear()
        engine = get_engine()
        engine.delete([key for key, _ in engine.stored()])
        yield
    engine.drop()
    get_engine.cache_clear()


@pytest.mark.both
def test_a_registered_facet_is_counted_typed_and_addressed(
    occasion: None, shelf: ShelfSource, cast: Cast, settings: object
) -> None:
    values = {"eins": ("fest",), "zwei": ("fest", "markt"), "drei": ()}
    shelf.things = {
        name: Thing(cast.space_a.pk, f"Bericht {name}", "Der Hafen.", facets={"occasion": slugs})
        for name, slugs in values.items()
    }
    outbox.enqueue("shelf", shelf.things)
    drain()

    page = search(cast.reader_a, SearchRequest(text="Hafen"))
    (group,) = [one for one in page.facets if one.name == "occasion"]
    assert group.legend == "Anlass"
    assert {one.label: one.count for one in group.options} == {"Stadtfest": 2, "Wochenmarkt": 1}
    for text in ("Hafen anlass:feier", "Hafen anlass:stadtfest"):
        found = search(cast.reader_a, SearchRequest(text=text))
        assert {hit.key for hit in found.hits} == {"shelf:eins", "shelf:zwei"}
    request = SearchRequest.from_address(QueryDict("q=Hafen&occasion=markt"))
    assert "occasion=markt" in request.address()
    assert [hit.key for hit in search(cast.reader_a, request).hits] == ["shelf:zwei"]


def test_facets_stand_in_their_order_whoever_registers_first() -> None:
    with facets.holding(OCCASION, *reversed(facets_in_order())):
        assert facet_names()[-2:] == ("occasion", "year")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": "kind"}, "registered twice"),
        ({"typed": ("bezirk",)}, "shares bezirk with 'district'"),
        ({"typed": ("nach",)}, "can't be typed as nach"),
        ({"parameter": "org"}, "'org' of the facet 'occasion' is taken"),
        ({"parameter": "sort"}, "'sort' of the facet 'occasion' is taken"),
    ],
)
def test_what_another_facet_has_is_refused(change: dict[str, object], complaint: str) -> None:
    with facets.override(), pytest.raises((AlreadyRegistered, ValueError), match=complaint):
        facets.register(replace(OCCASION, **change))


def test_other_facets_are_another_layout_of_the_index() -> None:
    before = layout(3)
    assert before == layout(3) != layout(4)
    with facets.override(OCCASION):
        assert layout(3) != before
        assert layout(3) // 1_000_000 == 3


def test_a_year_is_its_own_label_and_comes_from_the_day() -> None:
    year = facets["year"]
    assert year.is_value("2025")
    assert not year.is_value("25")
    thing = ShelfSource()._document("1", Thing(1, "x", dated_on=dt.date(2025, 3, 1)), "x")
    assert year.values_in(thing) == ("2025",)

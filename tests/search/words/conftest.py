"""Pages of both spaces in the stack's index, and a curator to edit words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search import outbox
from search.engines.base import SearchEngine
from search.indexer import drain
from search.words import counting
from tests.conftest import Cast
from tests.search.shelf import ShelfSource, Thing


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> Iterator[None]:
    """Let no test take a search for the repetition of another test's."""
    counting._recent.forget()
    yield
    counting._recent.forget()


@pytest.fixture
def filled(index: SearchEngine, shelf: ShelfSource, cast: Cast) -> ShelfSource:
    shelf.things = {
        "haushalt": Thing(
            cast.space_a.pk, "Befragung", "Der wirkungsorientierte Haushalt wird jährlich befragt."
        ),
        "woh": Thing(cast.space_a.pk, "Ergebnisse der WOH", "Die WOH zeigt Schulnoten."),
        "partner": Thing(
            cast.space_a.pk, "Ordnungspartnerschaften", "Eine Ordnungspartnerschaft besteht."
        ),
        "paten": Thing(cast.space_a.pk, "Partnerschaft im Quartier", "Eine Partnerschaft."),
        "geheim": Thing(cast.space_b.pk, "Kanarienplan", "Die Kanarienbefragung im Haushalt."),
    }
    outbox.enqueue("shelf", shelf.things)
    drain()
    return shelf

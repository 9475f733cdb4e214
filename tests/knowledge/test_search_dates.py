"""A hit shows the day that its page is about: the same one that the index sorts, filters and counts by."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from knowledge.basepage.models import KnowledgePage
from knowledge.events.models import EventPage
from knowledge.pages.source import PageSource
from search.registry import make_key
from tests.conftest import Cast
from tests.knowledge import test_pages as made

ABOUT = dt.date(2024, 2, 29)
# Published half an hour after midnight in Berlin, which is the day before in UTC.
PUBLISHED = dt.datetime(2026, 3, 1, 23, 30, tzinfo=dt.UTC)
PUBLISHED_ON = dt.date(2026, 3, 2)


def dates_of(page: Any, cast: Cast) -> tuple[dt.date | None, dt.date | None]:
    """Return the day in the index and the day on the card."""
    source = PageSource()
    (document,) = source.documents([str(page.pk)])
    key = make_key("page", page.pk)
    return document.dated_on, source.load_hits([key], cast.reader_a)[key].dated_on


def published(page: Any) -> Any:
    KnowledgePage.objects.filter(pk=page.pk).update(
        first_published_at=PUBLISHED, last_published_at=PUBLISHED
    )
    return page


@pytest.mark.parametrize(
    ("make", "column"),
    [
        (made.minutes, "held_on"),
        (made.event, "held_on"),
        (made.paper, "dated_on"),
        (made.contact, "confirmed_on"),
    ],
)
def test_index_and_card_show_the_day_that_the_content_is_about(
    cast: Cast, make: Any, column: str
) -> None:
    page = published(make(cast, 1))
    type(page).objects.filter(pk=page.pk).update(**{column: ABOUT})
    assert dates_of(page, cast) == (ABOUT, ABOUT)


@pytest.mark.parametrize("make", [made.article, made.practice, made.event, made.paper])
def test_without_such_a_day_it_is_that_of_the_first_publication_in_local_time(
    cast: Cast, make: Any
) -> None:
    page = published(make(cast, 1))
    if isinstance(page, EventPage):
        assert page.held_on is None
    assert dates_of(page, cast) == (PUBLISHED_ON, PUBLISHED_ON)


def test_a_measure_is_as_new_as_what_was_last_published_of_it(cast: Cast) -> None:
    page = published(made.measure(cast, 1))
    page.refresh_from_db()
    page.state = "done"
    page.save_revision().publish()
    today = timezone.localdate()
    assert dates_of(page, cast) == (today, today)


def test_cards_of_many_pages_cost_no_more_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    def queries(page: Any) -> int:
        pages = type(page).objects.values_list("pk", flat=True)
        with django_assert_max_num_queries(12) as captured:
            cards = PageSource().load_hits([make_key("page", pk) for pk in pages], cast.reader_a)
        assert len(cards) == len(pages)
        return len(captured)

    queries(made.minutes(cast, 1))  # content types are kept from here on
    page = made.minutes(cast, 1)
    few = queries(page)
    for number in range(5):
        page.copy(to=page.get_parent().specific, update_attrs={"slug": f"kopie-{number}"})
    assert queries(page) == few

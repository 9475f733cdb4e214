"""The mark "freigegeben": for readers of the space, on the page, in lists and hits; the receiver sees until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from access.granting.share_badges import ShareBadge, share_badge, shared_among
from access.granting.shares import share_page
from access.models import PageUserObjectPermission
from accounts.models import Membership
from knowledge.articles.models import ArticlePage
from tests.conftest import Cast
from tests.factories import CircleFactory, make_article

TOMORROW = dt.timedelta(days=1)


def test_readers_of_the_space_see_the_mark_and_nobody_else(cast: Cast, client: Client) -> None:
    page, other = make_article(cast.space_a, "Geteilt"), make_article(cast.space_a, "Anderes")
    share_page(page, cast.reader_b, actor=None)
    client.force_login(cast.reader_a)
    assert ">freigegeben" in client.get(page.url).content.decode()
    assert ">freigegeben" not in client.get(other.url).content.decode()
    client.force_login(cast.reader_b)
    text = client.get(page.url).content.decode()
    assert ">freigegeben" not in text
    assert "Mit Ihnen geteilt" in text
    assert shared_among(cast.reader_b, [page]) == frozenset()


def test_the_list_marks_what_is_shared_with_its_subpages_too(cast: Cast, client: Client) -> None:
    pages = [make_article(cast.space_a, f"Seite {number}") for number in range(3)]
    index = pages[0].get_parent()
    client.force_login(cast.reader_a)
    assert client.get(index.url).content.decode().count(">freigegeben") == 0
    share_page(pages[1], cast.reader_b, actor=None)
    assert client.get(index.url).content.decode().count(">freigegeben") == 1
    share_page(index, cast.organisation_b, actor=None)
    assert shared_among(cast.reader_a, pages) == {pages[1].pk}
    share_page(index, cast.organisation_b, actor=None, include_descendants=True)
    assert shared_among(cast.reader_a, pages) == {page.pk for page in pages}
    pages[2].classification = "confidential"
    assert pages[2].pk not in shared_among(cast.reader_a, pages)


def test_a_share_that_ended_or_that_nobody_uses_leaves_no_mark(cast: Cast) -> None:
    page = make_article(cast.space_a, "Geteilt")
    share_page(page, cast.reader_b, actor=None)
    assert share_badge(cast.reader_a, page) == ShareBadge(is_received=False)
    cast.reader_b.is_active = False
    cast.reader_b.save()
    assert share_badge(cast.reader_a, page) is None
    share_page(page, cast.stranger, actor=None)
    PageUserObjectPermission.objects.update(until=timezone.now())
    assert share_badge(cast.reader_a, page) is None


@pytest.mark.parametrize("has_end", [True, False])
def test_the_receiver_sees_until_when(cast: Cast, client: Client, has_end: bool) -> None:
    page = make_article(cast.space_a, "Geteilt")
    until = timezone.now() + TOMORROW if has_end else None
    share_page(page, cast.reader_b, actor=None, until=until)
    assert share_badge(cast.reader_b, page) == ShareBadge(is_received=True, until=until)
    client.force_login(cast.reader_b)
    assert ("Mit Ihnen geteilt, bis" in client.get(page.url).content.decode()) is has_end


def test_the_last_of_several_shares_counts_and_a_membership_may_end_it(cast: Cast) -> None:
    page, circle = make_article(cast.space_a, "Geteilt"), CircleFactory()
    first, later = timezone.now() + TOMORROW, timezone.now() + 3 * TOMORROW
    share_page(page, cast.stranger, actor=None, until=first)
    share_page(page, circle, actor=None)
    Membership.objects.create(user=cast.stranger, group=circle.group, until=later)
    assert share_badge(cast.stranger, page) == ShareBadge(is_received=True, until=later)


def test_marks_cost_one_query_whatever_there_is(cast: Cast, django_assert_num_queries: Any) -> None:
    pages = [make_article(cast.space_a, f"Seite {number}") for number in range(4)]
    for page in pages[:2]:
        for person in (cast.reader_b, cast.stranger):
            share_page(page, person, actor=None)
    from access.reader import one_request
    from access.rights import scope_for

    with one_request():
        scope_for(cast.reader_a)
        shown = list(ArticlePage.objects.order_by("pk"))
        with django_assert_num_queries(1):
            assert len(shared_among(cast.reader_a, shown)) == 2

"""What a save costs: an import of thousands of pages and every person who publishes wait for each query."""

from __future__ import annotations

from typing import Any

import pytest
from modelsearch.backends import get_search_backend
from wagtail.models import PageLogEntry, ReferenceIndex

from knowledge.articles.models import ArticlePage
from knowledge.writing.services import (
    create_page,
    create_published_page,
    draft_of,
    publish,
    save_draft,
    stamp_of,
)
from tests.conftest import Cast
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def _changed(page: Any, title: str) -> ArticlePage:
    draft: ArticlePage = draft_of(page)
    draft.title = title
    return draft


def test_publishing_a_new_page(cast: Cast, django_assert_max_num_queries: Any) -> None:
    below = make_article(cast.space_a, "Beleuchtung").get_parent()
    page = ArticlePage(title="Laternen", body=[("paragraph", "<p>Am Wallring.</p>")])
    with django_assert_max_num_queries(60):
        create_published_page(page, below=below, actor=cast.publisher_a)


def test_publishing_a_change(cast: Cast, django_assert_max_num_queries: Any) -> None:
    page = _changed(make_article(cast.space_a, "Beleuchtung"), "Laternen")
    with django_assert_max_num_queries(80):
        publish(page, actor=cast.publisher_a, stamp=stamp_of(page))
    lines = PageLogEntry.objects.filter(page=page.pk, user=cast.publisher_a)
    assert {"wagtail.edit", "wagtail.rename", "wagtail.publish"} == set(
        lines.values_list("action", flat=True)
    )


def test_saving_a_draft(cast: Cast, django_assert_max_num_queries: Any) -> None:
    page = _changed(make_article(cast.space_a, "Beleuchtung"), "Laternen")
    with django_assert_max_num_queries(22):
        save_draft(page, actor=cast.publisher_a, stamp=stamp_of(page))


def found(words: str) -> list[str]:
    """Return the titles that the search of Wagtail's admin finds."""
    return [one.title for one in get_search_backend().search(words, ArticlePage)]


def test_the_search_of_the_admin_follows_what_is_published(cast: Cast) -> None:
    page = _changed(make_article(cast.space_a, "Beleuchtung"), "Laternen")
    save_draft(page, actor=cast.publisher_a, stamp=stamp_of(page))
    assert found("Beleuchtung") == ["Beleuchtung"]
    assert found("Laternen") == []
    publish(_changed(page, "Laternen"), actor=cast.publisher_a, stamp=None)
    assert found("Laternen") == ["Laternen"]
    page.delete()
    assert found("Laternen") == []


def test_the_search_of_the_admin_follows_the_title_of_what_is_not_published(cast: Cast) -> None:
    below = make_article(cast.space_a, "Beleuchtung").get_parent()
    page = create_page(ArticlePage(title="Wallring"), below=below, actor=cast.publisher_a)
    assert found("Wallring") == ["Wallring"]
    for title in ("Laternen", "Laternen", "Kanalufer"):
        draft = _changed(page, title)
        save_draft(draft, actor=cast.publisher_a, stamp=stamp_of(draft))
        assert found(title) == [title]
    assert found("Wallring") == found("Laternen") == []


def test_the_search_of_the_admin_follows_a_page_that_was_taken_back(cast: Cast) -> None:
    page = make_article(cast.space_a, "Beleuchtung")
    draft = _changed(page, "Laternen")
    save_draft(draft, actor=cast.publisher_a, stamp=stamp_of(draft))
    ArticlePage.objects.get(pk=page.pk).unpublish()
    draft = _changed(page, "Laternen")
    save_draft(draft, actor=cast.publisher_a, stamp=stamp_of(draft))
    assert found("Laternen") == ["Laternen"]
    assert found("Beleuchtung") == []


def test_references_follow_what_is_published(cast: Cast) -> None:
    target = make_article(cast.space_a, "Wallring")
    leading_here = ReferenceIndex.objects.filter(to_object_id=str(target.pk))
    page = _changed(make_article(cast.space_a, "Beleuchtung"), "Laternen")
    page.body = [("paragraph", f'<p><a linktype="page" id="{target.pk}">Ring</a></p>')]
    save_draft(page, actor=cast.publisher_a, stamp=stamp_of(page))
    assert not leading_here.filter(content_path__startswith="body.").exists()
    draft = draft_of(page)
    publish(draft, actor=cast.publisher_a, stamp=stamp_of(draft))
    assert leading_here.filter(content_path__startswith="body.").exists()

"""Somebody makes minutes of an imported article and divides them."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from knowledge.articles.models import ArticleIndexPage, ArticlePage, DatedBy
from knowledge.groups.models import GroupPage
from tests.browser.conftest import SignIn
from tests.browser.test_leaving import assert_usable
from tests.factories import publish_below
from tests.front.test_browser import follow

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def article_path(installation: None) -> str:
    """Return where an article with minutes is read; it is made before the browser starts."""
    group = GroupPage.objects.get(slug="ag-sichere-oeffentliche-raeume")
    index = publish_below(group, ArticleIndexPage(title="Altes", slug="altes"))
    body = [
        {"type": "heading", "value": "TOP 1: Beleuchtung"},
        {
            "type": "paragraph",
            "value": "<p>Es ist dunkel.</p><p>B: Die Laternen werden geprüft.</p>",
        },
    ]
    article = ArticlePage(
        title="Niederschrift vom März",
        body=body,
        dated_on=dt.date(2026, 3, 5),
        dated_by=DatedBy.TEXT,
    )
    publish_below(index, article)
    return str(article.url)


def test_an_imported_article_becomes_minutes(article_path: str, sign_in: SignIn) -> None:
    page = sign_in("leitung")
    page.goto(f"{page.url.rstrip('/')}{article_path}")
    follow(page.get_by_role("link", name="Zu einem Protokoll machen"))
    assert_usable(page)
    page.get_by_role("button", name="Protokoll anlegen").click()
    expect(page.get_by_text("Das Protokoll ist als Entwurf angelegt.")).to_be_visible()
    expect(page.get_by_text("TOP 1: Beleuchtung")).to_be_visible()

"""A wiki is kept in order in a real browser: a red link, a template, tags, a check; usable at 1280 and 320 px."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from knowledge.articles.models import ArticlePage
from knowledge.wiki.tags import set_tags
from knowledge.wiki.templates import mark
from knowledge.wiki.upkeep import plan
from search import maintenance
from tests.conftest import Cast
from tests.editing.test_browser import ready, saved
from tests.factories import make_article
from tests.front.test_browser import NARROW, WIDE, Browsing, browsing, follow, overflow, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
__all__ = ["browsing"]


@pytest.fixture
def article(cast: Cast) -> ArticlePage:
    """Publish a tagged article that is overdue and a template, before the browser starts."""
    article = make_article(cast.space_a, "Steg", text="<p>Siehe [[Neuer Steg]].</p>")
    set_tags(article, ["Hafen", "Beleuchtung"], actor=cast.publisher_a)
    day = timezone.localdate() - timedelta(days=3)
    plan(article, review_by=day, keeper=None, rhythm=365, actor=cast.publisher_a)
    template = make_article(cast.space_a, "Vorlage: Ortstermin", text="<p>Wer war da?</p>")
    mark(template, actor=cast.publisher_a)
    maintenance.rebuild(lambda done, total: None)  # whatever index another test left behind
    return ArticlePage.objects.get(pk=article.pk)


def assert_usable(page: Page, name: str) -> None:
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert violations(page) == [], (name, size)
        assert overflow(page) == 0, (name, size)


def test_a_wiki_is_kept_in_order(article: ArticlePage, browsing: Browsing) -> None:
    page = browsing.open(article.url, viewport=WIDE)
    assert_usable(page, "page")
    page.get_by_role("link", name=re.compile("Neuer Steg.*fehlt noch")).press("Enter")
    expect(page.get_by_role("heading", level=1, name="Neuer Steg")).to_be_visible()
    assert_usable(page, "missing")
    page.get_by_role("link", name="Vorlage: Ortstermin").press("Enter")
    expect(page.get_by_label("Titel")).to_have_value("Neuer Steg")
    assert_usable(page, "begin")
    page.get_by_role("button", name="Schreiben").press("Enter")
    ready(page)
    expect(page.get_by_text("Wer war da?")).to_be_visible()
    page.get_by_role("textbox", name="Text").press("Control+End")
    page.keyboard.type(" Siehe [[Alter Steg]] und mehr.")
    page.locator("#editor-title").fill("Steg")
    expect(page.get_by_text("Eine solche Seite gibt es schon:")).to_be_visible()
    assert_usable(page, "title")
    page.locator("#editor-title").fill("Neuer Steg")
    saved(page)
    page.get_by_role("button", name="Veröffentlichen").press("Enter")
    expect(page.get_by_role("link", name=re.compile("Alter Steg.*fehlt noch"))).to_be_visible()
    page.goto(browsing.url + article.url)
    expect(page.get_by_role("link", name="Neuer Steg", exact=True)).to_be_visible()
    page.get_by_role("link", name="Schlagwörter ändern").press("Enter")
    page.get_by_label("Neues Schlagwort").first.fill("Wasser")
    assert_usable(page, "tags-of")
    page.get_by_role("button", name="Speichern").press("Enter")
    follow(page.get_by_role("link", name="Wasser"), key="Enter")
    assert_usable(page, "tag")
    follow(page.get_by_role("link", name="Alle Schlagwörter"), key="Enter")
    assert_usable(page, "tags")
    page.goto(browsing.url + "/")
    follow(page.get_by_role("link", name="1 Seite ist von Ihnen zu prüfen"), key="Enter")
    assert_usable(page, "due")
    follow(page.get_by_role("link", name=re.compile("Prüfen.*Steg")), key="Enter")
    assert_usable(page, "upkeep")
    page.get_by_role("button", name="Sie stimmt noch").press("Enter")
    expect(page.get_by_text("„Steg“ ist geprüft.")).to_be_visible()

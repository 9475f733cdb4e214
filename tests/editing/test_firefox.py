"""The main way of writing in Debian's Firefox: an article is written by keyboard, saved by itself, and published."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from knowledge.articles.models import ArticlePage
from tests.conftest import Cast
from tests.editing.firefox import firefox
from tests.factories import make_article

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
SAVED = "document.querySelector('#editor-status')?.dataset.state === 'saved'"
ARRIVED = (
    "!location.pathname.startsWith('/bearbeiten/') && document.querySelector('.sw-prose ul ul li')"
)
READY = "document.querySelector('#editor[data-ready]')"
TO_THE_END = """((text) => {
    text.focus();
    getSelection().selectAllChildren(text);
    getSelection().collapseToEnd();
})(document.querySelector(".sw-writing"))"""


def test_an_article_is_written_and_published_in_firefox(
    cast: Cast, client: Client, live_server: LiveServer, tmp_path: Path
) -> None:
    article = make_article(cast.space_a, "Ortstermin", text="<p>Anfang</p>")
    client.force_login(cast.publisher_a, backend="access.backends.AccessBackend")
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    with firefox(tmp_path) as window:
        window.add_cookie(
            settings.SESSION_COOKIE_NAME, cookie, str(urlsplit(live_server.url).hostname)
        )
        window.open(f"{live_server.url}/bearbeiten/{article.pk}/")
        window.wait(READY)
        window.value(TO_THE_END)
        window.press("Enter")
        window.type("## Anlass")
        window.press("Enter")
        window.type("Gestern war der **Termin** am Übergang.")
        window.press("Enter")
        window.type("- Licht")
        window.press("Enter")
        window.type("Leuchten")
        window.press("Tab", "Enter", "Enter", "Enter")
        window.type("/tab")
        window.wait("document.querySelector('[role=option]')")
        window.press("Enter")
        window.type("Ort")
        window.press("Tab")
        window.type("Zustand")
        window.wait(SAVED)
        assert window.value("window.blocked") == []
        button = "[...document.querySelectorAll('button')].find(one => one.textContent.trim() === 'Veröffentlichen')"
        window.value(f"{button}.click()")
        window.wait(ARRIVED)
        shown = window.value("document.querySelector('.sw-prose').innerText")
        bold = window.value("document.querySelector('.sw-prose b, .sw-prose strong').innerText")
        nested = window.value("document.querySelector('.sw-prose ul ul li').innerText")
        assert window.value("window.blocked") == []
        assert window.errors == []
    assert "Anfang" in shown
    assert (bold, nested) == ("Termin", "Leuchten")
    stored = ArticlePage.objects.get(pk=article.pk)
    assert not stored.has_unpublished_changes
    assert [block.block_type for block in stored.body].count("table") == 1
    assert "am Übergang" in str(stored.body)

"""What is withdrawn, moved or closed is gone from the search at once, though the index does not know it yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from knowledge.articles.models import ArticleIndexPage
from knowledge.basepage.models import KnowledgePage
from search.engines import get_engine
from search.engines.base import SearchEngine
from search.indexer import drain
from search.models import OutboxEntry
from tests.conftest import Cast
from tests.factories import make_article

pytestmark = [pytest.mark.django_db, pytest.mark.both]

WORD = "Kanarienvogel"


def unpublish(page: Any, cast: Cast) -> None:
    page.unpublish()


def move(page: Any, cast: Cast) -> None:
    make_article(cast.space_b, "Nachbarin")
    page.move(ArticleIndexPage.objects.get(space=cast.space_b), pos="last-child")


def delete(page: Any, cast: Cast) -> None:
    KnowledgePage.objects.get(pk=page.pk).specific.delete()


def rewrite(page: Any, cast: Cast) -> None:
    page.title = "Ohne das Wort"
    page.body = [("paragraph", "<p>Nichts davon.</p>")]
    page.save_revision().publish()


@pytest.mark.parametrize("change", [unpublish, move, delete, rewrite])
def test_a_change_shows_at_once_though_the_index_lags(
    cast: Cast,
    client: Client,
    index: SearchEngine,
    change: Callable[[Any, Cast], None],
) -> None:
    page = make_article(cast.space_a, f"Der {WORD}", text=f"<p>{WORD} und {WORD}</p>")
    drain()
    client.force_login(cast.reader_a)

    def answers() -> str:
        shown = [
            client.get("/suche/", {"q": WORD}),
            client.get("/suche/vorschlaege/", {"q": WORD[:6]}),
        ]
        return "".join(one.content.decode() for one in shown).replace(f'value="{WORD}"', "")

    assert f"<mark>{WORD}</mark>" in answers()
    change(page, cast)
    assert OutboxEntry.objects.exists(), "the index knows it already"
    assert index.status().documents
    lagging = answers()
    assert f"<mark>{WORD}</mark>" not in lagging
    assert page.url not in lagging or change is rewrite
    drain()
    get_engine.cache_clear()
    assert f"<mark>{WORD}</mark>" not in answers()

"""Programs with access keys, in a small world with something to read in two spaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from access.models import Space
from accounts.models import User
from api.keys import create_key
from knowledge.files.models import KnowledgeDocument, PageAttachment
from search.engines import get_engine
from search.indexer import drain
from tests.conftest import Cast
from tests.factories import make_article, make_measure
from tests.kept_rows import KeptRows


def make_document(space: Space, title: str) -> KnowledgeDocument:
    """Return a text file in a space."""
    document = KnowledgeDocument(title=title, space=space)
    document.file.save(f"{title.lower()}.txt", ContentFile(f"{title}: Inhalt".encode()))
    return document


Program = Callable[[User], Client]


@pytest.fixture
def program() -> Program:
    """Return a maker of clients that come with a person's key and no cookie."""

    def make(person: User) -> Client:
        _key, secret = create_key(owner=person, name="Programm")
        return Client(headers={"authorization": f"Bearer {secret}"})

    return make


KEPT_PAGES = pytest.StashKey[KeptRows[dict[str, Any]]]()


@pytest.fixture
def pages(request: pytest.FixtureRequest, cast: Cast, settings: Any) -> Iterator[dict[str, Any]]:
    """Return a page in each space, about the same word, each linking to the other; indexed."""
    settings.SEARCH_DRAIN_ON_COMMIT = False
    get_engine.cache_clear()
    engine = get_engine()
    engine.delete([key for key, _ in engine.stored()])
    stash = request.config.stash
    if KEPT_PAGES not in stash:
        stash[KEPT_PAGES] = KeptRows(partial(_make_pages, cast))
    found = stash[KEPT_PAGES].put()
    drain()
    yield found
    get_engine.cache_clear()


def _make_pages(cast: Cast) -> dict[str, Any]:
    found: dict[str, Any] = {
        "measure": make_measure(cast.space_a, 12, "Müllpolizei ausweiten", horizon="immediate"),
        "hidden": make_article(cast.space_b, "Geheimplan", text="<p>Müllpolizei im Hafen</p>"),
        "document": make_document(cast.space_a, "Bericht"),
        "hidden_document": make_document(cast.space_b, "Geheimbericht"),
    }
    found["article"] = make_article(
        cast.space_a,
        "Abfuhr im Hafen",
        text=(
            "<p>Die Müllpolizei kommt. "
            f'<a linktype="page" id="{found["hidden"].pk}">dort</a> '
            f'<a linktype="page" id="{found["measure"].pk}">hier</a></p>'
        ),
    )
    for document in ("document", "hidden_document"):
        found["article"].attachments.add(PageAttachment(document=found[document]))
    found["article"].save_revision().publish()
    return found

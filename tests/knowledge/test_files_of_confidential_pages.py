"""A share of a page that shows a file, too, opens nothing that a confidential page shows: at every door of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from access.granting.shares import share_page
from access.querysets import references_from_pages
from access.rights import can
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.importing.models import ExtractedText
from search.engines import get_engine
from search.indexer import drain
from search.requests import SearchRequest
from search.service import search
from tests.conftest import Cast
from tests.factories import make_article
from tests.leaks.world import _picture

pytestmark = pytest.mark.both

WORD = "quittenbaum"  # in the file alone
WAYS = ("attached", "linked")


@dataclass
class Shown:
    """A document and a picture of space A, and an internal page with both that a stranger gets shared."""

    cast: Cast
    document: KnowledgeDocument
    image: KnowledgeImage
    page: Any
    client: Client  # of the stranger

    def also_on(self, title: str, mark: str, way: str) -> Any:
        """Return another page of the space that shows both."""
        page = make_article(self.cast.space_a, title)
        page.classification = mark
        return put_on(page, self.document, self.image, way)

    def answers(self) -> dict[str, int | bool]:
        """Return what each door of the files says to the stranger."""
        rendition = self.image.get_rendition("width-20")
        person = self.cast.stranger
        files = (KnowledgeDocument, KnowledgeImage)
        html = self.client.get(self.page.url).content.decode()
        api = {
            url: self.client.get(f"/api/v3/{url}").status_code == 200
            for kind, file in (("documents", self.document), ("images", self.image))
            for url in (f"{kind}/{file.pk}/", f"{kind}/{file.pk}/file/")
        }
        return api | {
            "listed": any(kind.objects.visible_to(person).exists() for kind in files),
            "document may be read": can(person, Action.READ, self.document),
            "image may be read": can(person, Action.READ, self.image),
            "document": self.client.get(self.document.url).status_code == 200,
            "original": self.client.get(f"/bilder/{self.image.file.name}").status_code == 200,
            "rendition": self.client.get(f"/bilder/{rendition.file.name}").status_code == 200,
            "address of the document on the page": self.document.url in html,
            "picture on the page": "/bilder/" in html,
            "API lists": bool(self.client.get("/api/v3/documents/").json()["count"]),
        }

    def finds(self, person: Any) -> list[str]:
        """Return the titles that somebody finds by a word of the file."""
        drain()
        return [hit.title for hit in search(person, SearchRequest(text=WORD)).hits]


def put_on(page: Any, document: KnowledgeDocument, image: KnowledgeImage, way: str) -> Any:
    if way == "attached":
        page.attachments.add(PageAttachment(document=document))
    else:
        page.body.append(("paragraph", f'<a linktype="document" id="{document.pk}">Datei</a>'))
    page.body.append(("image", {"image": image, "alternative_text": "Bild", "caption": ""}))
    page.save_revision().publish()
    return page


@pytest.fixture
def shown(cast: Cast, client: Client, settings: Any) -> Iterator[Shown]:
    settings.SEARCH_DRAIN_ON_COMMIT = False
    engine = get_engine()
    engine.delete([key for key, _ in engine.stored()])
    document = KnowledgeDocument(title="Liste", space=cast.space_a)
    document.file.save("liste.txt", ContentFile(WORD.encode()))
    ExtractedText.objects.update_or_create(
        document=document, defaults={"file_name": document.file.name, "pages": [WORD]}
    )
    image = KnowledgeImage(title="Foto", space=cast.space_a, width=40, height=30)
    image.file.save("foto.png", _picture("foto"))
    page = put_on(make_article(cast.space_a, "Offen"), document, image, "attached")
    share_page(page, cast.stranger, actor=None, include_descendants=True, until=None)
    client.force_login(cast.stranger, backend="access.backends.AccessBackend")
    yield Shown(cast, document, image, page, client)
    engine.delete([key for key, _ in engine.stored()])


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_no_door_opens_what_a_confidential_page_shows(shown: Shown, way: str) -> None:
    assert all(shown.answers().values())
    assert shown.finds(shown.cast.stranger) == ["Offen"]
    secret = shown.also_on("Geheim", "confidential", way)
    assert not {door for door, opens in shown.answers().items() if opens}
    assert shown.finds(shown.cast.stranger) == []
    # Whoever reads the space finds it by the page that has it to herself, if that attaches it, and fetches it.
    assert shown.finds(shown.cast.reader_a) == (["Geheim"] if way == "attached" else [])
    assert can(shown.cast.reader_a, Action.READ, shown.document)
    secret.classification = "internal"
    secret.save_revision().publish()
    assert all(shown.answers().values())
    assert shown.finds(shown.cast.stranger) == ["Offen"]


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_the_mark_goes_with_the_page_or_what_it_shows(shown: Shown, way: str) -> None:
    secret = shown.also_on("Geheim", "confidential", way)
    assert shown.finds(shown.cast.stranger) == []
    secret.attachments.set([])
    secret.body = []
    secret.save_revision().publish()
    assert all(shown.answers().values())
    assert shown.finds(shown.cast.stranger) == ["Offen"]
    put_on(secret, shown.document, shown.image, way)
    assert shown.finds(shown.cast.stranger) == []
    secret.delete()
    assert all(shown.answers().values())
    assert shown.finds(shown.cast.stranger) == ["Offen"]


@pytest.mark.django_db
def test_a_share_opens_what_its_page_attached_once_no_more(shown: Shown) -> None:
    shown.page.attachments.set([])
    shown.page.save_revision().publish()
    assert not can(shown.cast.stranger, Action.READ, shown.document)
    pages = KnowledgePage.objects.filter(pk=shown.page.pk)
    assert not references_from_pages(pages, KnowledgeDocument).exists()
    assert can(shown.cast.stranger, Action.READ, shown.image)


@pytest.mark.django_db
def test_what_a_page_shows_is_known_without_a_worker(shown: Shown, settings: Any) -> None:
    # As in server mode, where tasks wait in the database.
    waiting = {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}
    settings.TASKS = settings.TASKS | {"default": waiting, "files": waiting}
    shown.also_on("Geheim", "confidential", "attached")
    assert not {door for door, opens in shown.answers().items() if opens}

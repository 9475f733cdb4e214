"""The text of attached files: read once for each version, named where there is none, findable."""

from __future__ import annotations

import datetime as dt
import unicodedata
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.importing import texts
from knowledge.importing.models import ExtractedText
from knowledge.importing.texts import ensure_extracted
from knowledge.pages.source import PageSource
from search.engines.base import Query
from search.models import OutboxEntry
from search.passages.excerpts import Marker
from tests.conftest import Cast
from tests.factories import make_article
from tests.importing import builders


def make_document(cast: Cast, data: bytes, name: str) -> KnowledgeDocument:
    document = KnowledgeDocument(title=name, space=cast.space_a)
    document.file = ContentFile(data, name=name)
    document._set_document_file_metadata()
    document.save()
    return document


def test_document_is_read_when_it_is_saved(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = make_document(cast, builders.pdf("Erste", builders.SENTENCE), "Bericht.pdf")
    extracted = ExtractedText.objects.get(document=document)
    assert len(extracted.pages) == 2
    assert extracted.reason == ""
    assert extracted.problem == ""


def test_reading_again_does_nothing_until_the_file_changes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make_document(cast, b"Der erste Text, lang genug.", "a.txt")
    first = ensure_extracted(document)

    def forbidden(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("read again")

    with monkeypatch.context() as patched:
        patched.setattr(texts, "extract_file", forbidden)
        assert ensure_extracted(KnowledgeDocument.objects.get(pk=document.pk)).pk == first.pk
    document.file = ContentFile(b"Der zweite Text, lang genug.", name="a.txt")
    document.save()
    again = ensure_extracted(KnowledgeDocument.objects.get(pk=document.pk))
    assert again.pk == first.pk
    assert again.pages == ["Der zweite Text, lang genug."]


def test_file_without_text_is_kept_with_its_reason(cast: Cast) -> None:
    extracted = ensure_extracted(make_document(cast, builders.scanned_pdf(), "Scan.pdf"))
    assert extracted.reason == "no_text"
    assert "Scan.pdf" in extracted.problem
    assert extracted.pages == []


def test_missing_file_is_tried_again(cast: Cast) -> None:
    document = make_document(cast, b"Ein Text, der verschwindet.", "weg.txt")
    content = Path(document.file.path).read_bytes()
    Path(document.file.path).unlink()
    assert ensure_extracted(document).reason == "unreadable"
    Path(document.file.path).write_bytes(content)
    assert ensure_extracted(document).reason == ""


def test_pages_that_attach_the_document_are_noted_for_the_search(cast: Cast) -> None:
    document = make_document(cast, b"Ein Text im Anhang, lang genug.", "a.txt")
    page = make_article(cast.space_a, "Mit Anhang")
    PageAttachment.objects.create(page=page, document=document)
    OutboxEntry.objects.all().delete()
    ensure_extracted(document)
    assert OutboxEntry.objects.filter(source="page", object_id=str(page.pk)).exists()


def test_unchanged_file_is_not_read_for_a_new_title(
    cast: Cast, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make_document(cast, b"Ein Text, lang genug.", "a.txt")
    ensure_extracted(document)
    asked: list[int] = []
    monkeypatch.setattr(texts, "read_later", lambda one: asked.append(one.pk))
    with django_capture_on_commit_callbacks(execute=True):
        document.title = "Neuer Titel"
        document.save()
    assert asked == []
    with django_capture_on_commit_callbacks(execute=True):
        document.file = ContentFile(b"Ein anderer Text.", name="a.txt")
        document.save()
    assert asked == [document.pk]


@pytest.mark.parametrize(
    ("data", "name", "note", "problem"),
    [
        (
            builders.pdf("geheim", password="geheim"),
            "Geheim.pdf",
            "nicht durchsuchbar: durch ein Kennwort geschützt",
            "ist mit einem Kennwort geschützt",
        ),
        (
            builders.word()[:900],
            "Halb.docx",
            "nicht durchsuchbar: die Datei ist beschädigt",
            "ist beschädigt und nicht lesbar",
        ),
        (b"Ein Text, lang genug.", "Gut.txt", "", "Der Text der Datei ist durchsuchbar."),
    ],
)
def test_readers_and_editors_are_told_why_a_file_is_not_searchable(
    cast: Cast, client: Client, data: bytes, name: str, note: str, problem: str
) -> None:
    document = make_document(cast, data, name)
    page = make_article(cast.space_a, "Mit Anhang")
    PageAttachment.objects.create(page=page, document=document)
    client.force_login(cast.reader_a)
    waiting = "noch nicht durchsuchbar: die Datei wird gerade gelesen"
    assert waiting in client.get(page.url).content.decode()
    ensure_extracted(document)
    read = client.get(page.url).content.decode()
    assert waiting not in read
    assert ("durchsuchbar" in read) == bool(note)
    assert note in read
    client.force_login(cast.publisher_a)
    address = reverse("wagtaildocs:edit", args=[document.pk])
    assert problem in unescape(client.get(address).content.decode())


def test_the_text_of_attachments_is_not_loaded_to_show_a_page(
    cast: Cast, client: Client, django_assert_max_num_queries: Any
) -> None:
    page = make_article(cast.space_a, "Mit Anhang")
    document = make_document(cast, b"Ein Text, lang genug.", "a.txt")
    ensure_extracted(document)
    PageAttachment.objects.create(page=page, document=document)
    client.force_login(cast.reader_a)
    client.get(page.url)
    with django_assert_max_num_queries(14) as captured:
        client.get(page.url)
    asked = [one["sql"] for one in captured if "importing_extractedtext" in one["sql"]]
    assert len(asked) == 1
    assert '"importing_extractedtext"."pages"' not in asked[0]


def test_documents_whose_turn_was_lost_are_read_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, read, replaced = (make_document(cast, b"Ein Text.", f"{n}.txt") for n in "abc")
    ensure_extracted(read)
    ensure_extracted(replaced)
    replaced.file = ContentFile(b"Ein anderer Text.", name="c.txt")
    replaced.save()
    asked: list[int] = []
    monkeypatch.setattr(texts, "read_later", lambda one: asked.append(one.pk))
    assert texts.catch_up(older_than=dt.timedelta(hours=1)) == 0
    assert texts.catch_up(older_than=dt.timedelta(0)) == 2
    assert sorted(asked) == [lost.pk, replaced.pk]


def test_a_file_named_with_letters_and_dots_apart_keeps_its_umlauts_and_is_found_and_served(
    cast: Cast, client: Client
) -> None:
    """As macOS names it; whoever searches types the letters in one piece."""
    name = unicodedata.normalize("NFD", "Müllabfuhr Übersicht.pdf")
    document = make_document(cast, builders.pdf("Anlage", builders.SENTENCE), name)
    assert Path(document.file.name).name == "Müllabfuhr_Übersicht.pdf"
    ensure_extracted(document)
    page = make_article(cast.space_a, "Mit Anhang")
    PageAttachment.objects.create(page=page, document=document)
    client.force_login(cast.reader_a)
    assert client.get(document.url).status_code == 200
    (found,) = PageSource().documents([str(page.pk)])
    marked = Marker(Query(words=("Übersicht",))).mark(found.attachments[0].title)
    assert "<mark>" in marked

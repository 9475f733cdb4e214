"""The text of attached files: read once for each version, named where there is none, findable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.importing import texts
from knowledge.importing.models import ExtractedText
from knowledge.importing.texts import ensure_extracted
from search.models import OutboxEntry
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

"""Collections of documents in one file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.importing.services import ImportProblem, Outcome, import_corpus
from tests.conftest import Cast
from tests.factories import home_of

DOCUMENTS = [
    {
        "id": "gesetz/gewo/1", "title": "§ 1 Grundsatz der Gewerbefreiheit",
        "headings": ["Gewerbeordnung", "Titel I"], "source": "gesetze", "url": "/x",
        "body": "(1) Der Betrieb eines Gewerbes ist <jedermann> gestattet.\n(2) Wer berechtigt ist & bleibt.",
    },
    {
        "id": "handbuch/a", "title": "Ein Kapitel", "headings": ["Zwischen"], "source": "buch",
        "url": "/y", "body": "Anfang.\nZwischen\nEnde.",
    },
]  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    file = tmp_path / "sammlung.jsonl"
    lines = [json.dumps(document, ensure_ascii=False) for document in DOCUMENTS]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_each_document_becomes_a_page(cast: Cast, corpus: Path) -> None:
    report = import_corpus(actor=None, file=corpus, space=cast.space_a)
    assert report.count(Outcome.CREATED) == 2
    law = ArticlePage.objects.get(title="§ 1 Grundsatz der Gewerbefreiheit")
    assert law.live
    assert law.get_parent().title == "Gewerbeordnung"
    html = "".join(block["value"] for block in law.body.raw_data)
    assert "<i>Gewerbeordnung › Titel I</i>" in html
    assert "&lt;jedermann&gt;" in html
    chapter = ArticlePage.objects.get(title="Ein Kapitel")
    assert [block["type"] for block in chapter.body.raw_data] == [
        "paragraph",
        "heading",
        "paragraph",
    ]
    assert ArticleIndexPage.objects.get(title="sammlung").get_parent().specific == home_of(
        cast.space_a
    )


def test_second_run_changes_nothing_and_limit_holds(cast: Cast, corpus: Path) -> None:
    assert len(import_corpus(actor=None, file=corpus, space=cast.space_a, limit=1).results) == 1
    report = import_corpus(actor=None, file=corpus, space=cast.space_a)
    assert (report.count(Outcome.UNCHANGED), report.count(Outcome.CREATED)) == (1, 1)
    assert import_corpus(actor=None, file=corpus, space=cast.space_a).count(Outcome.UNCHANGED) == 2


@pytest.mark.parametrize("content", ["", "kein json\n", '{"id": "a"}\n'])
def test_file_that_is_no_collection_is_said_in_a_sentence(
    cast: Cast, tmp_path: Path, content: str
) -> None:
    file = tmp_path / "falsch.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ImportProblem, match=r"falsch\.jsonl"):
        import_corpus(actor=None, file=file, space=cast.space_a)

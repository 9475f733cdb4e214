"""Folders of files become pages: each file by itself, twice without a change, links and all."""

from __future__ import annotations

import datetime as dt
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from wagtail.models import Revision

from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.importing import pages as pages_module
from knowledge.importing.extraction import Reason
from knowledge.importing.extraction.title_guess import is_letterhead
from knowledge.importing.extraction.titles import usable_title
from knowledge.importing.models import ExtractedText, ImportedPage
from knowledge.importing.services import ImportProblem, Outcome, Report, find_parent, import_folder
from knowledge.importing.sources import scan
from tests.conftest import Cast
from tests.factories import home_of, make_article, publish_below
from tests.importing import builders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a good file of each kind, in folders."""
    root = tmp_path / "Handbücher"
    (root / "Kapitel 2").mkdir(parents=True)
    (root / "Kapitel 10" / "Anhang").mkdir(parents=True)
    (root / "Lage.docx").write_bytes(builders.word())
    (root / "Niederschrift.odt").write_bytes(builders.open_text())
    (root / "Bericht.pdf").write_bytes(builders.pdf("Lagebericht", builders.SENTENCE))
    (root / "Notiz.txt").write_bytes(
        "Überschrift\n\nEin Text in Latin-1: größer.".encode("latin-1")
    )
    (root / "Kapitel 2" / "index.html").write_bytes(
        builders.html(
            "<h1>Zwei</h1><p>Siehe <a href='../Kapitel%2010/teil.md#abschnitt'>Zehn</a>, "
            "<a href='fehlt.html'>nirgends</a>, <a href='#hier'>hier</a>, "
            "<a href='javascript:alert(1)'>nicht</a> und <a href='https://example.org/x'>draußen</a>.</p>"
        )
    )
    (root / "Kapitel 10" / "teil.md").write_text(
        "# Zehn\n\nZurück zu [Zwei](../Kapitel%202/index.html).\n\n## Erstens\n\n### Darunter\n\nText.\n",
        encoding="utf-8",
    )
    (root / "Kapitel 10" / "Anhang" / "bild.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return root


def run(cast: Cast, directory: Path, **kwargs: Any) -> Report:
    return import_folder(
        actor=kwargs.pop("actor", None), directory=directory, space=cast.space_a, **kwargs
    )


def article(title: str) -> Any:
    return ArticlePage.objects.get(title=title)


def body_of(page: Any) -> str:
    return str(page.body)


def test_scans_are_pages_and_pictures_of_web_pages_are_not(tmp_path: Path) -> None:
    for name in (
        "Scan.TIF",
        "Fax/Brief.jpg",
        "Netz/index.htm",
        "Netz/bilder/logo.png",
        "Netz/Plan.tif",
        "x.gif",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(b"x")
    found = scan(tmp_path)
    names = [file.source_path for file in found.files]
    assert names == ["Scan.TIF", "Fax/Brief.jpg", "Netz/index.htm", "Netz/Plan.tif"]
    assert found.accessories == 2


@pytest.mark.both
def test_each_file_becomes_a_published_page_with_its_original(cast: Cast, folder: Path) -> None:
    report = run(cast, folder)
    assert [result.sentence for result in report.failures] == []
    assert report.count(Outcome.CREATED) == 6
    assert report.accessories == 1
    titles = set(ArticlePage.objects.values_list("title", flat=True))
    assert titles == {
        "Lagebild Nordmarkt",
        "Niederschrift",
        "Lagebericht",
        "Überschrift",
        "Zwei",
        "Zehn",
    }
    for page in ArticlePage.objects.all():
        assert page.live
        assert page.space == cast.space_a
        assert page.first_published_at is not None
        assert page.live_revision_id == page.latest_revision_id is not None
        assert not page.has_unpublished_changes
        attached = page.attachments.get().document
        assert attached.space == cast.space_a
        # Without pages of its own, an original says what its page says: kept once, found once.
        is_on_page = not attached.title.endswith(".pdf")
        assert attached.extracted_text.is_on_page == is_on_page
        assert bool(attached.extracted_text.pages) != is_on_page
    document = article("Lagebericht").attachments.get().document
    assert document.title == "Bericht.pdf"
    assert len(document.extracted_text.pages) == 2


def test_folders_become_lists_in_natural_order(cast: Cast, folder: Path) -> None:
    run(cast, folder)
    top = ArticleIndexPage.objects.get(title="Handbücher")
    assert top.get_parent().specific == home_of(cast.space_a)
    assert top.slug == "handbuecher"
    lists = ArticleIndexPage.objects.child_of(top).order_by("path")
    assert [page.title for page in lists] == ["Kapitel 2", "Kapitel 10"]
    assert article("Zwei").get_parent().title == "Kapitel 2"


def test_headings_tables_and_marks_arrive_in_the_body(cast: Cast, folder: Path) -> None:
    run(cast, folder)
    page = article("Lagebild Nordmarkt")
    raw = [(block["type"], block["value"]) for block in page.body.raw_data]
    assert raw[0] == ("heading", "Anlass")
    assert raw[2] == ("heading", "Maßnahmen")
    assert raw[3][1].startswith("<h3>Sofort</h3><ul><li>Beleuchtung prüfen</li>")
    assert "<b>unverändert</b>" in raw[1][1]
    assert raw[4][0] == "table"
    assert raw[4][1]["data"] == [["Straße", "Zahl"], ["Münsterstraße", "12"]]


def test_imported_page_is_shown(cast: Cast, folder: Path, client: Client) -> None:
    run(cast, folder)
    client.force_login(cast.reader_a)
    answer = client.get(article("Lagebild Nordmarkt").url)
    assert answer.status_code == 200
    assert "Münsterstraße" in answer.content.decode()
    client.force_login(cast.reader_b)
    assert client.get(article("Lagebild Nordmarkt").url).status_code == 404


def test_links_between_files_become_links_between_pages(cast: Cast, folder: Path) -> None:
    run(cast, folder)
    two, ten = article("Zwei"), article("Zehn")
    html = two.body.raw_data[0]["value"]
    assert f'<a linktype="page" id="{ten.pk}">Zehn</a>' in html
    assert '<a href="https://example.org/x">draußen</a>' in html
    assert html.count("<a ") == 2
    assert "nirgends, hier, nicht und" in html
    assert f'linktype="page" id="{two.pk}"' in ten.body.raw_data[0]["value"]
    assert not ImportedPage.objects.filter(has_open_links=True).exists()
    assert two.live
    assert two.revisions.count() == 1


def test_second_run_changes_nothing(cast: Cast, folder: Path) -> None:
    run(cast, folder)

    def state() -> tuple[Any, ...]:
        return (
            list(
                KnowledgePage.objects.order_by("pk").values_list("pk", "latest_revision_id", "path")
            ),
            Revision.objects.count(),
            list(KnowledgeDocument.objects.values_list("pk", "file_hash", "file")),
            ExtractedText.objects.count(),
        )

    before = state()
    report = run(cast, folder)
    assert report.count(Outcome.UNCHANGED) == len(report.results) == 6
    assert state() == before


def test_changed_file_gives_its_page_a_new_revision(cast: Cast, folder: Path) -> None:
    run(cast, folder)
    before = article("Zehn")
    old_file = Path(before.attachments.get().document.file.path)
    (folder / "Kapitel 10" / "teil.md").write_text("# Zehn\n\nNeuer Text.\n", encoding="utf-8")
    report = run(cast, folder)
    assert report.count(Outcome.CHANGED) == 1
    after = article("Zehn")
    assert after.pk == before.pk
    assert after.latest_revision_id != before.latest_revision_id
    assert after.live_revision_id == after.latest_revision_id
    assert "Neuer Text." in body_of(after)
    document = after.attachments.get().document
    assert document.pk == before.attachments.get().document.pk
    assert document.extracted_text.is_on_page
    assert "Neuer Text." in Path(document.file.path).read_text(encoding="utf-8")
    assert Path(document.file.path) != old_file


def test_page_that_people_edited_keeps_what_is_published(cast: Cast, folder: Path) -> None:
    run(cast, folder)
    page = article("Zehn")
    page.title = "Zehn, überarbeitet"
    page.save_revision(user=cast.publisher_a).publish()
    (folder / "Kapitel 10" / "teil.md").write_text("# Zehn\n\nNeuer Text.\n", encoding="utf-8")
    report = run(cast, folder)
    assert report.count(Outcome.DRAFTED) == 1
    page.refresh_from_db()
    assert page.title == "Zehn, überarbeitet"
    assert "Neuer Text." not in body_of(ArticlePage.objects.get(pk=page.pk))
    draft = page.get_latest_revision_as_object()
    assert "Neuer Text." in body_of(draft)
    published = page.attachments.get().document
    assert b"Neuer Text." not in Path(published.file.path).read_bytes()
    assert "Neuer Text." in draft.attachments.get().document.extracted_text.pages[0]
    assert run(cast, folder).count(Outcome.UNCHANGED) == 6


def test_files_without_text_become_pages_with_the_original_and_the_reason(
    cast: Cast, folder: Path, client: Client
) -> None:
    (folder / "kaputt.pdf").write_bytes(b"%PDF-1.7\nnichts")
    (folder / "falsch.docx").write_bytes(builders.pdf(builders.SENTENCE))
    (folder / "leer.txt").write_bytes(b"")
    (folder / "alt.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    (folder / "geheim.pdf").write_bytes(builders.pdf("x", password="geheim"))
    with (folder / "gross.pdf").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    report = run(cast, folder)
    assert report.count(Outcome.CREATED) == 10
    assert [result.source_path for result in report.failures] == ["gross.pdf", "leer.txt"]
    unread = {result.source_path: result.reason for result in report.without_text}
    assert unread == {
        "kaputt.pdf": Reason.BROKEN,
        "falsch.docx": Reason.WRONG_ENDING,
        "alt.doc": Reason.BROKEN,
        "geheim.pdf": Reason.ENCRYPTED,
    }
    for result in [*report.failures, *report.without_text]:
        assert result.source_path in result.sentence
    page = article("geheim")
    assert page.attachments.get().document.title == "geheim.pdf"
    client.force_login(cast.reader_a)
    assert "nicht durchsuchbar: durch ein Kennwort" in client.get(page.url).content.decode()
    assert run(cast, folder).count(Outcome.UNCHANGED) == 10


def test_error_while_writing_costs_one_page(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pages_module.keep_extraction

    def failing(document: KnowledgeDocument, *args: Any, **kwargs: Any) -> Any:
        if document.title == "Bericht.pdf":
            raise RuntimeError("full disk")
        return real(document, *args, **kwargs)

    monkeypatch.setattr(pages_module, "keep_extraction", failing)
    report = run(cast, folder)
    assert [result.source_path for result in report.failures] == ["Bericht.pdf"]
    assert report.count(Outcome.CREATED) == 5
    assert not KnowledgeDocument.objects.filter(title="Bericht.pdf").exists()
    monkeypatch.undo()
    again = run(cast, folder)
    assert again.count(Outcome.CREATED) == 1
    assert again.count(Outcome.UNCHANGED) == 5


def test_interrupted_run_is_completed_by_the_next(
    cast: Cast, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from knowledge.importing import services

    class Killed(BaseException):
        """What kill −9 does between two transactions."""

    def killed(self: Any) -> None:
        raise Killed

    monkeypatch.setattr(services._Run, "repair_links", killed)
    with pytest.raises(Killed):
        run(cast, folder)
    assert not article("Zwei").live
    monkeypatch.undo()
    run(cast, folder)
    two = article("Zwei")
    assert two.live
    assert f'id="{article("Zehn").pk}"' in two.body.raw_data[0]["value"]
    assert not ImportedPage.objects.filter(has_open_links=True).exists()
    assert two.attachments.count() == 1


def test_trial_reads_everything_and_writes_nothing(cast: Cast, folder: Path) -> None:
    (folder / "leer.txt").write_bytes(b"")
    before = KnowledgePage.objects.count()
    report = run(cast, folder, is_trial=True)
    assert report.count(Outcome.CREATED) == 6
    assert report.count(Outcome.FAILED) == 1
    assert KnowledgePage.objects.count() == before
    assert not KnowledgeDocument.objects.exists()


def test_names_composed_and_decomposed_are_the_same_file(cast: Cast, tmp_path: Path) -> None:
    root = tmp_path / "Ablage"
    root.mkdir()
    decomposed = unicodedata.normalize("NFD", "Müllabfuhr Größe.txt")
    (root / decomposed).write_text("Ein Text über den Müll.", encoding="utf-8")
    run(cast, root)
    page = ArticlePage.objects.get()
    assert page.title == "Müllabfuhr Größe"
    assert page.slug == "muellabfuhr-groesse"
    (root / decomposed).rename(root / unicodedata.normalize("NFC", decomposed))
    assert run(cast, root).count(Outcome.UNCHANGED) == 1
    (root / decomposed).write_text("Noch einer.", encoding="utf-8")
    report = run(cast, root)
    assert len(report.failures) == 1
    assert ArticlePage.objects.count() == 1


def test_file_name_that_is_no_utf8(cast: Cast, tmp_path: Path) -> None:
    root = tmp_path / "Ablage"
    root.mkdir()
    path = os.path.join(os.fsencode(root), "Größe.txt".encode("latin-1"))
    with open(path, "wb") as file:
        file.write("Ein Text mit Größe.".encode("latin-1"))
    assert run(cast, root).count(Outcome.CREATED) == 1
    assert ArticlePage.objects.get().title == "Größe"


def test_deep_folders_and_equal_titles(cast: Cast, tmp_path: Path) -> None:
    root = tmp_path / "Tief"
    deep = root.joinpath(*[f"e{number}" for number in range(20)])
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text("Ein Text ganz unten.", encoding="utf-8")
    too_deep = deep.joinpath(*["x"] * 60)
    too_deep.mkdir(parents=True)
    (too_deep / "b.txt").write_text("Ein Text noch tiefer.", encoding="utf-8")
    for name in ("c.md", "d.md"):
        (root / name).write_text("# Gleich\n\nText.\n", encoding="utf-8")
    report = run(cast, root)
    assert report.count(Outcome.CREATED) == 3
    assert len(report.failures) == 1
    same = ArticlePage.objects.filter(title__startswith="Gleich").order_by("title")
    assert [page.title for page in same] == ["Gleich", "Gleich (d.md)"]
    # The failed file leaves no empty lists behind.
    assert not ArticleIndexPage.objects.filter(title="x").exists()


def test_text_is_kept_apart_once_people_edit_the_page(
    cast: Cast, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    run(cast, folder)
    page = article("Zehn")
    assert page.attachments.get().document.extracted_text.pages == []
    with django_capture_on_commit_callbacks(execute=True):
        page.body = [("paragraph", "<p>Anders.</p>")]
        page.save_revision(user=cast.publisher_a).publish()
    extracted = ExtractedText.objects.get(document=page.attachments.get().document)
    assert "Erstens" in extracted.pages[0]
    assert not extracted.is_on_page


def test_text_is_kept_apart_once_another_page_attaches_the_file(
    cast: Cast, folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    run(cast, folder)
    document = article("Zehn").attachments.get().document
    with django_capture_on_commit_callbacks(execute=True):
        PageAttachment.objects.create(page=make_article(cast.space_a, "Andere"), document=document)
    assert "Erstens" in ExtractedText.objects.get(document=document).pages[0]


def test_contents_of_the_page_itself_are_left_out(cast: Cast, tmp_path: Path) -> None:
    root = tmp_path / "Buch"
    root.mkdir()
    (root / "ch 1.html").write_bytes(
        builders.html(
            "<h1>Eins</h1><p><b>Inhaltsverzeichnis</b></p><dl><dt><a href='ch%201.html#a'>1.1 A</a></dt>"
            "<dd><dl><dt><a href='ch%201.html#b'>1.1.1 B</a></dt></dl></dd></dl>"
            "<ul><li><a href='ch2.html'>Zwei</a></li><li>Ohne</li></ul><p>Text.</p>"
        )
    )
    (root / "ch2.html").write_bytes(builders.html("<h1>Zwei</h1><p>Text.</p>"))
    run(cast, root)
    html = article("Eins").body.raw_data[0]["value"]
    assert "1.1" not in html
    assert "Inhaltsverzeichnis" not in html
    assert html.startswith('<ul><li><a linktype="page"')
    assert html.endswith("<li>Ohne</li></ul><p>Text.</p>")


def test_import_into_an_existing_list(cast: Cast, folder: Path) -> None:
    index = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Artikel", slug="artikel"))
    parent = find_parent(space=cast.space_a, path="artikel")
    run(cast, folder, parent=parent)
    assert article("Überschrift").get_parent().pk == index.pk
    assert not ArticleIndexPage.objects.filter(title="Handbücher").exists()
    with pytest.raises(ImportProblem, match="gibt-es-nicht"):
        find_parent(space=cast.space_a, path="gibt-es-nicht")


def test_only_publishers_import(cast: Cast, folder: Path) -> None:
    for person in (cast.reader_a, cast.contributor_a, cast.publisher_b, cast.stranger):
        with pytest.raises(PermissionDenied):
            run(cast, folder, actor=person)
    assert not ArticlePage.objects.exists()
    assert run(cast, folder, actor=cast.publisher_a).count(Outcome.CREATED) == 6
    assert article("Zwei").owner == cast.publisher_a


@pytest.mark.parametrize("name", ["leer", "gibt-es-nicht"])
def test_empty_or_missing_folder_is_said_in_a_sentence(
    cast: Cast, tmp_path: Path, name: str
) -> None:
    (tmp_path / "leer").mkdir()
    with pytest.raises(ImportProblem) as problem:
        run(cast, tmp_path / name)
    assert name in str(problem.value)
    assert not ArticleIndexPage.objects.exists()


def test_command_reports_and_fails_with_an_error_code(
    cast: Cast, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_documents", str(folder), "--space", "bereich-a")
    out = capsys.readouterr()
    assert "6" in out.out
    (folder / "kaputt.pdf").write_bytes(b"%PDF-1.7\nnichts")
    call_command("import_documents", str(folder), "--space", "bereich-a")
    assert "kaputt.pdf: " in capsys.readouterr().out
    (folder / "leer.pdf").write_bytes(b"")
    with pytest.raises(CommandError, match="1"):
        call_command("import_documents", str(folder), "--space", "bereich-a")
    assert "leer.pdf: " in capsys.readouterr().out
    with pytest.raises(CommandError, match="bereich-a"):
        call_command("import_documents", str(folder), "--space", "unbekannt")
    with pytest.raises(CommandError):
        call_command("import_documents", str(folder / "nichts"), "--space", "bereich-a")


def test_a_file_without_a_date_of_its_own_is_dated_by_the_time_of_the_file(
    cast: Cast, tmp_path: Path
) -> None:
    root = tmp_path / "Ablage"
    root.mkdir()
    (root / "liste.csv").write_text("Ort;Zahl\nEving;3\n", encoding="utf-8")
    os.utime(root / "liste.csv", (1570600510, 1570600510))
    run(cast, root)
    page = ArticlePage.objects.get()
    assert (page.dated_on, page.dated_by) == (dt.date(2019, 10, 9), "file")
    page.dated_on, page.dated_by = dt.date(2018, 1, 2), "person"
    page.save()
    (root / "liste.csv").write_text("Ort;Zahl\nEving;4\n", encoding="utf-8")
    run(cast, root)
    page.refresh_from_db()
    assert page.dated_on == dt.date(2018, 1, 2)


def test_long_titles_are_cut_at_a_word(cast: Cast, tmp_path: Path) -> None:
    root = tmp_path / "Ablage"
    root.mkdir()
    (root / "lang.md").write_text(
        "# " + "Sicherheitskonferenz " * 20 + "\n\nText.\n", encoding="utf-8"
    )
    run(cast, root)
    title = ArticlePage.objects.get().title
    assert len(title) <= 255
    assert title.endswith("Sicherheitskonferenz…")


@pytest.mark.parametrize(
    "title",
    [
        "PowerPoint-Präsentation", "PowerPoint Presentation", "Folie 1", "Tabelle1", "Sheet1", "Feuil1", "Dokument1",
        "Microsoft Word - Dokument2", "Unbenannt", "Vorlage", "Brief.dotx", "bericht_final.docx",
    ],
)  # fmt: skip
def test_names_that_programs_give_are_no_titles(title: str) -> None:
    assert usable_title(title) == ""


@pytest.mark.parametrize(
    "line",
    [
        "Stadt Dortmund", "Stadt Dortmund · Ordnungsamt", "Der Oberbürgermeister", "Olpe 1, 44135 Dortmund",
        "Tel.: 0231 50-0",
        "ordnungsamt@example.org", "Dortmund, den 12. März 2026", "12.03.2026", "Sehr geehrte Damen und Herren,",
    ],
)  # fmt: skip
def test_heads_of_letters_are_no_titles(line: str) -> None:
    assert is_letterhead(line)
    assert not is_letterhead("Niederschrift der Sitzung vom 12. März 2026")
    assert not is_letterhead("Stadtweite Aktion gegen Müll")

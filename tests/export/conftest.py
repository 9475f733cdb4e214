"""A page with everything that a file can hold, and what says whether a PDF is right."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import User
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from tests.conftest import Cast, signed_in
from tests.factories import home_of, publish_below, publish_below_any
from web.models import installation

# Profile and PDF files by name → what failed in each.
Judged = Callable[[str, Mapping[str, bytes]], dict[str, list[str]]]
FEWEST_CHECKS = 500


@dataclass
class Branch:
    """A page with one below it."""

    page: ArticlePage
    below: ArticlePage


def picture(name: str, color: str, space: Any) -> KnowledgeImage:
    stored = BytesIO()
    Image.new("RGB", (600, 300), color).save(stored, "PNG")
    image = KnowledgeImage(title=name, space=space, width=600, height=300)
    image.file = ContentFile(stored.getvalue(), name=f"{name}.png")
    image.save()
    return image


needs_libreoffice = pytest.mark.skipif(
    not shutil.which("soffice") and os.environ.get("CI") != "true",  # there it fails
    reason="LibreOffice is missing: apt-get install libreoffice-writer-nogui",
)


def printed_by_libreoffice(word: bytes, folder: Path) -> bytes:
    """Return a DOCX as the PDF that LibreOffice makes of it, with a profile of its own."""
    stored = folder / "datei.docx"
    stored.write_bytes(word)
    home = f"-env:UserInstallation=file://{folder}/office"
    subprocess.run(
        ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", folder, stored],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return stored.with_suffix(".pdf").read_bytes()


def attach(page: Any, title: str, content: bytes = b"Inhalt") -> KnowledgeDocument:
    document = KnowledgeDocument(title=title, space=page.space)
    document.file.save(f"{title}.txt", ContentFile(content), save=False)
    document.save()
    PageAttachment.objects.create(page=page, document=document, sort_order=page.attachments.count())
    return document


def body_of(cast: Cast) -> list[tuple[str, Any]]:
    """Return every block there is, headings that skip levels and letters that few typefaces have."""
    image = picture("platz", "steelblue", cast.space_a)
    table = {
        "data": [["Bezirk", "2025", "2026"], ["Nord", "3", ""], ["Süd", "1.234", "5"]],
        "cell": [{"row": 1, "col": 2, "hidden": True}],
        "first_row_is_table_header": True,
        "first_col_is_header": True,
        "table_header_choice": "both",
        "table_caption": "Einsätze",
        "mergeCells": [{"row": 1, "col": 1, "rowspan": 1, "colspan": 2}],
    }
    text = (
        "<h4>Gleich eine Ebene zu tief</h4><p>Mit <b>fett</b>, <i>kursiv</i> und "
        '<a href="https://example.org/?a=1&amp;b=2">einem Verweis</a>.</p>'
        "<ul><li>eins<ul><li>darin</li></ul></li><li>zwei</li></ul><ol><li>erstens</li><li>zweitens</li></ol>"
        "<blockquote>Zitat</blockquote><hr/><p>Häkchen ☐ ☑ → Ж α 漢字 📌</p>"
    )
    lines = [
        {"text": "<p>Laternen zählen</p>", "done": True},
        {"text": "<p>Angebot</p>", "done": False},
    ]
    return [
        ("heading", "Sicherheitszusammenarbeit im Bahnhofsviertel"),
        ("paragraph", text),
        ("markdown", "### Markdown\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx  =  1\n```"),
        ("table", table),
        ("image", {"image": image, "alternative_text": "Ein leerer Platz", "caption": "Nordmarkt"}),
        ("image", {"image": image, "alternative_text": "", "caption": ""}),
        ("tasks", lines),
    ]


@pytest.fixture
def branch(cast: Cast) -> Branch:
    mark = BytesIO()
    Image.new("RGBA", (60, 60), "darkred").save(mark, "PNG")
    here = installation()
    here.city, here.mark = "Musterstadt", base64.b64encode(mark.getvalue()).decode()
    here.mark_digest = "0" * 64
    here.save()
    home = home_of(cast.space_a)
    index = publish_below(home, ArticleIndexPage(title="Artikel", slug="artikel"))
    page = publish_below(
        index,
        ArticlePage(
            title="Zusammenarbeit „Nord“ / Süd", slug="zusammenarbeit", body=body_of(cast),
            owning_organisation=cast.organisation_a,
        ),
    )  # fmt: skip
    attach(page, "Lageplan")
    attach(page, "Übersicht <2026>")
    below = ArticlePage(title="Darunter", body=[("paragraph", "<h3>Teil</h3><p>Tiefer Text</p>")])
    return Branch(page, publish_below_any(page, below))


def address(page: Any, name: str) -> str:
    return f"/herunterladen/{page.pk}/{name}/"


def fetched(person: User, page: Any, name: str) -> Any:
    answer = signed_in(person).get(address(page, name))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer


def bytes_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture(scope="session")
def judged() -> Judged:
    """Return what asks veraPDF which checks of a profile each of some PDF files fails."""
    if shutil.which("javac") is None or shutil.which("mvn") is None:
        reason = "veraPDF needs Java and Maven: apt-get install default-jdk-headless maven"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    def judge(profile: str, files: Mapping[str, bytes]) -> dict[str, list[str]]:
        folder = Path(settings.MEDIA_ROOT) / "judged"
        folder.mkdir(parents=True, exist_ok=True)
        paths = {name: folder / f"{name}.pdf" for name in files}
        for name, path in paths.items():
            path.write_bytes(files[name])
        script = settings.BASE_DIR / "scripts" / "verapdf"
        done = subprocess.run(
            [script, profile, *paths.values()], capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr
        found: dict[str, list[str]] = {}
        for line in done.stdout.splitlines():
            if line.startswith(" "):
                found[list(found)[-1]].append(line)
                continue
            path, checks, failed = line.split("\t")
            assert int(checks) > FEWEST_CHECKS
            found[Path(path).stem] = [] if failed == "0" else [failed]
        return found

    return judge

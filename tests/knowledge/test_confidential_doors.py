"""Whatever door shows a confidential page or picture leaves a line and nothing in the browser; no export names one."""

from __future__ import annotations

import contextlib
import csv
import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from audit.models import Entry, Log
from knowledge.files.models import KnowledgeImage
from knowledge.wagtail_edge.doors import DOORS
from knowledge.wagtail_edge.read_log import SHOWS
from tests.conftest import Cast
from tests.factories import make_article
from tests.leaks.world import _picture

pytestmark = pytest.mark.django_db
WORD = "kanarieninhalt"  # in the text of each version
CONFIDENTIAL = "confidential"


@pytest.fixture
def publisher(cast: Cast, client: Client) -> Client:
    client.force_login(cast.publisher_a, backend="access.backends.AccessBackend")
    return client


def with_text(space: Any, title: str, mark: str) -> Any:
    """Return a published page with two revisions and a draft, each with its text."""
    page = make_article(space, title)
    page.classification = mark
    for version in ("alt", "neu"):
        page.body = [("heading", f"{WORD} {version}")]
        page.save_revision().publish()
        page.refresh_from_db()
    page.body = [("heading", f"{WORD} Entwurf")]
    page.save_revision()
    page.refresh_from_db()
    return page


def readings(person: Any) -> int:
    return Entry.objects.filter(log=Log.READS, actor=person).count()


def addresses(page: Any) -> list[tuple[str, str]]:
    """Return the addresses of every door of the admin that takes nothing but the page, or revisions of it."""
    old = page.revisions.order_by("pk")[1].pk  # the first was made before there was any text
    parent = page.get_parent().pk
    ways: tuple[list[Any], ...] = (
        [page.pk], [page.pk, old], [page.pk, "earliest", "latest"], [page.pk, parent],
        ["articles", "articlepage", page.pk],
    )  # fmt: skip
    found = []
    for name in DOORS:
        for way in (
            ways
        ):  # two numbers may be a revision or a parent; the wrong one is a page that isn't there
            with contextlib.suppress(NoReverseMatch):
                found.append((name, reverse(name, args=way)))
    return found


def fill_preview(client: Client, page: Any) -> None:
    fields = {
        "title": page.title, "slug": page.slug, "classification": page.classification, "body-count": "1",
        "body-0-deleted": "", "body-0-order": "0", "body-0-type": "heading", "body-0-id": "",
        "body-0-value": WORD, "attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0",
        "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0",
    }  # fmt: skip
    answer = client.post(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), fields)
    assert answer.json()["is_valid"], answer.content


def address(page: Any, name: str) -> str:
    """Return the address of one door, with the first revision where it takes one."""
    return next(url for one, url in addresses(page) if one == name)


def test_every_door_that_shows_a_confidential_page_leaves_a_line(
    cast: Cast, publisher: Client
) -> None:
    page = with_text(cast.space_a, "Geheim", CONFIDENTIAL)
    fill_preview(publisher, page)
    showing = set()
    # Previews first: they are recorded unless another line of the hour says it.
    for name, url in sorted(addresses(page), key=lambda one: "preview" not in one[0]):
        before = readings(cast.publisher_a)
        answer = publisher.get(url)
        if WORD in answer.content.decode():
            showing.add(name)
            assert readings(cast.publisher_a) == before + 1, name
            assert answer["Cache-Control"] == "private, no-store", name
        elif name not in SHOWS:
            assert readings(cast.publisher_a) == before, name
    assert showing == set(SHOWS)


@pytest.mark.parametrize("name", SHOWS)
def test_the_strictest_of_page_draft_and_revision_decides(
    cast: Cast, publisher: Client, name: str
) -> None:
    page = with_text(cast.space_a, "Offen", "internal")
    fill_preview(publisher, page)
    publisher.get(address(page, name))
    assert readings(cast.publisher_a) == 0
    page.classification = CONFIDENTIAL
    page.save_revision()
    page.refresh_from_db()
    assert publisher.get(address(page, name))["Cache-Control"] == "private, no-store"
    assert readings(cast.publisher_a) == 1


def test_the_editor_counts_a_draft_that_is_stricter_than_its_page(
    cast: Cast, publisher: Client
) -> None:
    page = with_text(cast.space_a, "Offen", "internal")
    page.classification = CONFIDENTIAL
    page.save_revision()
    publisher.get(reverse("editing:edit", args=[page.pk]))
    assert readings(cast.publisher_a) == 1


def test_a_revision_that_was_confidential_is_recorded_still(cast: Cast, publisher: Client) -> None:
    page = with_text(cast.space_a, "Geheim", CONFIDENTIAL)
    page.classification = "internal"
    page.save_revision().publish()
    page.refresh_from_db()
    publisher.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert readings(cast.publisher_a) == 0
    old = page.revisions.order_by("pk").all()[1].pk
    for number, args in enumerate(([page.pk, old],) * 2, start=1):
        publisher.get(reverse("wagtailadmin_pages:revisions_view", args=args))
        assert readings(cast.publisher_a) == number
    publisher.get(reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, old, "live"]))
    assert readings(cast.publisher_a) == 3


def test_previews_are_recorded_once_an_hour(cast: Cast, publisher: Client) -> None:
    page = with_text(cast.space_a, "Geheim", CONFIDENTIAL)
    fill_preview(publisher, page)
    for _ in range(3):
        publisher.get(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]))
    assert readings(cast.publisher_a) == 1


def test_pictures_of_confidential_pages_stay_in_no_browser(cast: Cast, publisher: Client) -> None:
    image = KnowledgeImage(title="Foto", space=cast.space_a, width=40, height=30)
    image.file.save("foto.png", _picture("foto"))
    page = make_article(cast.space_a, "Seite")
    page.body = [("image", {"image": image, "alternative_text": "Foto", "caption": ""})]
    page.save_revision().publish()
    rendition = image.get_rendition("width-20").file.name
    urls = (f"/bilder/{image.file.name}", f"/bilder/{rendition}")
    for url in urls:
        assert publisher.get(url)["Cache-Control"] == "private, no-cache", url
    assert readings(cast.publisher_a) == 0
    page.classification = CONFIDENTIAL
    page.save_revision().publish()
    for url in urls:
        assert publisher.get(url)["Cache-Control"] == "private, no-store", url
    assert readings(cast.publisher_a) == 1  # an hour's first; the page has a line for each reading


REPORTS = ("aging_pages", "site_history")


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_reports_leave_without_confidential_titles_and_formulas(
    cast: Cast, publisher: Client, report: str, kind: str
) -> None:
    make_article(cast.space_a, '=HYPERLINK("https://boese.example")')
    with_text(cast.space_a, "Geheimtitel", CONFIDENTIAL)
    gone = with_text(cast.space_a, "Geheimtitel gelöscht", CONFIDENTIAL)
    publisher.post(reverse("wagtailadmin_pages:delete", args=[gone.pk]))
    for page in cast.space_a.pages.all():
        publisher.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))  # a line of the history
    url = reverse(f"wagtailadmin_reports:{report}")
    shown = publisher.get(url).content.decode()
    assert "Geheimtitel" in shown
    cells = cells_of(publisher.get(url, {"export": kind}), kind)
    text = "\n".join(cells)
    assert "HYPERLINK" in text
    assert "Geheimtitel" not in text
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert "Seitentitel" in cells[0] or "Titel" in text or "Name" in text


def cells_of(answer: Any, kind: str) -> list[str]:
    content = answer.getvalue()
    if kind == "csv":
        return [cell for row in csv.reader(io.StringIO(content.decode())) for cell in row]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    return [str(cell.value) for cell in cells if cell.value is not None]

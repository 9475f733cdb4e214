"""The results of an event go out by themselves: as files with their mark, and as an article of their own."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from pypdfium2 import PdfDocument

from access.granting.services import grant_role
from access.handling import Classification
from access.roles import Role
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.events.models import EventPage
from knowledge.writing.services import publish_draft
from tests.conftest import Cast, signed_in
from tests.events.conftest import Events
from tests.factories import home_of, publish_below

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(cast: Cast) -> tuple[Any, Any]:
    """Lists of articles in A and B."""
    found = [
        publish_below(home_of(space), ArticleIndexPage(title="Artikel"))
        for space in (cast.space_a, cast.space_b)
    ]
    return found[0], found[1]


def address(events: Events) -> str:
    return f"/veranstaltung/{events.event.pk}/ergebnisseite/"


def sent(place: Any, mark: str = "internal", **more: Any) -> dict[str, Any]:
    return {"title": "Was herauskam", "place": place.pk, "mark": mark, **more}


def marked(events: Events, mark: Classification) -> None:
    """Give the event a mark, as it is published and in its draft."""
    event = EventPage.objects.get(pk=events.event.pk)
    event.classification = mark
    event.save_revision().publish()


def test_results_are_files_that_say_how_they_are_handled(cast: Cast, events: Events) -> None:
    client, url = signed_in(cast.reader_a), f"/herunterladen/{events.event.pk}/ergebnisse"
    marked(events, Classification.PUBLIC)
    sheet = PdfDocument(client.get(f"{url}/").content)[0].get_textpage().get_text_range()
    for said in ("Laternen an der Treppe", "Quartierslabor am Park", "öffentlich"):
        assert said in sheet
    assert "Helle Wege" not in sheet, "the results alone"
    document = Document(io.BytesIO(client.get(f"{url}-word/").content))
    assert "Laternen an der Treppe" in [one.text for one in document.paragraphs]
    assert signed_in(cast.reader_b).get(f"{url}/").status_code == 404
    EventPage.objects.update(results="[]")
    assert client.get(f"{url}/").status_code == 404


def test_results_become_an_article_that_leads_to_the_event(
    cast: Cast, events: Events, lists: tuple[Any, Any]
) -> None:
    client, url = signed_in(cast.publisher_a), address(events)
    assert url in client.get(events.event.url).content.decode()
    initial = client.get(url).context["form"].initial
    assert initial == {
        "title": "Ergebnisse: Quartierslabor am Park", "place": lists[0].pk, "mark": "internal",
    }  # fmt: skip
    made = client.post(url, sent(lists[0]))
    article = ArticlePage.objects.get(title="Was herauskam")
    assert made.headers["Location"] == f"/bearbeiten/{article.pk}/"
    assert (article.live, article.owner, article.dated_on) == (
        False, cast.publisher_a, events.event.held_on,
    )  # fmt: skip
    publish_draft(article, actor=cast.publisher_a, stamp=None)
    reader = signed_in(cast.reader_a)
    shown = reader.get(article.url).content.decode()
    assert "Laternen an der Treppe" in shown
    assert events.event.url in shown
    assert article.url in reader.get(events.event.url).content.decode(), "and back"


def test_task_lines_come_along_as_text(cast: Cast, events: Events, lists: tuple[Any, Any]) -> None:
    events.event.results = [
        ("tasks", [{"text": "<p>EDG: <b>Laternen</b> zählen bis 15.3.2099</p>", "done": False}])
    ]
    events.event.save_revision().publish()
    signed_in(cast.publisher_a).post(address(events), sent(lists[0]))
    body = ArticlePage.objects.get(title="Was herauskam").body
    assert [one.block_type for one in body] == ["paragraph", "paragraph"]
    assert "<b>Laternen</b> zählen" in body[1].value.source


@pytest.mark.parametrize("who", ["reader_a", "publisher_b", "stranger"])
def test_whoever_may_not_copy_finds_nothing(
    cast: Cast, events: Events, lists: tuple[Any, Any], who: str
) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(address(events)).status_code == 404
    assert client.post(address(events), sent(lists[0])).status_code == 404
    assert not ArticlePage.objects.filter(title="Was herauskam").exists()


def test_only_stewards_of_the_event_make_its_results_public(
    cast: Cast, events: Events, lists: tuple[Any, Any]
) -> None:
    refused = signed_in(cast.publisher_a).post(address(events), sent(lists[0], "public"))
    assert list(refused.context["form"].errors) == ["mark"]
    assert not ArticlePage.objects.filter(title="Was herauskam").exists()
    signed_in(cast.steward_a).post(address(events), sent(lists[0], "public"))
    assert ArticlePage.objects.get(title="Was herauskam").classification == "public"
    assert EventPage.objects.get(pk=events.event.pk).classification == "internal"


def test_confidential_results_stay_so_and_in_their_space(
    cast: Cast, events: Events, lists: tuple[Any, Any]
) -> None:
    marked(events, Classification.CONFIDENTIAL)
    grant_role(cast.space_b, cast.steward_a, Role.STEWARD, actor=None)
    client = signed_in(cast.steward_a)
    milder = client.post(address(events), sent(lists[0], "public"))
    assert list(milder.context["form"].errors) == ["mark"]
    elsewhere = client.post(address(events), sent(lists[1], "confidential"))
    assert list(elsewhere.context["form"].errors) == ["place"]
    assert not ArticlePage.objects.filter(title="Was herauskam").exists()
    client.post(address(events), sent(lists[0], "confidential"))
    assert ArticlePage.objects.get(title="Was herauskam").classification == "confidential"


def test_a_page_in_another_space_is_asked_about_when_its_readers_differ(
    cast: Cast, events: Events, lists: tuple[Any, Any]
) -> None:
    grant_role(cast.space_b, cast.publisher_a, Role.PUBLISHER, actor=None)
    client = signed_in(cast.publisher_a)
    asked = client.post(address(events), sent(lists[1]))
    assert not ArticlePage.objects.filter(title="Was herauskam").exists()
    assert "In einen anderen Bereich kopieren" in asked.content.decode()
    state = asked.context["consequence"].fingerprint
    client.post(address(events), sent(lists[1], state=state))
    article = ArticlePage.objects.get(title="Was herauskam")
    publish_draft(article, actor=cast.publisher_a, stamp=None)
    shown = signed_in(cast.reader_b).get(article.url).content.decode()
    assert "Laternen an der Treppe" in shown
    assert events.event.url not in shown, "the event stays closed to readers of B"

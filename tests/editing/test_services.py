"""Saving what is written: drafts alone, merged, within the writer's rights; bad input with its sentence."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from access.granting.services import grant_role
from access.handling import Classification
from access.roles import Role
from knowledge.articles.models import ArticlePage
from knowledge.editing import answers
from knowledge.editing.drafts import waiting_drafts
from knowledge.files.models import KnowledgeDocument, KnowledgeImage
from knowledge.writing.submitting import HANDED_IN
from notices.models import Notice
from tests.conftest import Cast
from tests.factories import make_article

pytestmark = pytest.mark.django_db


class Writing:
    """One person's editor of one page, as the browser has it."""

    def __init__(self, page: Any, person: Any) -> None:
        self.page = page
        self.client = Client()
        self.client.force_login(person)
        self.open()

    def url(self, name: str) -> str:
        return reverse(f"editing:{name}", args=[self.page.pk])

    def open(self) -> None:
        answer = self.client.get(self.url("edit"))
        assert answer.status_code == 200
        data = answer.context["data"]
        self.stamp, self.title = data["stamp"], data["title"]
        self.base = {text["name"]: text["lines"] for text in data["texts"]}
        self.known = data["known"]

    def post(self, lines: Any, *, title: str = "", name: str = "body", **more: Any) -> Any:
        texts = {name: {"base": self.base[name], "mine": lines, **more}}
        body = {"stamp": self.stamp, "title": [self.title, title or self.title], "texts": texts}
        return self.client.post(
            self.url("autosave"), json.dumps(body), content_type="application/json"
        )

    def save(self, lines: Any, **more: Any) -> Any:
        answer = self.post(lines, **more)
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture
def article(cast: Cast) -> ArticlePage:
    return make_article(cast.space_a, "Unterführung", text="<p>eins</p><p>zwei</p>")


def draft_of(page: Any) -> Any:
    return ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object()


def text_of(page: Any) -> list[str]:
    return [block["value"] for block in draft_of(page).body.raw_data]


def test_what_is_typed_becomes_a_draft_and_then_what_is_published(
    cast: Cast, article: ArticlePage
) -> None:
    writing = Writing(article, cast.publisher_a)
    block = article.body.raw_data[0]["id"]
    lines = [*writing.base["body"], ["neu", "p", ["drei ", ["fett", "b"]]]]
    saved = writing.save(lines, title="Unterführung Nord")
    assert saved["texts"] == {}
    article.refresh_from_db()
    assert (article.title, len(article.body)) == ("Unterführung", 1), (
        "readers see what was published"
    )
    stored = draft_of(article).body.raw_data[0]
    assert stored["id"] == block
    assert stored["value"].endswith('<p data-block-key="neu">drei <b>fett</b></p>')
    writing.client.post(writing.url("publish"), {"stamp": saved["stamp"]})
    article.refresh_from_db()
    assert article.title == "Unterführung Nord"
    assert "drei <b>fett</b>" in str(article.body)
    # Wagtail's admin opens it, and saving the same again writes nothing.
    assert (
        "drei"
        in writing.client.get(
            reverse("wagtailadmin_pages:edit", args=[article.pk])
        ).content.decode()
    )
    number = article.revisions.count()
    writing.open()
    writing.save(writing.base["body"])
    assert article.revisions.count() == number


def test_two_people_at_once_lose_nothing(cast: Cast, article: ArticlePage) -> None:
    one, two = Writing(article, cast.publisher_a), Writing(article, cast.steward_a)
    first, second = one.base["body"]
    one.save([[first[0], "p", ["eins von A"]], second])
    answer = two.save([first, [second[0], "p", ["zwei von B"]], ["neu", "p", ["drei"]]])
    assert [line[2] for line in answer["texts"]["body"]] == [
        ["eins von A"],
        ["zwei von B"],
        ["drei"],
    ]
    # A has deleted the line that B wrote on in the meantime: it stays, and A is told.
    one.stamp, one.base["body"] = "", [[first[0], "p", ["eins von A"]], second]
    answer = one.save([[first[0], "p", ["eins von A"]]])
    assert answer["kept"] == [second[0]]
    (stored,) = text_of(article)
    assert stored.count("eins von A") == stored.count("zwei von B") == stored.count("drei") == 1
    assert draft_of(article).body.raw_data[0]["id"] == article.body.raw_data[0]["id"]


def test_contributors_write_their_own_pages_and_publish_nothing(cast: Cast) -> None:
    page = make_article(cast.space_a, "Entwurf", text="<p>eins</p>", live=False)
    ArticlePage.objects.filter(pk=page.pk).update(owner=cast.contributor_a)
    writing = Writing(page, cast.contributor_a)
    saved = writing.save([*writing.base["body"], ["x", "p", ["mehr"]]])
    assert writing.client.post(writing.url("publish"), {"stamp": saved["stamp"]}).status_code == 404
    assert not ArticlePage.objects.get(pk=page.pk).live
    assert "mehr" in text_of(page)[0]


def test_a_draft_is_handed_in_and_waits_for_whoever_may_publish(cast: Cast) -> None:
    page = make_article(cast.space_a, "Entwurf", text="<p>eins</p>", live=False)
    ArticlePage.objects.filter(pk=page.pk).update(owner=cast.contributor_a)
    writing = Writing(page, cast.contributor_a)
    saved = writing.save([*writing.base["body"], ["x", "p", ["mehr"]]])
    answer = writing.client.post(writing.url("hand_in"), {"stamp": "1@1"}, follow=True)
    assert "geändert" in answer.content.decode()
    assert not Notice.objects.filter(kind=HANDED_IN).exists()
    writing.client.post(writing.url("hand_in"), {"stamp": saved["stamp"]})
    told = Notice.objects.filter(kind=HANDED_IN)
    assert {one.recipient for one in told} == {cast.publisher_a, cast.steward_a}

    def on_start(person: Any) -> list[tuple[str, str]]:
        return [(row["title"], row["url"]) for row in waiting_drafts(person)]

    waiting = [("Entwurf", writing.url("edit"))]
    assert on_start(cast.contributor_a) == waiting
    assert on_start(cast.publisher_a) == [], "it stands among what waits for a decision"
    assert on_start(cast.reader_a) == on_start(cast.publisher_b) == []
    publisher = Client()
    publisher.force_login(cast.publisher_a)
    assert "Entwurf" in publisher.get("/").content.decode()
    assert (
        "legt einen Entwurf zur Veröffentlichung vor"
        in publisher.get("/mitteilungen/").content.decode()
    )
    publisher.post(writing.url("publish"), {"stamp": saved["stamp"]})
    assert on_start(cast.publisher_a) == []


def test_links_and_pictures_count_only_within_the_writers_rights(
    cast: Cast, article: ArticlePage
) -> None:
    hidden = make_article(cast.space_b, "Geheim")
    open_page = make_article(cast.space_a, "Offen")
    picture = make_picture(cast.space_b)
    writing = Writing(article, cast.publisher_a)
    lines = [
        ["a", "p", [["hin", "", "page", str(open_page.pk)], " und ", ["verborgen", "", "page", str(hidden.pk)]]],
        ["b", "p", [["böse", "", "url", "javascript:alert(1)"], ["gut", "", "url", "https://a.de/"]]],
        ["c", "figure", [], 0, {"image": picture.pk, "alt": "x", "caption": ""}],
        ["d", "card", [], 0, {"type": "document", "document": 987654}],
    ]  # fmt: skip
    writing.save(lines)
    (stored,) = text_of(article)
    assert f'<a linktype="page" id="{open_page.pk}">hin</a> und verborgen' in stored
    assert 'böse<a href="https://a.de/">gut</a>' in stored
    # Somebody who sees both puts them in; the writer keeps what stands there, and learns nothing of it.
    grant_role(cast.space_b, cast.steward_a, Role.READER, actor=None)
    Writing(article, cast.steward_a).save(lines)
    again = Writing(article, cast.publisher_a)
    assert f"page:{hidden.pk}" not in again.known["links"]
    assert again.known["images"] == {}
    again.save([*again.base["body"], ["e", "p", ["Ende"]]])
    assert f'linktype="page" id="{hidden.pk}"' in text_of(article)[0]
    assert [block["type"] for block in draft_of(article).body.raw_data] == [
        "paragraph",
        "image",
        "paragraph",
    ]


def make_picture(space: Any) -> KnowledgeImage:
    return KnowledgeImage.objects.create(title="Bild", space=space, file=picture_file())


def picture_file() -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    return SimpleUploadedFile("treppe.png", data.getvalue(), "image/png")


def test_pictures_and_files_go_into_the_pages_space(cast: Cast, article: ArticlePage) -> None:
    writing = Writing(article, cast.publisher_a)
    node = writing.client.post(writing.url("file"), {"file": picture_file()}).json()
    picture = KnowledgeImage.objects.get(pk=node["attrs"]["image"])
    assert (node["type"], picture.space, picture.uploaded_by_user) == (
        "figure",
        cast.space_a,
        cast.publisher_a,
    )
    assert writing.client.get(node["attrs"]["src"]).status_code == 200
    plan = SimpleUploadedFile("Plan.txt", b"Text", "text/plain")
    node = writing.client.post(writing.url("file"), {"file": plan}).json()
    assert KnowledgeDocument.objects.get(pk=node["attrs"]["document"]).space == cast.space_a
    broken = SimpleUploadedFile("kaputt.png", b"kein Bild", "image/png")
    answer = writing.client.post(writing.url("file"), {"file": broken})
    assert answer.status_code == 422
    assert "." in answer.json()["message"]
    assert writing.client.post(writing.url("file")).status_code == 422


def test_bad_input_has_its_sentence_and_changes_nothing(
    cast: Cast, article: ArticlePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing = Writing(article, cast.publisher_a)
    before = text_of(article)
    for body in (
        "",
        "[]",
        "{}",
        '{"stamp": "1", "title": ["a", "b"], "texts": {"body": {"base": [], "mine": 3}}}',
    ):
        answer = writing.client.post(writing.url("autosave"), body, content_type="application/json")
        assert (answer.status_code, answer.json()["message"][-1]) == (422, ".")
    cells = [["x"] * 100 for _row in range(41)]
    answer = writing.post([["t", "table", [], 0, {"rows": cells}]])
    assert "4.000" in answer.json()["message"]
    long = [["a", "p", ["x" * (answers.LONGEST_BYTES + 1)]]]
    answer = writing.post(long)
    assert (answer.status_code, "zu lang" in answer.json()["message"]) == (413, True)
    assert text_of(article) == before


def test_a_page_that_changes_while_it_is_written(cast: Cast, article: ArticlePage) -> None:
    writing = Writing(article, cast.publisher_a)
    lines = [*writing.base["body"], ["x", "p", ["mehr"]]]
    page = ArticlePage.objects.get(pk=article.pk)
    page.locked, page.locked_by = True, cast.steward_a
    page.save()
    answer = writing.post(lines)
    assert (answer.status_code, "gesperrt" in answer.json()["message"]) == (409, True)
    page.locked = False
    page.classification = Classification.CONFIDENTIAL
    page.save_revision().publish()
    writing.save(lines)
    assert draft_of(page).classification == Classification.CONFIDENTIAL
    assert writing.client.get(writing.url("key")).json()["key"] is None
    missing = reverse("editing:autosave", args=[987654])
    gone = writing.client.post(missing, "{}", content_type="application/json").json()
    grant_role(cast.space_a, cast.publisher_a, Role.READER, actor=None)
    answer = writing.post(lines)
    assert (answer.status_code, answer.json()) == (404, gone), (
        "lost the right: as if it were not there"
    )
    writing.client.logout()
    assert writing.post(lines).status_code == 302


def test_the_key_is_given_to_editors_and_nobody_else(cast: Cast, article: ArticlePage) -> None:
    writing = Writing(article, cast.publisher_a)
    answer = writing.client.get(writing.url("key"))
    assert answer["Cache-Control"] == "no-store"
    assert answer.json() == writing.client.get(writing.url("key")).json()
    assert (
        Writing(article, cast.steward_a).client.get(writing.url("key")).json()["key"]
        != answer.json()["key"]
    )
    reader = Client()
    reader.force_login(cast.reader_a)
    assert reader.get(writing.url("key")).status_code == 404


def test_who_else_is_writing(cast: Cast, article: ArticlePage) -> None:
    one, two = Writing(article, cast.publisher_a), Writing(article, cast.steward_a)
    first = one.client.post(one.url("presence"), {"session": "", "writing": "1"}).json()
    assert first["others"] == ""
    again = one.client.post(one.url("presence"), {"session": first["session"]}).json()
    assert again["session"] == first["session"]
    second = two.client.post(two.url("presence"), {"session": str(first["session"])}).json()
    assert second["session"] != first["session"], "a session of somebody else is not taken over"
    assert cast.publisher_a.get_full_name() in second["others"]


def test_completion_knows_what_the_writer_may_know(cast: Cast) -> None:
    make_article(cast.space_a, "Dienstplan Nord")
    make_article(cast.space_b, "Dienstplan Geheim")
    client = Client()
    client.force_login(cast.publisher_a)

    def found(sign: str, typed: str) -> set[str]:
        answer = client.get(reverse("editing:complete"), {"art": sign, "q": typed})
        return {item["title"] for item in answer.json()["items"]}

    assert "Dienstplan Geheim" not in found("page", "") | found("page", "Dienst")
    assert "Dienstplan Nord" in found("page", "")
    people = found("person", "Erika")
    assert cast.reader_a.get_full_name() in people
    assert cast.reader_b.get_full_name() not in people
    assert "Amt B" in found("person", "Amt")
    assert found("gibt-es-nicht", "x") == set()


def test_new_offers_kinds_and_places_of_this_person(cast: Cast, article: ArticlePage) -> None:
    client = Client()
    client.force_login(cast.contributor_a)
    groups = {
        group.title: group.links for group in client.get(reverse("web:new")).context["groups"]
    }
    assert [link.title for link in groups["Artikel"]] == ["Artikel"]
    answer = client.post(groups["Artikel"][0].url, {"title": "Neues"})
    page = ArticlePage.objects.get(title="Neues")
    assert answer["Location"] == reverse("editing:edit", args=[page.pk])
    assert (page.live, page.owner) == (False, cast.contributor_a)
    client.force_login(cast.reader_a)
    assert client.get(groups["Artikel"][0].url).status_code == 404

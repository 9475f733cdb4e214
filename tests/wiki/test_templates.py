"""Templates: a published page that publishers mark; whoever writes in its space begins drafts from it."""

from __future__ import annotations

from typing import Any

import pytest

from audit.models import Entry
from knowledge.articles.models import ArticlePage
from knowledge.wiki.models import Template
from knowledge.wiki.tags import set_tags, tags_of
from knowledge.wiki.templates import mark
from tests.conftest import Cast, signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(cast: Cast) -> Any:
    page = make_article(cast.space_a, "Vorlage: Ortstermin", text="<p>Wer war da?</p>")
    set_tags(page, ["Ortstermin"], actor=cast.publisher_a)
    mark(page, actor=cast.publisher_a)
    return page


def test_a_page_is_begun_from_a_template(cast: Cast, template: Any) -> None:
    writer = signed_in(cast.contributor_a)
    (group,) = [
        one for one in writer.get("/neu/").context["groups"] if one.title == "Aus einer Vorlage"
    ]
    (link,) = group.links
    assert (link.title, link.url) == (template.title, f"/vorlagen/{template.pk}/")
    assert 'value="Hafen"' in writer.get(link.url, {"titel": "Hafen"}).content.decode()
    answer = writer.post(link.url, {"title": "Ortstermin am Hafen"})
    made = ArticlePage.objects.get(title="Ortstermin am Hafen")
    assert answer.url == f"/bearbeiten/{made.pk}/", "it is the writer's own, to go on with"
    assert (made.live, made.owner, made.review_by) == (False, cast.contributor_a, None)
    assert "Wer war da?" in str(made.body)
    assert [one.name for one in tags_of(made)] == ["Ortstermin"]
    assert "page.begun_from_template" in set(Entry.objects.values_list("action", flat=True))
    assert writer.get(f"/bearbeiten/{made.pk}/").status_code == 200


def test_who_doesnt_write_there_gets_no_template(cast: Cast, template: Any) -> None:
    for person in (cast.reader_a, cast.publisher_b, cast.reader_b):
        client = signed_in(person)
        assert client.get(f"/vorlagen/{template.pk}/").status_code == 404
        assert client.post(f"/vorlagen/{template.pk}/", {"title": "x"}).status_code == 404
        assert client.post(f"/vorlagen/{template.pk}/festlegen/").status_code == 404
    assert template.title not in signed_in(cast.publisher_b).get("/neu/").content.decode()
    page = make_article(cast.space_a, "Keine")
    assert signed_in(cast.publisher_a).get(f"/vorlagen/{page.pk}/").status_code == 404


def test_publishers_mark_and_unmark_on_the_page(cast: Cast, template: Any) -> None:
    publisher = signed_in(cast.publisher_a)
    assert "Diese Seite ist eine Vorlage" in publisher.get(template.url).content.decode()
    assert "eine Vorlage" not in signed_in(cast.reader_a).get(template.url).content.decode()
    writer = signed_in(cast.contributor_a)
    assert "Als Vorlage" not in writer.get(make_article(cast.space_a, "x").url).content.decode()
    assert writer.post(f"/vorlagen/{template.pk}/festlegen/").status_code == 404
    publisher.post(f"/vorlagen/{template.pk}/festlegen/", {"deed": "unmark"})
    assert not Template.objects.exists()
    publisher.post(f"/vorlagen/{template.pk}/festlegen/", {"deed": "mark"})
    publisher.post(f"/vorlagen/{template.pk}/festlegen/", {"deed": "mark"})
    assert Template.objects.count() == 1
    assert signed_in(cast.contributor_a).post(f"/vorlagen/{template.pk}/", {}).status_code == 200

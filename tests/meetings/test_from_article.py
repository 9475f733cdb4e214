"""Minutes that were imported as an article become minutes."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from access.granting.services import grant_role
from access.roles import Role
from audit.models import Entry
from knowledge.articles.models import ArticleIndexPage, ArticlePage, DatedBy
from knowledge.files.models import KnowledgeDocument, KnowledgeImage, PageAttachment
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import items_of
from knowledge.meetings.models import Meeting, State
from knowledge.writing.models import BinnedPage
from knowledge.writing.services import draft_of
from tests.conftest import Cast, signed_in
from tests.factories import home_of, publish_below
from tests.meetings.conftest import Group

TEXT = "<p>Frau Leitung begrüßt <b>alle</b>.</p>"
BODY: list[Any] = [
    {"type": "heading", "value": "TOP 1: Begrüßung"},
    {"type": "paragraph", "value": TEXT},
    {"type": "table", "value": {"data": [["Laternen", "12 < 13"]]}},
]


def article_in(space: Any, **more: Any) -> ArticlePage:
    index = publish_below(home_of(space), ArticleIndexPage(title="Artikel"))
    article = ArticlePage(
        title="Niederschrift",
        body=BODY,
        dated_on=dt.date(2026, 3, 5),
        dated_by=DatedBy.TEXT,
        **more,
    )
    document = KnowledgeDocument(title="Liste", space=space)
    document.file.save("liste.txt", ContentFile(b"x"))
    article.attachments.add(PageAttachment(document=document))
    made: ArticlePage = publish_below(index, article)
    return made


def sent(group: Group, **more: str) -> dict[str, Any]:
    return {"place": group.index.pk, "held_on": "5.3.2026", "article": "link", **more}


@pytest.mark.parametrize("choice", ["link", "bin"])
def test_the_text_becomes_one_item_to_be_divided(group: Group, choice: str) -> None:
    article = article_in(group.space)
    lead, url = signed_in(group.lead), f"/sitzung/aus/{article.pk}/"
    assert url in lead.get(article.url).content.decode()
    assert lead.get(url).context["form"].initial == {
        "place": group.index.pk, "held_on": "05.03.2026"
    }  # fmt: skip
    answer = lead.post(url, sent(group, article=choice))
    made = MinutesPage.objects.get()
    assert answer["Location"] == f"/sitzung/{made.pk}/aufteilen/"
    (item,) = items_of(made)
    written = f"<h3>TOP 1: Begrüßung</h3>{TEXT}<p>Laternen – 12 &lt; 13</p>"
    assert item.text.source.startswith(written)
    assert (f'<a linktype="page" id="{article.pk}">' in item.text.source) == (choice == "link")
    assert BinnedPage.objects.filter(page=article.pk).exists() == (choice == "bin")
    assert (made.title, made.held_on, made.live) == ("Niederschrift", dt.date(2026, 3, 5), False)
    assert [one.document for one in made.attachments.all()] == [article.attachments.get().document]
    assert Meeting.objects.get(page=made).state == State.HELD
    proposed = [
        one.proposed
        for _title, parts in lead.get(answer["Location"]).context["items"]
        for one in parts
    ]
    assert proposed[0] == "item"
    assert Entry.objects.filter(action="minutes.taken_over").count() == 1


def test_both_places_are_asked_and_more_readers_are_said_first(group: Group, cast: Cast) -> None:
    article = article_in(cast.space_b)
    lead, url = signed_in(group.lead), f"/sitzung/aus/{article.pk}/"
    assert lead.get(url).status_code == lead.post(url, sent(group)).status_code == 404
    assert signed_in(cast.publisher_b).post(url, sent(group)).status_code in {200, 404}
    grant_role(cast.space_b, group.lead, Role.PUBLISHER, actor=None)
    asked = lead.post(url, sent(group))
    assert "In einen anderen Bereich kopieren" in asked.content.decode()
    assert not MinutesPage.objects.exists()
    state = asked.context["consequence"].fingerprint
    assert lead.post(url, sent(group, state=state)).status_code == 302
    assert MinutesPage.objects.get().space == group.space


def test_confidential_articles_stay_in_their_space(group: Group, cast: Cast) -> None:
    article = article_in(cast.space_b, classification="confidential")
    grant_role(cast.space_b, group.lead, Role.PUBLISHER, actor=None)
    answer = signed_in(group.lead).post(f"/sitzung/aus/{article.pk}/", sent(group))
    assert answer.status_code == 403
    assert "ist vertraulich und bleibt in ihrem Bereich" in answer.content.decode()
    assert not MinutesPage.objects.exists()


def with_picture(article: ArticlePage, space: Any) -> KnowledgeImage:
    """Put a picture into the article's text."""
    picture = KnowledgeImage(title="Foto der Laterne", space=space)
    content = BytesIO()
    Image.new("RGB", (40, 30)).save(content, "PNG")
    picture.file.save("foto.png", ContentFile(content.getvalue()))
    picture.save()
    draft = draft_of(article)
    draft.body.append(("image", {"image": picture, "caption": "Am Kanal"}))
    draft.save_revision()
    return picture


def test_pictures_go_along_as_attachments(group: Group) -> None:
    article = article_in(group.space)
    picture = with_picture(article, group.space)
    lead, url = signed_in(group.lead), f"/sitzung/aus/{article.pk}/"
    assert lead.post(url, sent(group, article="bin")).status_code == 302
    assert BinnedPage.objects.filter(page=article.pk).exists()
    made = draft_of(MinutesPage.objects.get())
    listed, photo = (one.document for one in made.attachments.all())
    assert (listed.title, photo.title, photo.space) == ("Liste", "Foto der Laterne", group.space)
    assert photo.file.read() == picture.file.read()
    assert "<p>Bild: Am Kanal</p>" in items_of(made)[0].text.source


def test_a_picture_that_the_writer_may_not_see_holds_the_article(group: Group, cast: Cast) -> None:
    article = article_in(group.space)
    with_picture(article, cast.space_b)
    lead, url = signed_in(group.lead), f"/sitzung/aus/{article.pk}/"
    assert "sodass der Artikel bleibt" in lead.get(url).content.decode()
    assert lead.post(url, sent(group, article="bin")).status_code == 200
    assert lead.post(url, sent(group)).status_code == 302
    made = draft_of(MinutesPage.objects.get())
    assert [one.document.title for one in made.attachments.all()] == ["Liste"]

"""From a contributor's draft to readers: handed in, compared, returned with a reason, mended, published; and told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import WorkflowState

from access.granting.services import revoke_role
from access.handling import Classification
from accounts.models import User
from audit.models import Entry
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.editing.drafts import waiting_drafts
from knowledge.versions.selectors import waiting_reviews
from knowledge.writing import services as writing
from knowledge.writing import submitting
from notices.models import Notice
from notices.selectors import in_words, notices_of
from tests.conftest import Cast, signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Any:
    make_article(cast.space_a, "Vorhanden")
    index = ArticleIndexPage.objects.get(space=cast.space_a)
    page = ArticlePage(title="Streifengang", body=[("paragraph", "<p>Zwei Runden am Abend.</p>")])
    return writing.create_page(page, below=index, actor=cast.contributor_a)


def told(person: User) -> list[str]:
    return list(Notice.objects.unread().filter(recipient=person).values_list("kind", flat=True))


def words_for(person: User) -> list[str]:
    return [one.title for one in in_words(person, list(notices_of(person))).values()]


def decide(client: Client, page: Any, deed: str, text: str = "") -> Any:
    page.refresh_from_db()
    sent = {"deed": deed, "text": text, "stamp": writing.stamp_of(page)}
    return client.post(f"/pruefen/{page.pk}/", sent, follow=True)


def test_a_draft_goes_to_the_publisher_back_and_to_the_readers(cast: Cast, draft: Any) -> None:
    writer, publisher = signed_in(cast.contributor_a), signed_in(cast.publisher_a)
    writer.post(f"/bearbeiten/{draft.pk}/vorlegen/", {"stamp": writing.stamp_of(draft)})
    assert told(cast.publisher_a) == [submitting.HANDED_IN]
    assert [one["title"] for one in waiting_reviews(cast.publisher_a)] == ["Streifengang"]
    assert "Streifengang" in publisher.get("/").content.decode()
    assert waiting_drafts(cast.publisher_a) == [], "what is handed in stands among the reviews"
    assert waiting_drafts(cast.contributor_a)[0]["is_waiting"]
    shown = publisher.get(f"/pruefen/{draft.pk}/").content.decode()
    assert "Zwei Runden am Abend." in shown
    # Without a reason nothing is returned.
    assert "sagen Sie, warum" in decide(publisher, draft, "return").content.decode()
    assert waiting_reviews(cast.publisher_a)
    decide(publisher, draft, "return", "Bitte die Uhrzeit nennen.")
    assert waiting_reviews(cast.publisher_a) == []
    assert told(cast.publisher_a) == []
    assert told(cast.contributor_a) == [submitting.RETURNED]
    assert waiting_drafts(cast.contributor_a)[0]["is_returned"]
    assert "Bitte die Uhrzeit nennen." in writer.get(f"/bearbeiten/{draft.pk}/").content.decode()
    # Mended and handed in once more: the same review, with what was said.
    page = writing.draft_of(draft)
    page.body = [("paragraph", "<p>Zwei Runden am Abend, um 22 Uhr.</p>")]
    writing.save_draft(page, actor=cast.contributor_a, stamp=writing.stamp_of(page))
    writer.post(f"/bearbeiten/{draft.pk}/vorlegen/", {"stamp": writing.stamp_of(page)})
    assert "Bitte die Uhrzeit nennen." in publisher.get(f"/pruefen/{draft.pk}/").content.decode()
    answer = decide(publisher, draft, "publish", "Danke!")
    assert answer.redirect_chain[-1][0] == "/bereich-a/artikel/streifengang/"
    assert "um 22 Uhr" in answer.content.decode()
    assert told(cast.contributor_a) == [submitting.PUBLISHED]
    assert any("Ihren Entwurf veröffentlicht" in words for words in words_for(cast.contributor_a))
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED
    lines = Entry.objects.filter(action__startswith="page.").values_list("action", flat=True)
    assert {"page.handed_in", "page.sent_back", "page.published"} <= set(lines)


def test_publishing_by_another_door_ends_the_review(cast: Cast, draft: Any) -> None:
    submitting.hand_in(draft, actor=cast.contributor_a, stamp=writing.stamp_of(draft))
    writing.publish_draft(draft, actor=cast.steward_a, stamp=None)
    assert submitting.review_of(draft) is None
    assert told(cast.contributor_a) == [submitting.PUBLISHED]
    assert told(cast.publisher_a) == []
    answer = decide(signed_in(cast.publisher_a), draft, "publish")
    assert "liegt nicht mehr zur Veröffentlichung vor" in answer.content.decode()


def test_two_decide_at_once_and_the_second_hears_of_it(cast: Cast, draft: Any) -> None:
    submitting.hand_in(draft, actor=cast.contributor_a, stamp=writing.stamp_of(draft))
    seen = writing.stamp_of(draft)
    submitting.send_back(draft, actor=cast.steward_a, reason="Noch nicht.", stamp=seen)
    publisher = signed_in(cast.publisher_a)
    sent = {"deed": "publish", "text": "", "stamp": seen}
    assert "zurückgegeben" in publisher.post(f"/pruefen/{draft.pk}/", sent).content.decode()
    draft.refresh_from_db()
    assert not draft.live
    # The writer goes on meanwhile: what was not read isn't published.
    submitting.hand_in(draft, actor=cast.contributor_a, stamp=seen)
    page = writing.draft_of(draft)
    page.title = "Anders"
    writing.save_draft(page, actor=cast.contributor_a, stamp=seen)
    sent = {"deed": "publish", "text": "Gut so", "stamp": seen}
    answer = publisher.post(f"/pruefen/{draft.pk}/", sent).content.decode()
    assert "seit Sie ihn geöffnet haben" in answer
    assert "Gut so" in answer, "what was typed is still there"
    draft.refresh_from_db()
    assert not draft.live


def test_only_those_who_may_take_part(cast: Cast, draft: Any) -> None:
    submitting.hand_in(draft, actor=cast.contributor_a, stamp=writing.stamp_of(draft))
    for person in (cast.reader_a, cast.publisher_b, cast.stranger, cast.administrator):
        assert signed_in(person).get(f"/pruefen/{draft.pk}/").status_code == 404
    writer = signed_in(cast.contributor_a)
    assert writer.get(f"/pruefen/{draft.pk}/").status_code == 200
    for deed in ("publish", "return"):
        assert decide(writer, draft, deed, "x").status_code == 404
    decide(writer, draft, "remark", "Eilt nicht.")
    assert submitting.REMARKED in told(cast.publisher_a)
    # Who loses the right meanwhile is shown nothing any more, neither page nor notice.
    revoke_role(cast.space_a, cast.publisher_a, actor=None)
    assert signed_in(cast.publisher_a).get(f"/pruefen/{draft.pk}/").status_code == 404
    assert words_for(cast.publisher_a) == []
    decide(writer, draft, "take_back")
    assert submitting.review_of(draft) is None


def test_reading_a_confidential_draft_leaves_a_line(cast: Cast, draft: Any) -> None:
    page = writing.draft_of(draft)
    page.classification = Classification.CONFIDENTIAL.value
    writing.save_draft(page, actor=cast.contributor_a, stamp=writing.stamp_of(page))
    submitting.hand_in(page, actor=cast.contributor_a, stamp=writing.stamp_of(page))
    before = Entry.objects.filter(action="read.page").count()
    signed_in(cast.publisher_a).get(f"/pruefen/{page.pk}/")
    assert Entry.objects.filter(action="read.page").count() == before + 1

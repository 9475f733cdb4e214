"""Comments at a passage: who sees them, what becomes of them, who is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.audience import keep_audience
from access.consequence.confirmation import Refused
from access.granting.services import grant_role, revoke_role
from access.roles import Role
from accounts.models import User
from audit.models import Entry
from knowledge.collaboration import services
from knowledge.collaboration.models import Comment, Reply
from knowledge.collaboration.passages import Place, passages_of, place_of
from knowledge.collaboration.services import ANSWERED, COMMENTED, MENTIONED
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.writing import services as writing
from notices.delivery import mail_at_once
from notices.models import Notice
from notices.selectors import in_words, notices_of
from tests.conftest import Cast, signed_in
from tests.factories import home_of, make_article, publish_below

pytestmark = pytest.mark.django_db
TEXT = "<p>Der Steg ist nachts dunkel.</p><p>Er wird saniert.</p>"


def told(person: User, kind: str) -> list[str]:
    return [
        one.title for one in in_words(person, list(notices_of(person).filter(kind=kind))).values()
    ]


@pytest.fixture
def page(cast: Cast) -> Any:
    return make_article(cast.space_a, "Steg", text=TEXT)


def passage(page: Any, cast: Cast, number: int = 0) -> str:
    return passages_of(page, cast.contributor_a)[number].name


def test_a_comment_stands_on_the_page_is_answered_settled_and_opened_again(
    cast: Cast, page: Any
) -> None:
    writer, publisher = signed_in(cast.contributor_a), signed_in(cast.publisher_a)
    said = {"text": "Wirklich überall?", "passage": passage(page, cast)}
    answer = writer.post(f"/gespraech/{page.pk}/", said, follow=True).content.decode()
    comment = Comment.objects.get()
    assert comment.quote == "Der Steg ist nachts dunkel."
    assert comment.content_path == f"body.{comment.passage}"
    assert comment.revision_id == page.live_revision_id
    assert answer.count("Wirklich überall?") == 1
    at = f"/kommentar/{comment.pk}/"
    shown = publisher.post(at, {"text": "Ja, überall."}, follow=True).content.decode()
    assert "Ja, überall." in shown
    assert told(cast.contributor_a, ANSWERED) == [
        f"{cast.publisher_a} antwortet auf einen Kommentar zu „Steg“."
    ]
    publisher.post(at, {"deed": "resolve"})
    assert told(cast.contributor_a, ANSWERED) == [], "the matter is over"
    assert "Wirklich überall?" not in publisher.get(page.url).content.decode()
    assert "Wirklich überall?" in publisher.get(f"/gespraech/{page.pk}/?alle=1").content.decode()
    assert "schon erledigt" in publisher.post(at, {"deed": "resolve"}, follow=True).content.decode()
    late = writer.post(at, {"text": "Noch etwas"}).content.decode()
    assert "Noch etwas" in late, "what was typed is still there"
    assert "inzwischen erledigt" in late
    writer.post(at, {"deed": "reopen"})
    assert "Wirklich überall?" in writer.get(page.url).content.decode()
    assert set(Entry.objects.values_list("action", flat=True)) >= {
        "page.commented", "page.comment_resolved", "page.comment_reopened",
    }  # fmt: skip


def test_readers_without_the_right_see_none_and_write_none(cast: Cast, page: Any) -> None:
    comment = services.comment_on(page, actor=cast.contributor_a, text="Nur unter uns").comment
    Reply.objects.create(comment=comment, author=cast.publisher_a, text="Auch unter uns")
    for person in (cast.reader_a, cast.member_of_both, cast.administrator, cast.stranger):
        client = signed_in(person)
        assert b"unter uns" not in client.get(page.url).content
        assert b"talk-heading" not in client.get(page.url).content
        for address in (f"/gespraech/{page.pk}/", "/gespraech/999999/"):
            assert client.get(address).status_code == 404
            assert client.post(address, {"text": "x"}).status_code == 404
        for address in (f"/kommentar/{comment.pk}/", "/kommentar/999999/"):
            assert client.post(address, {"deed": "resolve"}).status_code == 404
        with pytest.raises(PermissionDenied):
            services.answer(comment, actor=person, text="x")
        with pytest.raises(PermissionDenied):
            services.comment_on(page, actor=person, text="x")
    assert (Comment.objects.count(), Reply.objects.count()) == (1, 1)
    page.unpublish()
    assert signed_in(cast.publisher_a).get(f"/gespraech/{page.pk}/").status_code == 404


def test_a_comment_outlives_its_passage(cast: Cast, page: Any) -> None:
    said = [
        services.comment_on(page, actor=cast.contributor_a, text=f"Zu {n}", passage=passage(page, cast, n)).comment
        for n in (0, 1)
    ]  # fmt: skip
    places = passages_of(page, cast.contributor_a)
    assert [place_of(one, places) for one in said] == [Place.HERE, Place.HERE]
    draft = writing.draft_of(page)
    draft.body[0].value.source = "<p>Etwas Neues davor.</p><p>Der Steg ist nachts dunkel.</p>"
    page = writing.publish(draft, actor=cast.publisher_a, stamp=None)
    places = passages_of(page, cast.contributor_a)
    assert place_of(said[0], places) is Place.HERE, "it moved down, and its words are the same"
    assert place_of(said[1], places) is Place.CHANGED
    draft = writing.draft_of(page)
    draft.body = [("paragraph", "<p>Ganz anders.</p>")]
    page = writing.publish(draft, actor=cast.publisher_a, stamp=None)
    shown = signed_in(cast.contributor_a).get(page.url).content.decode()
    assert "Er wird saniert." in shown, "the words of the passage are still there"
    assert shown.count("Stelle entfernt") == 2
    old = {"text": "Zu spät", "passage": f"{said[0].content_path}|{said[0].position}"}
    answer = (
        signed_in(cast.contributor_a)
        .post(f"/gespraech/{page.pk}/", old, follow=True)
        .content.decode()
    )
    assert "Zu spät" in answer, "what was typed is still there"
    assert "geändert oder entfernt" in answer
    with pytest.raises(Refused):
        services.comment_on(page, actor=cast.contributor_a, text="x", passage="body.x|y")


def test_people_and_bodies_are_told_if_they_may_see_it(
    cast: Cast, page: Any, mailoutbox: Any
) -> None:
    User.objects.filter(pk=cast.publisher_a.pk).update(
        first_name="Petra", last_name="Holtkötter", email="petra@example.org"
    )
    User.objects.filter(pk=cast.reader_a.pk).update(first_name="Rolf", last_name="Leser")
    text = (
        "@Petra Holtkötter und @Rolf Leser, @Amt B: bitte prüfen. @Niemand auch. post@example.org"
    )
    said = services.comment_on(page, actor=cast.contributor_a, text=text)
    assert said.told == [cast.publisher_a]
    assert said.untold == [cast.reader_a], "a reader doesn't see comments"
    assert said.unclear == ["Amt", "Niemand"], "bodies that the writer doesn't know are nobody"
    assert {one.recipient for one in Notice.objects.filter(kind=MENTIONED)} == {cast.publisher_a}
    (words,) = in_words(cast.publisher_a, list(notices_of(cast.publisher_a))).values()
    assert "„Steg“" in words.title
    assert "weil Sie oder Ihre Organisation genannt sind" in words.text
    assert mail_at_once() == 1
    assert "Steg" in mailoutbox[0].body
    services.comment_on(page, actor=cast.curator, text="Ich lese mit.")
    heard = services.comment_on(page, actor=cast.contributor_a, text=f"@{cast.curator}: danke")
    assert heard.told == [cast.curator], "whoever wrote there is known there"
    body = services.comment_on(page, actor=cast.contributor_a, text="@Amt A, was meinen Sie?")
    assert set(body.told) == {cast.publisher_a, cast.steward_a}, (
        "of the body, those who may comment"
    )
    answer = signed_in(cast.contributor_a).post(
        f"/gespraech/{page.pk}/", {"text": text}, follow=True
    )
    assert "Benachrichtigt: Petra Holtkötter." in answer.content.decode()
    assert "@Amt, @Niemand" in answer.content.decode()


def test_who_lost_the_right_between_hears_nothing(cast: Cast, page: Any, mailoutbox: Any) -> None:
    User.objects.filter(pk=cast.publisher_a.pk).update(
        last_name="Holtkötter", email="p@example.org"
    )
    name = str(User.objects.get(pk=cast.publisher_a.pk))
    services.comment_on(page, actor=cast.contributor_a, text=f"@{name}, geheim?")
    assert told(cast.publisher_a, MENTIONED)
    grant_role(cast.space_a, cast.publisher_a, Role.READER, actor=None)
    assert told(cast.publisher_a, MENTIONED) == []
    revoke_role(cast.space_a, cast.publisher_a, actor=None)
    assert mail_at_once() == 0
    assert not mailoutbox


def test_nothing_of_a_confidential_page_is_told(cast: Cast, page: Any, mailoutbox: Any) -> None:
    User.objects.filter(pk=cast.publisher_a.pk).update(
        last_name="Holtkötter", email="p@example.org"
    )
    name = str(User.objects.get(pk=cast.publisher_a.pk))
    draft = writing.draft_of(page)
    draft.classification = "confidential"
    page = writing.publish(draft, actor=cast.publisher_a, stamp=None)
    services.comment_on(page, actor=cast.contributor_a, text=f"@{name}: Tarnname")
    (words,) = in_words(cast.publisher_a, list(notices_of(cast.publisher_a))).values()
    assert words.is_confidential
    assert "Steg" not in words.title + words.text
    assert "Tarnname" not in words.title + words.text
    assert mail_at_once() == 1
    assert "Steg" not in mailoutbox[0].body + mailoutbox[0].subject
    assert "Tarnname" not in mailoutbox[0].body


def test_a_comment_on_a_narrowed_item_is_for_its_audience(cast: Cast) -> None:
    index = publish_below(home_of(cast.space_a), MinutesIndexPage(title="Protokolle"))
    agenda = [("item", {"title": "Personalsache"}), ("item", {"title": "Beleuchtung"})]
    page = publish_below(index, MinutesPage(title="Sitzung", held_on="2026-05-01", agenda=agenda))
    personal, lights = passages_of(page, cast.contributor_a)
    services.comment_on(
        page, actor=cast.contributor_a, text="Vertraulich gemeint", passage=personal.name
    )
    services.comment_on(page, actor=cast.contributor_a, text="Für alle", passage=lights.name)
    assert personal.key is not None
    keep_audience(personal.key, [cast.organisation_a], pages=[page.pk])
    grant_role(cast.space_a, cast.publisher_b, Role.CONTRIBUTOR, actor=None)
    inside, outside = signed_in(cast.publisher_a), signed_in(cast.publisher_b)
    for address in (page.url, f"/gespraech/{page.pk}/"):
        assert "Vertraulich gemeint" in inside.get(address).content.decode()
        shown = outside.get(address).content.decode()
        assert "Für alle" in shown
        assert "Vertraulich gemeint" not in shown
        assert "Personalsache" not in shown
    hidden = Comment.objects.get(passage=personal.key)
    assert outside.post(f"/kommentar/{hidden.pk}/", {"deed": "resolve"}).status_code == 404


def test_own_comments_are_removed_and_publishers_remove_any(cast: Cast, page: Any) -> None:
    own, answered, other = (
        services.comment_on(page, actor=cast.contributor_a, text=f"Nummer {n}").comment for n in range(3)
    )  # fmt: skip
    services.answer(answered, actor=cast.publisher_a, text="Ja")
    writer = signed_in(cast.contributor_a)
    writer.post(f"/kommentar/{own.pk}/", {"deed": "remove"})
    assert not Comment.objects.filter(pk=own.pk).exists()
    said = writer.post(
        f"/kommentar/{answered.pk}/", {"deed": "remove"}, follow=True
    ).content.decode()
    assert "hat auf Ihren Kommentar geantwortet" in said
    for one in (answered, other):
        signed_in(cast.publisher_a).post(f"/kommentar/{one.pk}/", {"deed": "remove"})
    assert not Comment.objects.exists()


@pytest.mark.parametrize("address", ["page", "talk"])
def test_a_page_with_a_thousand_comments_takes_as_many_queries(
    cast: Cast, page: Any, address: str
) -> None:
    client = signed_in(cast.contributor_a)
    url = page.url if address == "page" else f"/gespraech/{page.pk}/"

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    def fill(number: int) -> None:
        made = Comment.objects.bulk_create(
            Comment(page=page, author=cast.publisher_a, text=f"Nummer {n}") for n in range(number)
        )
        Reply.objects.bulk_create(
            Reply(comment=one, author=cast.contributor_a, text="Ja") for one in made
        )

    reader = signed_in(cast.reader_a)
    reader.get(page.url)
    with CaptureQueriesContext(connection) as captured:
        reader.get(page.url)
    of_reader = len(captured)
    fill(10)
    few = queries()
    fill(990)
    assert queries() == few
    reader.get(page.url)
    with CaptureQueriesContext(connection) as captured:
        reader.get(page.url)
    assert len(captured) == of_reader, "readers without the right don't pay for comments"
    shown = client.get(url).content.decode()
    assert len(re.findall(r'<article class="sw-thread"', shown)) <= 20


@pytest.mark.both  # the row of a comment is locked
def test_a_comment_is_settled_once(cast: Cast, page: Any) -> None:
    comment = services.comment_on(page, actor=cast.contributor_a, text="Wer?").comment
    services.resolve(comment, actor=cast.publisher_a)
    with pytest.raises(Refused):
        services.resolve(comment, actor=cast.contributor_a)
    services.reopen(comment, actor=cast.contributor_a)
    with pytest.raises(Refused):
        services.reopen(comment, actor=cast.publisher_a)


def test_whoever_wrote_the_page_is_told(cast: Cast, page: Any) -> None:
    page.owner = cast.publisher_a
    page.save()
    services.comment_on(page, actor=cast.contributor_a, text="Stimmt das?")
    assert told(cast.publisher_a, COMMENTED) == [f"{cast.contributor_a} kommentiert „Steg“."]
    assert told(cast.contributor_a, COMMENTED) == []

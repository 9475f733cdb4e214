"""Readers without a role say what is wrong and correct their own organisation's contact; publishers settle it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit.models import Entry
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.corrections.models import Hint
from knowledge.corrections.services import HINT, MOST_A_DAY, SETTLED
from knowledge.writing import services as writing
from notices.models import Notice
from notices.selectors import in_words, notices_of
from tests.conftest import Cast, signed_in
from tests.factories import home_of, make_article, publish_below

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact(cast: Cast) -> ContactPage:
    index = publish_below(home_of(cast.space_b), ContactIndexPage(title="Kontakte"))
    page = ContactPage(title="Amt B", organisation=cast.organisation_b, phone="0231 1")
    return publish_below(index, page)


def proposal(client: Client, page: Any, **values: str) -> Any:
    form = client.get(f"/hinweise/berichtigen/{page.pk}/").context["form"]
    data = {one.html_name: one.value() for one in form if one.value() not in (None, [])}
    return client.post(f"/hinweise/berichtigen/{page.pk}/", data | values, follow=True)


def test_an_error_reaches_those_who_may_mend_it_and_the_answer_comes_back(cast: Cast) -> None:
    page = make_article(cast.space_a, "Steg")
    reader = signed_in(cast.reader_a)
    assert f"/hinweise/fehler/{page.pk}/" in reader.get(page.url).content.decode()
    assert "Fehler melden" not in signed_in(cast.publisher_a).get(page.url).content.decode()
    reader.post(f"/hinweise/fehler/{page.pk}/", {"text": "Der Steg ist gesperrt."})
    assert {one.recipient for one in Notice.objects.filter(kind=HINT)} == {
        cast.publisher_a,
        cast.steward_a,
    }
    publisher = signed_in(cast.publisher_a)
    assert "1 Hinweis wartet" in publisher.get("/").content.decode()
    assert "Der Steg ist gesperrt." in publisher.get("/hinweise/").content.decode()
    hint = Hint.objects.get()
    for person in (cast.publisher_b, cast.reader_a, cast.contributor_a):
        assert signed_in(person).post(f"/hinweise/{hint.pk}/", {}).status_code == 404
    publisher.post(f"/hinweise/{hint.pk}/", {f"{hint.pk}-answer": "Danke, ist geändert."})
    assert not Notice.objects.unread().filter(kind=HINT).exists()
    told = in_words(cast.reader_a, list(notices_of(cast.reader_a).filter(kind=SETTLED)))
    assert [one.text for one in told.values()] == ["Danke, ist geändert."]
    late = publisher.post(f"/hinweise/{hint.pk}/", {}, follow=True)
    assert "schon erledigt" in late.content.decode()
    assert set(Entry.objects.values_list("action", flat=True)) >= {"page.hint", "page.hint_settled"}


@pytest.mark.both
def test_hints_are_bounded_and_hidden_pages_take_none(cast: Cast) -> None:
    page, hidden = make_article(cast.space_a, "Steg"), make_article(cast.space_b, "Geheim")
    reader = signed_in(cast.reader_a)
    for pk in (hidden.pk, 999_999):
        assert reader.post(f"/hinweise/fehler/{pk}/", {"text": "x"}).status_code == 404
    for number in range(MOST_A_DAY):
        reader.post(f"/hinweise/fehler/{page.pk}/", {"text": f"Fehler {number}"})
    answer = reader.post(f"/hinweise/fehler/{page.pk}/", {"text": "Noch einer"}).content.decode()
    assert "Noch einer" in answer, "what was typed is still there"
    assert "an einem Tag" in answer
    assert Hint.objects.count() == MOST_A_DAY


def test_people_propose_what_their_own_organisation_s_contact_says(
    cast: Cast, contact: ContactPage
) -> None:
    assert (
        signed_in(cast.member_of_both).get(f"/hinweise/berichtigen/{contact.pk}/").status_code
        == 404
    )
    reader = signed_in(cast.reader_b)
    assert "nichts geändert" in proposal(reader, contact).content.decode()
    proposal(reader, contact, phone="0231 99")
    contact.refresh_from_db()
    assert contact.phone == "0231 1", "a proposal changes nothing"
    hint = Hint.objects.get()
    assert hint.values == {"phone": ["0231 99"]}
    publisher = signed_in(cast.publisher_b)
    shown = publisher.get("/hinweise/").content.decode()
    assert "0231 1" in shown
    assert "0231 99" in shown
    publisher.post(f"/hinweise/{hint.pk}/", {"deed": "take_over"})
    contact.refresh_from_db()
    assert (contact.phone, contact.title) == ("0231 99", "Amt B")


def test_a_proposal_is_not_published_together_with_an_unread_draft(
    cast: Cast, contact: ContactPage
) -> None:
    draft = writing.draft_of(contact)
    draft.hours = "Entwurf"
    writing.save_draft(draft, actor=cast.publisher_b, stamp=writing.stamp_of(draft))
    proposal(signed_in(cast.reader_b), contact, phone="0231 99")
    publisher = signed_in(cast.publisher_b)
    publisher.post(f"/hinweise/{Hint.objects.get().pk}/", {"deed": "take_over"})
    contact.refresh_from_db()
    assert (contact.phone, contact.hours) == ("0231 1", "")
    assert (writing.draft_of(contact).phone, writing.draft_of(contact).hours) == (
        "0231 99",
        "Entwurf",
    )

"""Kinds with fields are written by plain forms: prefilled, saved field by field, told apart from what others saved."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.council.models import PaperIndexPage, PaperPage
from knowledge.pages.kinds import page_kinds
from knowledge.practices.models import PracticeIndexPage, PracticePage
from knowledge.writing.binning import put_into_bin
from knowledge.writing.models import ChangeNote
from knowledge.writing.submitting import review_of
from tests.conftest import Cast, signed_in
from tests.factories import home_of, make_measure, publish_below

pytestmark = pytest.mark.django_db


def filled(answer: Any) -> dict[str, Any]:
    """Return what a browser would send of the form that it was shown."""
    form = answer.context["form"]
    data: dict[str, Any] = {"base": answer.context.get("base", "")}
    forms = [form]
    for formset in form.formsets.values():
        data |= {
            f"{formset.prefix}-{name}": value
            for name, value in formset.management_form.initial.items()
        }
        forms += formset.forms
    for one in forms:
        for bound in one:
            value = bound.value()
            if value is None or value is False:
                continue
            if isinstance(value, (list, tuple)):
                value = [getattr(item, "pk", item) for item in value]
            data[bound.html_name] = value
    return data


@pytest.fixture
def contact(cast: Cast) -> ContactPage:
    index = publish_below(home_of(cast.space_a), ContactIndexPage(title="Kontakte"))
    page = ContactPage(
        title="Wache", organisation=cast.organisation_a, phone="0231 1", email="a@b.de"
    )
    return publish_below(index, page)


def test_a_contact_is_made_and_handed_in_without_the_admin(
    cast: Cast, contact: ContactPage
) -> None:
    client = signed_in(cast.contributor_a)
    groups = {group.title: group.links for group in client.get("/neu/").context["groups"]}
    url = groups["Kontakt"][0].url
    shown = client.get(url)
    data = filled(shown)
    assert data["organisation"] == cast.organisation_a.pk, "what is known is filled in"
    wrong = client.post(url, {**data, "title": "Posten", "email": "kein", "deed": "hand_in"})
    assert "kein" in wrong.content.decode(), "what was typed is still there"
    client.post(url, {**data, "title": "Posten", "email": "p@b.de", "deed": "hand_in"})
    made = ContactPage.objects.get(title="Posten")
    assert (made.live, made.owner, made.email) == (False, cast.contributor_a, "p@b.de")
    assert review_of(made) is not None
    for person in (cast.reader_a, cast.publisher_b):
        assert signed_in(person).get(f"/angaben/{made.pk}/").status_code == 404
        assert signed_in(person).get(url).status_code == 404


def test_two_people_change_different_fields_and_both_count(
    cast: Cast, contact: ContactPage
) -> None:
    one, two = signed_in(cast.publisher_a), signed_in(cast.steward_a)
    url = f"/angaben/{contact.pk}/"
    assert one.get(contact.url).context["edit_url"] == url
    first, second = filled(one.get(url)), filled(two.get(url))
    one.post(url, {**first, "phone": "0231 22", "deed": "publish"})
    two.post(url, {**second, "hours": "Mo bis Fr", "deed": "publish"})
    contact.refresh_from_db()
    assert (contact.phone, contact.hours) == ("0231 22", "Mo bis Fr")
    # The same field: nothing is saved before the second has seen what the first wrote.
    answer = two.post(url, {**second, "phone": "0231 33", "deed": "publish"})
    said = answer.content.decode()
    assert "dieselben Felder" in said
    assert "0231 22" in said
    assert "0231 33" in said
    contact.refresh_from_db()
    assert contact.phone == "0231 22"
    two.post(url, filled(answer) | {"deed": "publish"})  # having read it, they mean it
    contact.refresh_from_db()
    assert (contact.phone, contact.hours) == ("0231 33", "Mo bis Fr")


def test_who_publishes_may_say_what_changed(cast: Cast, contact: ContactPage) -> None:
    publisher = signed_in(cast.publisher_a)
    url = f"/angaben/{contact.pk}/"
    shown = publisher.get(url)
    assert "Was hat sich geändert?" in shown.content.decode()
    sent = {**filled(shown), "why": "Neue Nummer", "deed": "publish"}
    # What was said isn't lost with an entry that has to be mended.
    again = publisher.post(url, {**sent, "title": ""}).content.decode()
    assert 'value="Neue Nummer"' in again
    assert not ChangeNote.objects.exists()
    assert publisher.post(url, {**sent, "phone": "0231 2"}).status_code == 302
    contact.refresh_from_db()
    assert ChangeNote.objects.get().revision_id == contact.live_revision_id
    html = signed_in(cast.reader_a).get(f"/aenderungen/{cast.space_a.slug}/").content.decode()
    assert "Neue Nummer" in html
    # Saying nothing says nothing.
    publisher.post(url, {**filled(publisher.get(url)), "deed": "publish"})
    assert ChangeNote.objects.count() == 1
    contact.owner = cast.contributor_a
    contact.save()
    assert "Was hat sich geändert?" not in signed_in(cast.contributor_a).get(url).content.decode()


def test_locked_binned_or_lost_says_so_and_keeps_what_was_typed(
    cast: Cast, contact: ContactPage
) -> None:
    client = signed_in(cast.publisher_a)
    url = f"/angaben/{contact.pk}/"
    data = filled(client.get(url)) | {"phone": "0231 44", "deed": "draft"}
    ContactPage.objects.filter(pk=contact.pk).update(locked=True, locked_by=cast.steward_a)
    answer = client.post(url, data).content.decode()
    assert "gesperrt" in answer
    assert "0231 44" in answer
    ContactPage.objects.filter(pk=contact.pk).update(locked=False, locked_by=None)
    put_into_bin(contact, actor=cast.steward_a)
    answer = client.post(url, data).content.decode()
    assert "liegt im Papierkorb" in answer
    assert "0231 44" in answer


def test_rows_are_kept_changed_and_added(cast: Cast) -> None:
    index = publish_below(home_of(cast.space_a), PaperIndexPage(title="Drucksachen"))
    page = PaperPage(title="Plan", number="1/26")
    page.consultations.create(body="Rat", role="decision")
    paper = publish_below(index, page)
    client = signed_in(cast.publisher_a)
    url = f"/angaben/{paper.pk}/"
    data = filled(client.get(url))
    data |= {
        "consultations-1-body": "Ausschuss",
        "consultations-1-role": "recommendation",
        "facts-0-label": "Kosten",
        "facts-0-value": "keine",
        "deed": "publish",
    }
    client.post(url, data)
    paper.refresh_from_db()
    assert [one.body for one in paper.consultations.all()] == ["Rat", "Ausschuss"]
    assert [str(one) for one in paper.facts.all()] == ["Kosten: keine"]


def test_pages_are_chosen_within_the_writers_rights(cast: Cast) -> None:
    mine, hidden = (
        make_measure(cast.space_a, 1, "Meine"),
        make_measure(cast.space_b, 2, "Verborgene"),
    )
    index = publish_below(home_of(cast.space_a), PracticeIndexPage(title="Praxis"))
    page = PracticePage(title="Licht")
    page.measure_links.create(measure=hidden)
    practice = publish_below(index, page)
    client = signed_in(cast.publisher_a)
    url = f"/angaben/{practice.pk}/"
    shown = client.get(url)
    assert "Verborgene" not in shown.content.decode()
    assert "Meine" in shown.content.decode()
    # What was there stays; what is hidden can't be chosen anew.
    client.post(url, filled(shown) | {"measure_links-1-measure": mine.pk, "deed": "publish"})
    assert {
        one.measure for one in PracticePage.objects.get(pk=practice.pk).measure_links.all()
    } == {mine, hidden}
    other = make_measure(cast.space_b, 3, "Auch verborgen")
    data = filled(client.get(url)) | {"measure_links-2-measure": other.pk, "deed": "publish"}
    client.post(url, data)
    assert other not in {
        one.measure for one in PracticePage.objects.get(pk=practice.pk).measure_links.all()
    }


def test_every_field_of_a_form_exists_and_texts_have_their_editor() -> None:
    forms = [kind for kind in page_kinds if kind.edited]
    assert {kind.name for kind in forms} >= {"contact", "practice", "event", "measure", "paper"}
    for kind in forms:
        names = {field.name for field in kind.model._meta.get_fields()}
        assert {*kind.edited, *kind.edited_rows, *kind.corrected} <= names
        assert not set(kind.edited) & set(kind.texts)

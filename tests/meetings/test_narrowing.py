"""Items that are narrowed to some organisations: each reader has the lawful view, whatever the way."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.models import ReferenceIndex

from access.audience import hidden_from
from access.consequence.confirmation import Refused
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.models import NarrowedPassage
from access.reader import reading_as
from access.rights import can
from access.roles import Action, Role
from audit.models import Entry
from knowledge.files.models import KnowledgeDocument
from knowledge.groups.models import MinutesIndexPage, MinutesPage
from knowledge.meetings.agenda import items_of
from knowledge.meetings.models import Decision, Topic
from knowledge.pages.backlinks import pages_leading_to
from knowledge.pages.source import PageSource
from knowledge.partners.pages_as_files import page_as_json
from knowledge.tasks.models import Task
from knowledge.writing.binning import put_into_bin
from knowledge.writing.copying import copy_page
from knowledge.writing.models import BinnedPage
from knowledge.writing.services import draft_of, restore_version
from notices.models import Notice
from notices.selectors import in_words
from search.engines import get_engine
from search.indexer import drain
from search.registry import make_key
from search.requests import SearchRequest
from search.service import search, suggest
from tests.conftest import Cast, signed_in
from tests.factories import home_of, make_article, publish_below
from tests.meetings.conftest import Group, Typing, plan

SECRET = "Geheimwort"


def narrowed(group: Group, *, circulated: bool = True) -> MinutesPage:
    """Write three items, the second one for Amt A only, and send the minutes out."""
    page = plan(group)
    form = Typing(group.lead, page)
    form.add("Begrüßung", "Hallo.\nB: Alle freuen sich.", "unanimous")
    form.add(
        f"{SECRET}titel",
        f"{SECRET}notiz.\nB: {SECRET}beschluss\nA: Mira Mitglied: {SECRET}aufgabe bis 15.12.2026",
        "postponed" if not circulated else "unanimous",
    )
    form.add("Schluss", "Bis bald.", "noted")
    form.narrow(1, group.lead.organisation)
    form.fields["all-present"] = "1"
    answer = form.save(do="circulate" if circulated else "")
    assert answer.status_code == 302, [one.text for one in answer.context["findings"]]
    return MinutesPage.objects.get(pk=page.pk)


def key_of(page: MinutesPage) -> Any:
    return items_of(page)[1].key


def test_each_reader_gets_the_lawful_page_with_the_numbers_kept(group: Group) -> None:
    page = narrowed(group)
    lawful = signed_in(group.member).get(page.url).content.decode()
    other = signed_in(group.partner).get(page.url).content.decode()
    assert f"{SECRET}titel" in lawful
    assert SECRET not in other
    assert str(key_of(page)) not in other
    assert "TOP 2 ist nicht Teil dieser Fassung." in other
    assert all(word in other for word in ("Begrüßung", "Schluss", "TOP 3"))


def test_decisions_tasks_topics_and_counts_follow_the_item(group: Group) -> None:
    page = narrowed(group)
    hidden = Decision.objects.get(item_key=key_of(page))
    task = Task.objects.get()
    assert set(Decision.objects.visible_to(group.member)) == set(Decision.objects.all())
    assert hidden not in Decision.objects.visible_to(group.partner)
    partner = signed_in(group.partner)
    for address in (hidden.url, task.url):
        assert partner.get(address).status_code == 404
        assert signed_in(group.member).get(address).status_code == 200
    for address in ("/beschluesse/", f"/aufgaben/{group.space.slug}/", "/", page.url):
        answer = partner.get(address, follow=True)
        assert SECRET not in answer.content.decode(), address
    told = Notice.objects.get(kind="meetings.circulated", recipient=group.partner)
    assert in_words(group.partner, [told])[told.pk].text == "1 Beschluss."


def test_a_charged_person_outside_sees_the_task_alone(group: Group) -> None:
    page = narrowed(group)
    Task.objects.update(person=group.partner)
    client = signed_in(group.partner)
    shown = client.get(Task.objects.get().url).content.decode()
    assert f"{SECRET}aufgabe" in shown
    assert not any(f"{SECRET}{word}" in shown for word in ("titel", "notiz", "beschluss"))
    assert f"{SECRET}" not in client.get(page.url).content.decode()


@pytest.mark.both
def test_the_search_finds_a_narrowed_item_for_its_organisations_alone(group: Group) -> None:
    page = narrowed(group)
    drain()
    seen = search(group.member, SearchRequest(text=f"{SECRET}notiz")).hits
    assert [hit.url for hit in seen] == [f"{page.url}#{key_of(page)}"]
    found = search(group.partner, SearchRequest(text=f"{SECRET}notiz"))
    assert (found.hits, found.total) == ([], 0)
    assert not suggest(group.partner, SECRET[:6])
    whole = next(iter(PageSource().documents([str(page.pk)])))
    assert SECRET.lower() not in f"{whole.body} {whole.headings}".lower()
    # The index may be behind: the database has the last word.
    key = make_key("page", page.pk, str(key_of(page)))
    assert key in dict(get_engine().stored())
    assert PageSource().load_hits([key], group.member)
    assert not PageSource().load_hits([key], group.partner)


def test_a_passage_that_nobody_may_see_is_in_no_index(group: Group) -> None:
    """For an engine no audience is everybody."""
    page = narrowed(group)
    NarrowedPassage.objects.get().organisations.clear()
    documents = list(PageSource().documents([str(page.pk)]))
    assert len(documents) == 1
    assert SECRET.lower() not in documents[0].body.lower()
    assert hidden_from(group.lead, [key_of(page)])


def test_api_and_export_leave_it_out(group: Group) -> None:
    page = narrowed(group)
    for person, sees in ((group.member, True), (group.partner, False)):
        with reading_as(person):
            assert (SECRET in str(page.agenda.render_as_block())) is sees
        assert (SECRET in page_as_json(page, person)) is sees
    stored = json.loads(json.loads(page_as_json(page, group.partner))["agenda"])
    assert [one["value"]["title"] for one in stored] == ["Begrüßung", "Schluss"]


def test_a_writer_who_does_not_see_it_can_neither_move_nor_drop_nor_change_it(group: Group) -> None:
    page = narrowed(group, circulated=False)
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    before = {one.key: one for one in items_of(draft_of(page))}
    form = Typing(group.partner, page)
    assert SECRET not in form.client.get(form.url).content.decode()
    key = str(list(before)[1])
    form.fields |= {
        "item": [*form.keys, key, "neu"],
        f"{key}-title": "Gekapert",
        f"{key}-remove": "1",
    }
    form.fields |= {f"{form.keys[1]}-place": "1", "neu-title": "Dazu"}
    assert form.save().status_code == 302
    after = items_of(draft_of(page))
    assert [one.title for one in after] == [
        "Schluss",
        f"{SECRET}titel",
        "Begrüßung",
        "Dazu",
    ]
    assert (after[1].key, after[1].decisions, after[1].tasks) == (
        before[after[1].key].key, before[after[1].key].decisions, before[after[1].key].tasks,
    )  # fmt: skip
    form.read()
    form.fields |= {f"{one}-remove": "1" for one in form.keys}
    assert form.save().status_code == 302
    assert [one.title for one in items_of(draft_of(page))] == [f"{SECRET}titel"]


def test_what_is_missing_in_a_hidden_item_is_said_without_a_word_of_it(group: Group) -> None:
    page = narrowed(group, circulated=False)
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    answer = Typing(group.partner, page).save(do="circulate")
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "TOP 2 ist nicht vollständig." in text
    assert SECRET not in text


def test_nobody_narrows_an_item_away_from_the_own_organisation(group: Group) -> None:
    page = narrowed(group)
    form = Typing(group.lead, page)
    form.narrow(0, group.partner.organisation)
    answer = form.save()
    assert answer.status_code == 400
    assert "Ihre eigene Organisation" in answer.content.decode()
    assert NarrowedPassage.objects.count() == 1


def test_narrowing_later_says_who_has_read_it_and_holds_in_every_version(
    group: Group, cast: Cast
) -> None:
    page = narrowed(group)
    Notice.objects.filter(recipient=group.partner).update(read_at="2026-11-03T12:00Z")
    form = Typing(group.lead, page)
    form.narrow(2, group.lead.organisation)
    asked = form.save()
    assert asked.status_code == 400
    assert "Bereits geöffnet von: Paul Partner (Amt B)" in asked.content.decode()
    assert "Schluss" in signed_in(group.partner).get(page.url).content.decode()
    assert form.save(narrow=asked.context["narrow"]).status_code == 302
    assert "Schluss" not in signed_in(group.partner).get(page.url).content.decode()
    assert Entry.objects.filter(action="minutes.narrowed").count() == 2
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    admin = signed_in(group.partner)
    for way in (
        "",
        "history/",
        "revisions/1/view/",
        "copy/",
        "revisions/compare/earliest...latest/",
    ):
        assert admin.get(f"/admin/pages/{page.pk}/{way or 'edit/'}").status_code == 404, way


def test_opening_an_item_asks_and_lets_everybody_read_it(group: Group) -> None:
    page = narrowed(group)
    form = Typing(group.lead, page)
    form.narrow(1)
    asked = form.save()
    assert "in allen Fassungen" in asked.content.decode()
    assert form.save(narrow=asked.context["narrow"]).status_code == 302
    assert not NarrowedPassage.objects.exists()
    assert SECRET in signed_in(group.partner).get(page.url).content.decode()


def test_a_postponed_item_stays_narrowed_in_store_and_next_agenda(group: Group) -> None:
    page = plan(group)
    form = Typing(group.lead, page)
    form.add(f"{SECRET}titel", "…", "postponed")
    form.narrow(0, group.lead.organisation)
    form.fields["all-present"] = "1"
    assert form.save(do="circulate").status_code == 302
    assert Topic.objects.get().title == f"{SECRET}titel"
    store = f"/sitzungen/{group.space.slug}/themen/"
    assert SECRET in signed_in(group.member).get(store).content.decode()
    assert SECRET not in signed_in(group.partner).get(store).content.decode()
    following = plan(group, held_on=dt.date(2026, 12, 1))
    key = next(one.key for one in items_of(draft_of(following)) if SECRET in one.title)
    assert hidden_from(group.partner, [key])
    assert not hidden_from(group.member, [key])


def test_the_preview_shows_what_others_will_see_and_no_more_than_the_writer_sees(
    group: Group,
) -> None:
    page = narrowed(group, circulated=False)
    a, b = group.lead.organisation, group.partner.organisation
    view = f"/sitzung/{page.pk}/ansicht/?stelle="
    lead = signed_in(group.lead)
    assert SECRET in lead.get(f"{view}{a.pk}").content.decode()
    assert SECRET not in lead.get(f"{view}{b.pk}").content.decode()
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    assert SECRET not in signed_in(group.partner).get(f"{view}{a.pk}").content.decode()
    assert signed_in(group.member).get(f"{view}{a.pk}").status_code == 404


@pytest.mark.both
def test_links_in_a_narrowed_item_lead_nobody_else_and_open_no_file(
    group: Group, cast: Cast
) -> None:
    target = make_article(group.space, "Ziel")
    document = KnowledgeDocument(title="Akte", space=group.space)
    document.file.save("akte.txt", ContentFile(b"x"))
    page = narrowed(group)
    draft = draft_of(page)
    draft.agenda[1].value[
        "text"
    ].source = f'<p><a linktype="page" id="{target.pk}">Ziel</a> <a linktype="document" id="{document.pk}">Akte</a></p>'
    draft.save_revision().publish()
    assert [one.pk for one in pages_leading_to(target, group.member)] == [page.pk]
    assert pages_leading_to(target, group.partner) == []
    share_page(page, cast.stranger, actor=None)
    assert can(cast.stranger, Action.READ, page)
    assert not can(cast.stranger, Action.READ, document)


def test_history_and_restoring_leave_it_where_it_is(group: Group) -> None:
    page = narrowed(group)
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    versions = [one.pk for one in page.revisions.order_by("pk")]
    for person, sees in ((group.lead, True), (group.partner, False)):
        client = signed_in(person)
        compared = reverse("versions:compare", args=[page.pk])
        answer = client.get(f"{compared}?alt={versions[0]}&neu={versions[-1]}")
        assert answer.status_code == 200
        assert "Begrüßung" in answer.content.decode()
        assert (SECRET in answer.content.decode()) is sees
    with pytest.raises(Refused, match="nur für einige Organisationen"):
        restore_version(page, revision=versions[0], actor=group.partner, stamp=None)


def test_minutes_with_narrowed_items_are_not_copied(group: Group) -> None:
    page = narrowed(group)
    with pytest.raises(Refused, match="nur für einige Organisationen"):
        copy_page(
            page, to=page.get_parent(), actor=group.lead, title="Kopie", slug="kopie", with_subpages=False, is_live=True
        )  # fmt: skip


def test_nobody_moves_or_deletes_minutes_with_an_item_that_they_do_not_see(group: Group) -> None:
    """The refusal says no more than the neutral line; whoever sees all of it may."""
    page = narrowed(group, circulated=False)
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    other = publish_below(home_of(group.space), MinutesIndexPage(title="Andere", slug="andere"))
    for deed in (
        lambda: put_into_bin(page, actor=group.partner),
        lambda: put_into_bin(group.index, actor=group.partner),
        lambda: page.move(other, "last-child", user=group.partner),
        lambda: page.delete(user=group.partner),
    ):
        with pytest.raises(Refused, match="nur für einige Organisationen") as refused:
            deed()
        assert SECRET not in str(refused.value)
    client = signed_in(group.partner)
    answer = client.post(f"/admin/pages/{page.pk}/delete/", follow=True)
    assert SECRET not in answer.content.decode()
    assert MinutesPage.objects.filter(pk=page.pk).exists()
    put_into_bin(page, actor=group.lead)
    assert BinnedPage.objects.filter(page=page.pk).exists()


def test_the_usage_page_of_the_admin_names_no_item_that_is_hidden(group: Group) -> None:
    target = make_article(group.space, "Ziel")
    page = narrowed(group)
    draft = draft_of(page)
    draft.agenda[1].value["text"].source = f'<p><a linktype="page" id="{target.pk}">Ziel</a></p>'
    draft.save_revision().publish()
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    for person, sees in ((group.lead, True), (group.partner, False)):
        answer = signed_in(person).get(f"/admin/pages/{target.pk}/usage/")
        assert answer.status_code == 200
        assert (f"/admin/pages/{page.pk}/edit/" in answer.content.decode()) is sees
        with reading_as(person):
            assert ReferenceIndex.get_references_to(target).exists() is sees


def test_two_writers_at_once_and_one_does_not_see_an_item(group: Group) -> None:
    """What both wrote is put together; the other one learns nothing of the hidden item and moves it nowhere."""
    page = narrowed(group, circulated=False)
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.item(1, notes=f"{SECRET}neu")
    there.fields[f"{there.keys[1]}-place"] = "1"
    assert there.save().status_code == 302
    here.item(0, notes="Meine Notiz.")
    here.fields[f"{here.keys[0]}-place"] = "2"
    assert here.save().status_code == 302
    assert SECRET not in here.client.get(here.url).content.decode()
    secret, mine, last = items_of(draft_of(page))
    assert (secret.title, mine.title, last.title) == (f"{SECRET}titel", "Begrüßung", "Schluss")
    assert secret.text.source == f"<p>{SECRET}neu</p>"
    assert mine.text.source == "<p>Meine Notiz.</p>"

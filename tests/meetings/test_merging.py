"""Two people write the same minutes: what they wrote is put together, and what can't be is said."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from access.audience import audiences_of
from access.granting.services import grant_role
from access.roles import Role
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import Item, items_of
from knowledge.writing.services import draft_of
from tests.conftest import Cast
from tests.meetings.conftest import Group, Typing, plan


@pytest.fixture
def page(group: Group) -> MinutesPage:
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    page = plan(group)
    form = Typing(group.lead, page)
    for title in ("Eins", "Zwei", "Drei"):
        form.add(title, f"Notiz zu {title}.")
    return page


def items(page: MinutesPage) -> list[Item]:
    return items_of(draft_of(page))


def test_different_items_and_fields_are_put_together(group: Group, page: MinutesPage) -> None:
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.item(0, notes="Von der Leitung.\nB: Es wird getan.")
    there.item(2, reporter="Lena")
    there.fields["chair"] = "Lena Leitung"
    assert there.save().status_code == 302
    here.item(1, notes="Vom Partner.", result="noted")
    here.item(2, notes="Auch vom Partner.")
    here.fields |= {"neu-title": "Vier", "all-present": "1"}
    assert here.save().status_code == 302
    one, two, three, four = items(page)
    assert one.text.source == "<p>Von der Leitung.</p>"
    assert [line.text for line in one.decisions] == ["Es wird getan."]
    assert (two.text.source, two.result) == ("<p>Vom Partner.</p>", "noted")
    assert (three.text.source, three.reporter) == ("<p>Auch vom Partner.</p>", "Lena")
    assert four.title == "Vier"
    draft = draft_of(page)
    assert draft.chair == "Lena Leitung"
    assert draft.participants.count() == 3


def test_two_who_add_to_the_same_item_both_have_their_rows(group: Group, page: MinutesPage) -> None:
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.item(0, notes="Notiz zu Eins.\nB: Es wird getan.\nA: EDG: Laternen zählen bis 15.3.")
    there.new_task(0, what="Licht messen", who="Lena")
    assert there.save().status_code == 302
    here.item(0, new_decision="Es wird auch das getan.", result="unanimous")
    here.new_task(0, what="Leitern holen", who="Paul")
    assert here.save().status_code == 302
    (one, *_others) = items(page)
    assert [line.text for line in one.decisions] == ["Es wird getan.", "Es wird auch das getan."]
    assert [line.what for line in one.tasks] == ["Licht messen", "Laternen zählen", "Leitern holen"]
    assert one.result == "unanimous"
    assert one.text.source == "<p>Notiz zu Eins.</p>"


def test_two_who_change_fields_of_one_row_both_have_them(group: Group, page: MinutesPage) -> None:
    first = Typing(group.lead, page)
    first.item(0, notes="B: Es wird geprüft.\nA: EDG: Laternen zählen bis 15.3.")
    assert first.save().status_code == 302
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.task(0, who="Polizei", what="Alle Laternen zählen")
    there.decision(0, text="Es wird gründlich geprüft.")
    assert there.save().status_code == 302
    here.task(0, due="16.3.", what="Laternen zählen und melden")
    here.decision(0, text="Es wird geprüft und berichtet.")
    assert here.save().status_code == 302
    (task,), (decision,) = items(page)[0].tasks, items(page)[0].decisions
    assert (task.what, task.who) == ("Alle Laternen zählen und melden", "Polizei")
    assert task.due_on is not None
    assert task.due_on.day == 16
    assert decision.text == "Es wird gründlich geprüft und berichtet."


def test_a_text_that_both_wrote_has_the_lines_of_both_and_it_is_said(
    group: Group, page: MinutesPage
) -> None:
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.item(0, notes="Von der Leitung.")
    assert there.save().status_code == 302
    here.item(0, notes="Vom Partner.")
    here.item(1, notes="Zwei vom Partner.")
    answer = here.save()
    assert "TOP 1, Notizen: Sie haben beide an derselben Stelle geschrieben." in here.said(answer)
    assert [one.text.source for one in items(page)][:2] == [
        "<p>Von der Leitung.</p><p>Vom Partner.</p>", "<p>Zwei vom Partner.</p>"
    ]  # fmt: skip


def test_of_two_results_the_stored_one_stays_and_both_are_said(
    group: Group, page: MinutesPage
) -> None:
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.item(0, result="unanimous")
    assert there.save().status_code == 302
    here.item(0, result="noted")
    said = here.said(here.save())
    assert "TOP 1, Ergebnis: Sie haben „zur Kenntnis genommen“ gewählt" in said
    assert "„einstimmig“" in said
    assert items(page)[0].result == "unanimous"


def test_what_one_took_out_and_the_other_changed_is_kept_and_it_is_said(
    group: Group, page: MinutesPage
) -> None:
    first = Typing(group.lead, page)
    first.item(0, notes="A: EDG: Laternen zählen\nB: Es wird geprüft.")
    first.item(1, notes="A: Polizei: Streife schicken")
    assert first.save().status_code == 302
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.task(0, what="Alle Laternen zählen")
    there.task(1, what="")
    there.item(2, notes="Von der Leitung.")
    assert there.save().status_code == 302
    here.task(0, what="")
    here.decision(0, text="")  # the other one left it alone
    here.task(1, who="EDG")
    here.fields[f"{here.keys[2]}-remove"] = "1"
    said = here.said(here.save())
    assert said.count("Es wurde behalten") == 3
    one, two, three = items(page)
    assert [line.what for line in one.tasks] == ["Alle Laternen zählen"]
    assert not one.decisions
    assert [(line.what, line.who) for line in two.tasks] == [("Streife schicken", "EDG")]
    assert three.text.source == "<p>Von der Leitung.</p>"


def test_an_item_that_one_took_out_and_the_other_left_alone_is_gone(
    group: Group, page: MinutesPage
) -> None:
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.item(1, notes="Noch einmal.")
    assert there.save().status_code == 302
    here.fields[f"{here.keys[0]}-remove"] = "1"
    assert here.save().status_code == 302
    assert [one.title for one in items(page)] == ["Zwei", "Drei"]


def test_an_item_that_others_took_out_comes_back_under_its_key_if_it_was_changed(
    group: Group, page: MinutesPage
) -> None:
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.fields |= {f"{there.keys[0]}-remove": "1", f"{there.keys[1]}-remove": "1"}
    assert there.save().status_code == 302
    here.item(0, notes="Vom Partner.")
    assert "Es wurde behalten" in here.said(here.save())
    found = {one.title: str(one.key) for one in items(page)}
    assert found == {"Drei": here.keys[2], "Eins": here.keys[0]}


def test_a_form_that_arrives_twice_is_stored_once(group: Group, page: MinutesPage) -> None:
    form = Typing(group.lead, page)
    form.item(0, notes="Notiz zu Eins.\nUnd noch etwas.", new_decision="Es wird getan.")
    form.fields |= {"neu-title": "Vier"}
    form.new_task(0, what="Leitern holen")
    for _time in range(2):
        assert form.save().status_code == 302
    one, *_others, four = items(page)
    assert one.text.source == "<p>Notiz zu Eins.</p><p>Und noch etwas.</p>"
    assert [len(one.decisions), len(one.tasks)] == [1, 1]
    assert (four.title, four.number) == ("Vier", 4)


def test_nobody_sends_out_what_others_wrote_unread(group: Group, page: MinutesPage) -> None:
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.item(0, notes="Von der Leitung.")
    assert there.save().status_code == 302
    here.fields["all-present"] = "1"
    answer = here.save(do="circulate")
    assert "Inzwischen haben andere geschrieben" in answer.content.decode()
    assert not MinutesPage.objects.get(pk=page.pk).live


def test_the_key_of_another_page_s_item_is_not_taken_over(
    group: Group, page: MinutesPage, cast: Cast
) -> None:
    """Else whoever gives an item of one's own the key of a narrowed one could open that one."""
    other = Typing(group.lead, plan(group, held_on=dt.date(2026, 12, 1)))
    other.add("Geheim")
    other.narrow(0, cast.organisation_a)
    assert other.save().status_code == 302
    (foreign,) = other.keys
    here = Typing(group.partner, page)
    here.fields["item"] = [*here.fields["item"], foreign]
    here.fields |= {f"{foreign}-title": "Fremd", f"{foreign}-audience-shown": "1"}
    assert here.save().status_code == 302
    assert foreign not in {str(one.key) for one in items(page)}
    assert audiences_of([UUID(foreign)])


def test_an_item_that_is_hidden_meanwhile_is_neither_moved_nor_dropped_nor_told_of(
    group: Group, page: MinutesPage, cast: Cast
) -> None:
    there = Typing(group.lead, page)
    there.narrow(1, cast.organisation_a)
    assert there.save().status_code == 302
    here = Typing(group.partner, page)
    there.read()
    there.item(1, notes="Kranichruf.")
    assert there.save().status_code == 302
    here.item(1, notes="Drei vom Partner.")  # the third item; the second isn't on this form
    secret = there.keys[1]
    here.fields["item"] = [*here.fields["item"], secret]
    here.fields |= {
        f"{secret}-remove": "1",
        f"{secret}-notes": "Überschrieben",
        f"{secret}-place": "1",
    }
    answer = here.save()
    assert answer.status_code == 302
    assert "Kranichruf" not in here.client.get(here.url).content.decode()
    titles = {one.title: one.text.source for one in items(page)}
    assert titles["Zwei"] == "<p>Kranichruf.</p>"
    assert titles["Drei"] == "<p>Drei vom Partner.</p>"
    assert [one.title for one in items(page)][1] == "Zwei"


def test_who_narrows_meanwhile_is_not_overruled_by_an_old_form(
    group: Group, page: MinutesPage, cast: Cast
) -> None:
    here, there = Typing(group.partner, page), Typing(group.lead, page)
    there.narrow(1, cast.organisation_a)
    there.item(1, notes="Kranichruf.")
    assert there.save().status_code == 302
    here.item(0, notes="Vom Partner.")
    here.item(1, notes="Das steht dort nicht mehr für alle.")
    said = here.said(here.save())
    assert "Kranichruf" not in said
    assert "nur noch für andere Stellen" in said
    assert [one.text.source for one in items(page)] == [
        "<p>Vom Partner.</p>", "<p>Kranichruf.</p>", "<p>Notiz zu Drei.</p>"
    ]  # fmt: skip

"""The form of minutes saves itself while somebody types: through its own door, with what others wrote as the answer."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from access.granting.services import grant_role
from access.roles import Role
from knowledge.groups.models import MinutesPage
from knowledge.meetings.agenda import Item, items_of
from knowledge.meetings.models import Meeting, State
from knowledge.tasks.models import Task
from knowledge.taxonomy.models import District
from knowledge.writing.services import draft_of, save_draft, stamp_of
from tests.conftest import Cast
from tests.factories import make_measure
from tests.meetings.conftest import Group, Typing, plan


class Saving(Typing):
    """A form in a browser that saves by itself."""

    def read(self) -> None:
        super().read()
        self.base = self._sheet()

    def _sheet(self) -> dict[str, list[Any]]:
        return {
            name: [str(one) for one in (value if isinstance(value, list) else [value])]
            for name, value in self.fields.items()
            if name not in ("base", "stamp")
        }

    def keep(self, *, again: bool = False) -> Any:
        """Send what is typed, as the script does, and begin from it."""
        mine = self._sheet()
        data = {"stamp": self.fields["stamp"], "base": self.base, "mine": mine, "again": again}
        answer = self.client.post(
            f"{self.url}entwurf/", json.dumps(data), content_type="application/json"
        )
        if answer.status_code == 200:
            self.base = {**mine, **answer.json()["waiting"]}
            self.fields["stamp"] = answer.json()["stamp"]
        return answer


@pytest.fixture
def page(group: Group) -> MinutesPage:
    grant_role(group.space, group.partner, Role.PUBLISHER, actor=None)
    page = plan(group)
    form = Typing(group.lead, page)
    for title in ("Eins", "Zwei"):
        form.add(title, f"Notiz zu {title}.")
    return page


def items(page: MinutesPage) -> list[Item]:
    return items_of(draft_of(page))


def test_lines_stay_lines_while_they_are_typed_and_are_divided_by_the_button(
    group: Group, page: MinutesPage
) -> None:
    form = Saving(group.lead, page)
    for text in ("B: Die Leuch", "B: Die Leuchten werden ersetzt."):
        form.item(0, notes=text)
        answer = form.keep().json()
        assert answer["fields"] == {}
        assert answer["items"] == {}
    assert items(page)[0].text.source == "<p>B: Die Leuchten werden ersetzt.</p>"
    form.fields["base"] = json.dumps(form.base)
    assert form.save(touched=form.keys[0]).status_code == 302
    (decision,) = items(page)[0].decisions
    assert decision.text == "Die Leuchten werden ersetzt."
    assert not items(page)[0].has_text


def test_a_line_that_somebody_else_is_typing_is_left_alone_by_the_button(
    group: Group, page: MinutesPage
) -> None:
    here, there = Saving(group.partner, page), Saving(group.lead, page)
    there.item(0, notes="B: Die Leuch")
    there.keep()
    here.item(1, notes="B: Es wird geprüft.")
    here.keep()
    here.fields["base"] = json.dumps(here.base)
    assert here.save(touched=here.keys[1]).status_code == 302
    there.item(0, notes="B: Die Leuchten werden ersetzt.")
    there.keep()
    one, two = items(page)
    assert one.text.source == "<p>B: Die Leuchten werden ersetzt.</p>"
    assert not one.decisions
    assert [line.text for line in two.decisions] == ["Es wird geprüft."]


def test_a_sitting_is_one_version_and_an_untouched_form_saves_nothing(
    group: Group, page: MinutesPage
) -> None:
    form = Saving(group.lead, page)
    before = page.revisions.count()
    form.keep()
    assert page.revisions.count() == before
    for text in ("eins", "eins zwei", "eins zwei drei"):
        form.item(0, notes=text)
        assert form.keep().status_code == 200
    assert page.revisions.count() <= before + 1
    assert items(page)[0].text.source == "<p>eins zwei drei</p>"


def test_the_answer_has_what_others_wrote_and_new_rows_as_html(
    group: Group, page: MinutesPage
) -> None:
    here, there = Saving(group.partner, page), Saving(group.lead, page)
    there.item(0, notes="Notiz zu Eins.\nB: Es wird getan.")
    there.item(1, result="noted")
    there.fields |= {"neu-title": "Drei"}
    assert there.save().status_code == 302
    here.item(1, notes="Notiz zu Zwei. Auch vom Partner.")
    answer = here.keep().json()
    assert answer["fields"] == {f"{here.keys[1]}-result": ["noted"]}
    first, third = (str(one.key) for one in items(page) if one.title != "Zwei")
    assert set(answer["items"]) == {first, third}
    assert "Es wird getan." in answer["items"][first]
    assert answer["numbers"][third] == 3
    assert items(page)[1].text.source == "<p>Notiz zu Zwei. Auch vom Partner.</p>"


def test_a_save_whose_answer_was_lost_is_stored_once(group: Group, page: MinutesPage) -> None:
    form = Saving(group.lead, page)
    base = form.base
    form.item(0, notes="Notiz zu Eins.\nUnd noch etwas.", new_decision="Es wird getan.")
    form.fields |= {"neu-title": "Neu", "neu-notes": "Ganz neu."}
    form.keep()
    other = Saving(group.partner, page)
    other.item(0, notes="Notiz zu Eins.\nUnd noch etwas. Das ist viel.")
    other.keep()
    form.base = base
    form.keep(again=True)
    one, _two, three = items(page)
    assert one.text.source == "<p>Notiz zu Eins.</p><p>Und noch etwas. Das ist viel.</p>"
    assert [line.text for line in one.decisions] == ["Es wird getan."]
    assert (three.title, three.text.source) == ("Neu", "<p>Ganz neu.</p>")


def test_what_isn_t_understood_is_said_when_the_form_is_sent(
    group: Group, page: MinutesPage
) -> None:
    form = Saving(group.lead, page)
    form.item(0, about="M 9999")
    assert form.keep().status_code == 200
    form.fields["base"] = json.dumps(form.base)
    assert "„M 9999“" in form.save().content.decode()


@pytest.fixture
def with_task(page: MinutesPage, group: Group) -> Saving:
    form = Saving(group.lead, page)
    form.new_task(0, what="Laternen zählen", who="Mira Mitglied", due="15.12.2027")
    assert form.save().status_code == 302
    form.read()
    return form


def test_a_half_typed_day_is_kept_as_it_was_typed_and_said(with_task: Saving) -> None:
    form = with_task
    form.task(0, due="bis 15.")
    form.item(0, resubmit_on="bis Frei")
    form.fields["held_on"] = "3. Novem"
    answer = form.keep().json()
    assert answer["waiting"] == {}
    row = f"{form.fields[f'{form.keys[0]}-tasks'][0]}-due"
    assert "Noch kein Datum: „bis 15.“" in answer["said"][row]
    assert set(answer["said"]) == {row, f"{form.keys[0]}-resubmit_on", "held_on"}
    form.read()  # the page is loaded anew
    assert form.fields[row] == "bis 15."
    assert form.fields[f"{form.keys[0]}-resubmit_on"] == "bis Frei"
    assert form.fields["held_on"] == "3. Novem"
    shown = form.client.get(form.url).content.decode()
    for typed in ("bis 15.", "bis Frei", "3. Novem"):
        assert f"Noch kein Datum: „{typed}“" in shown


def test_a_half_typed_day_that_is_typed_on_becomes_one(
    with_task: Saving, page: MinutesPage
) -> None:
    form = with_task
    for typed in ("bis 1", "bis 15.", "bis 15.1", "bis 15.12."):
        form.task(0, due=typed)
        answer = form.keep().json()
        assert answer["fields"] == {}
        assert answer["told"] == []
    assert items(page)[0].tasks[0].due_on == dt.date(2026, 12, 15)
    assert Meeting.objects.get(page=page.pk).half_typed == {}
    row = form.fields[f"{form.keys[0]}-tasks"][0]
    assert answer["said"] == {f"{row}-due": "Dienstag, 15. Dezember 2026"}
    form.read()
    assert form.fields[f"{row}-due"] == "15.12.2026"


def test_a_task_line_in_a_text_says_how_its_day_is_understood(
    group: Group, page: MinutesPage
) -> None:
    form = Saving(group.lead, page)
    form.item(
        0, notes="A: Mira Mitglied: Laternen zählen bis Frei\nA: Paul Partner: Licht in 2 Wochen"
    )
    said = "„Laternen zählen bis Frei“: noch kein Datum\n„Licht“: Dienstag, 17. November 2026"
    assert form.keep().json()["said"] == {f"{form.keys[0]}-notes": said}
    form.read()
    assert said in form.client.get(form.url).content.decode()


def test_only_sending_out_asks_for_the_day(with_task: Saving, page: MinutesPage) -> None:
    form = with_task
    form.fields["all-present"] = "1"
    form.item(0, result="noted")
    form.item(1, result="noted")
    form.task(0, due="bis 15.")
    form.item(1, resubmit_on="neulich")
    said = form.said(form.save())
    assert "Noch kein Datum: „bis 15.“" in said
    form.read()
    sent = form.save(do="circulate")
    assert sent.status_code == 400
    texts = [one.text for one in sent.context["findings"]]
    assert [text.partition(". ")[0] for text in texts] == [
        "TOP 1, „Eins“: Noch kein Datum: „bis 15.“",
        "TOP 2, „Zwei“: Noch kein Datum: „neulich“",
    ]
    assert not MinutesPage.objects.get(pk=page.pk).live
    form.read()
    form.task(0, due="15.12.2027")
    form.item(1, resubmit_on="")
    assert form.save(do="circulate").status_code == 302
    assert Meeting.objects.get(page=page.pk).half_typed == {}


def test_a_correction_with_a_half_typed_day_waits_for_the_day(
    with_task: Saving, page: MinutesPage
) -> None:
    form = with_task
    form.fields["all-present"] = "1"
    form.item(0, result="noted")
    form.item(1, result="noted")
    assert form.save(do="circulate").status_code == 302
    form.read()
    form.task(0, due="bis Fr")
    form.keep()
    form.fields["base"] = json.dumps(form.base)
    assert "Noch kein Datum: „bis Fr“" in form.save().content.decode()
    form.task(0, due="bis 17.12.2027")
    assert form.save().status_code == 302
    assert Task.objects.get().due_on == dt.date(2027, 12, 17)


def test_a_half_typed_day_in_a_narrowed_item_stays_there_and_is_told_nobody_else(
    with_task: Saving, page: MinutesPage, group: Group, cast: Cast
) -> None:
    form = with_task
    form.narrow(0, cast.organisation_a)
    form.task(0, due="Kranichtag")
    form.keep()
    other = Saving(group.partner, page)
    assert "Kranichtag" not in json.dumps(other.fields)
    other.item(0, resubmit_on="neulich")
    assert "Kranichtag" not in other.keep().content.decode()
    other.fields["base"] = json.dumps(other.base)
    assert "Kranichtag" not in other.said(other.save())
    assert "Kranichtag" not in other.save(do="circulate").content.decode()
    form.read()
    assert form.fields[f"{form.fields[f'{form.keys[0]}-tasks'][0]}-due"] == "Kranichtag"
    assert form.fields[f"{form.keys[1]}-resubmit_on"] == "neulich"


def test_an_item_is_narrowed_together_with_its_text_unless_readers_have_it(
    group: Group, page: MinutesPage, cast: Cast
) -> None:
    form = Saving(group.lead, page)
    form.narrow(0, cast.organisation_a)
    form.item(0, notes="Kranichruf.")
    form.keep()
    other = Saving(group.partner, page)
    assert form.keys[0] not in other.keys
    assert "Kranichruf" not in json.dumps(other.keep().json())
    form.fields["all-present"] = "1"
    form.item(0, result="noted")
    form.item(1, result="noted")
    form.fields["base"] = json.dumps(form.base)
    assert form.save(do="circulate").status_code == 302
    form.read()
    form.narrow(1, cast.organisation_a)
    answer = form.keep().json()
    assert answer["waiting"] == {f"{form.keys[1]}-audience": []}
    other.read()
    assert form.keys[1] in other.keys
    form.fields["base"] = json.dumps(form.base)
    asked = form.save()  # by the button it is asked first
    assert asked.status_code == 400
    assert asked.context["narrow"]


def test_who_typed_into_an_item_that_was_narrowed_away_is_told_without_its_text(
    group: Group, page: MinutesPage, cast: Cast
) -> None:
    here, there = Saving(group.partner, page), Saving(group.lead, page)
    there.narrow(0, cast.organisation_a)
    there.item(0, notes="Kranichruf.")
    there.keep()
    here.item(0, notes="Notiz zu Eins. Vom Partner.")
    answer = here.keep()
    assert "Kranichruf" not in answer.content.decode()
    assert "nur noch für andere Stellen" in answer.json()["told"][0]
    assert answer.json()["gone"] == []
    assert items(page)[0].text.source == "<p>Kranichruf.</p>"


def test_corrections_stay_a_draft_until_they_are_published(group: Group, page: MinutesPage) -> None:
    form = Saving(group.lead, page)
    form.fields["all-present"] = "1"
    form.item(0, result="noted")
    form.item(1, result="noted")
    assert form.save(do="circulate").status_code == 302
    form.read()
    form.item(0, notes="Berichtigt.")
    assert form.keep().status_code == 200
    live = MinutesPage.objects.get(pk=page.pk)
    assert "Berichtigt" not in live.agenda[0].value["text"].source
    assert Meeting.objects.get(page=page.pk).state == State.CIRCULATED
    form.fields["base"] = json.dumps(form.base)
    assert form.save().status_code == 302
    assert "Berichtigt" in MinutesPage.objects.get(pk=page.pk).agenda[0].value["text"].source


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"base": 1, "mine": {}}', "x" * 4_200_000])
def test_what_can_t_be_read_is_refused_with_a_sentence(
    group: Group, page: MinutesPage, body: str
) -> None:
    form = Saving(group.lead, page)
    answer = form.client.post(f"{form.url}entwurf/", body, content_type="application/json")
    assert answer.status_code == (413 if len(body) > 100 else 422)
    assert answer.json()["message"].endswith(".")


def test_it_is_closed_to_readers(group: Group, page: MinutesPage) -> None:
    form = Saving(group.lead, page)
    form.client.force_login(group.member, backend="access.backends.AccessBackend")
    assert form.keep().status_code == 404


def test_votes_numbers_and_districts_are_kept_as_they_were_typed(
    group: Group, page: MinutesPage
) -> None:
    make_measure(group.space, 12, "Licht im Park")
    for name in ("Hafen", "Hörde"):
        District.objects.get_or_create(
            slug=name.lower(), defaults={"name": name, "kind": "district"}
        )
    form = Saving(group.lead, page)
    form.item(0, about="M 12; M 99", districts="Hafen; Hör", votes_for="zehn", abstentions="2")
    answer = form.keep().json()
    assert answer["waiting"] == {}
    assert answer["told"] == []
    (one, _two) = items(page)
    assert (len(one.about), one.districts) == (1, ["Hafen"])
    form.read()  # the page is loaded anew
    key = form.keys[0]
    assert form.fields[f"{key}-about"] == "M 12; M 99"
    assert form.fields[f"{key}-districts"] == "Hafen; Hör"
    assert form.fields[f"{key}-votes_for"] == "zehn"
    assert form.fields[f"{key}-abstentions"] == "2"
    said = form.save().content.decode()
    for sentence in (
        "„M 99“ ist hier keine Maßnahme",
        "„Hör“ ist kein Stadtbezirk",
        "„zehn“ ist keine Zahl von Stimmen",
    ):
        assert sentence in said
    form.read()
    form.item(0, about="M 12", districts="Hafen; Hörde", votes_for="10")
    form.keep()
    (one, _two) = items(page)
    assert (len(one.about), one.districts, one.votes) == (
        1,
        ["Hafen", "Hörde"],
        "10 ja, 0 nein, 2 Enthaltungen",
    )
    assert Meeting.objects.get(page=page.pk).half_typed == {}


def test_what_somebody_else_takes_up_stays_beside_what_isn_t_understood(
    group: Group, page: MinutesPage
) -> None:
    for number in (12, 13):
        make_measure(group.space, number, f"Maßnahme {number}")
    form, other = Saving(group.lead, page), Saving(group.partner, page)
    form.item(0, about="M 1")
    form.keep()
    other.item(0, about="M 12")
    assert "M 1;" not in other.keep().content.decode()
    form.item(0, about="M 13")
    form.keep()
    other.read()
    assert other.fields[f"{other.keys[0]}-about"] == "M 12; M 13"


def test_a_number_that_means_nothing_to_its_writer_is_shown_to_nobody_else(
    group: Group, page: MinutesPage, cast: Cast
) -> None:
    make_measure(cast.space_b, 77, "Nur für Amt B")  # the lead doesn't see it, the partner does
    form = Saving(group.lead, page)
    form.item(0, about="M 77")
    form.keep()
    other = Saving(group.partner, page)
    assert other.fields[f"{other.keys[0]}-about"] == ""
    other.item(0, notes="Auch vom Partner.")
    other.keep()
    other.fields["base"] = json.dumps(other.base)
    other.save()
    form.read()
    assert form.fields[f"{form.keys[0]}-about"] == "M 77"
    assert not items(page)[0].about


def test_a_half_typed_day_goes_once_another_door_sets_the_day(
    with_task: Saving, page: MinutesPage, group: Group
) -> None:
    form = with_task
    form.fields["held_on"] = "3. Novem"
    form.task(0, due="bis 15.")
    form.keep()
    draft = draft_of(page)
    draft.held_on = dt.date(2026, 11, 10)
    save_draft(draft, actor=group.lead, stamp=stamp_of(draft))
    form.read()
    assert form.fields["held_on"] == "10.11.2026"
    assert form.fields[f"{form.fields[f'{form.keys[0]}-tasks'][0]}-due"] == "bis 15."

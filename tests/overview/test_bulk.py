"""Many measures changed at once: looked at first, every rule asked, only by whoever keeps them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from knowledge.measures.models import Change, Contact, MeasurePage, MeasureResponsibility, Milestone
from knowledge.taxonomy.models import FieldOfAction
from tests.conftest import Cast, signed_in
from tests.factories import make_measure

URL = "/ueberblick/aendern/"


@pytest.fixture
def measures(cast: Cast) -> list[MeasurePage]:
    """One that can be carried out, one with an open milestone, one of another space."""
    first = make_measure(cast.space_a, 1, "Eins", state="running", assessment="on_track")
    second = make_measure(cast.space_a, 2, "Zwei", state="running")
    other = make_measure(cast.space_b, 3, "Drei", state="running")
    due = timezone.localdate() + dt.timedelta(days=9)
    Milestone.objects.create(measure=second, title="Offener Schritt", due_on=due)
    first.responsibilities.add(MeasureResponsibility(organisation=cast.organisation_a))
    first.save_revision().publish()
    return [first, second, other]


def look(client: Client, measures: list[MeasurePage], **chosen: Any) -> Any:
    return client.post(URL, {"measure": [one.pk for one in measures], **chosen})


def confirm(client: Client, preview: Any, measures: list[MeasurePage], **chosen: Any) -> Any:
    return look(client, measures, confirm=preview.context["seen"], **chosen)


def states(measures: list[MeasurePage]) -> list[str]:
    return [MeasurePage.objects.get(pk=one.pk).state for one in measures]


@pytest.mark.both
def test_states_are_changed_after_they_were_looked_at(
    cast: Cast, measures: list[MeasurePage]
) -> None:
    client = signed_in(cast.publisher_a)
    preview = look(client, measures, what="state", state="done")
    effects = preview.context["effects"]
    assert [one.measure.pk for one in effects] == [one.pk for one in measures[:2]], (
        "only those kept"
    )
    assert [one.is_change for one in effects] == [True, False]
    assert "Offener Schritt" in effects[1].refused
    assert states(measures) == ["running"] * 3
    assert not Change.objects.exists(), "looking leaves nothing behind"
    answer = confirm(client, preview, measures, what="state", state="done")
    assert answer.status_code == 302
    assert states(measures) == ["done", "running", "running"]
    assert MeasurePage.objects.get(pk=measures[0].pk).assessment == "", (
        "an ended one isn't assessed"
    )


def test_fields_and_contacts_are_changed(cast: Cast, measures: list[MeasurePage]) -> None:
    client = signed_in(cast.publisher_a)
    field = FieldOfAction.objects.create(slug="feld", title="Feld")
    chosen: dict[str, Any] = {"what": "field", "field": field.pk}
    preview = look(client, measures, **chosen)
    assert preview.context["changing"] == 2
    confirm(client, preview, measures, **chosen)
    assert MeasurePage.objects.filter(field_of_action=field).count() == 2
    chosen = {"what": "contact", "contact": cast.reader_a.pk}
    preview = look(client, measures, **chosen)
    assert [bool(one.refused) for one in preview.context["effects"]] == [False, True]
    confirm(client, preview, measures, **chosen)
    assert Contact.objects.get().person == cast.reader_a


def test_what_changed_meanwhile_is_shown_again(cast: Cast, measures: list[MeasurePage]) -> None:
    client = signed_in(cast.publisher_a)
    preview = look(client, measures[:1], what="state", state="paused")
    MeasurePage.objects.filter(pk=measures[0].pk).update(state="planned")
    answer = confirm(client, preview, measures[:1], what="state", state="paused")
    assert "Es wurde nichts geschrieben" in answer.content.decode()
    assert states(measures[:1]) == ["planned"]


def test_whoever_keeps_none_has_no_such_page_and_nothing_is_chosen_by_itself(
    cast: Cast, measures: list[MeasurePage]
) -> None:
    assert signed_in(cast.reader_a).get(URL).status_code == 404
    assert signed_in(cast.stranger).post(URL, {"what": "state"}).status_code == 404
    client = signed_in(cast.publisher_a)
    assert "Drei" not in client.get(URL).content.decode()
    answer = client.post(URL, {"what": "state", "state": "done"})
    assert answer.status_code == 400
    assert "mindestens eine Maßnahme" in answer.content.decode()
    assert look(client, measures, what="contact").status_code == 400

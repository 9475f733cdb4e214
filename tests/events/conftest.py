"""An event in space A that came to a measure of A and to one of B."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from knowledge.events.models import EventIndexPage, EventPage, FollowUp
from knowledge.measures.models import MeasurePage
from knowledge.taxonomy.models import District, FieldOfAction
from tests.conftest import Cast
from tests.factories import home_of, make_measure, publish_below


@dataclass(frozen=True)
class Events:
    """The event, the list above it, and the measures to which it came."""

    index: EventIndexPage
    event: EventPage
    own: MeasurePage
    hidden: MeasurePage


@pytest.fixture
def events(cast: Cast) -> Events:
    own = make_measure(cast.space_a, 4, "Helle Wege")
    hidden = make_measure(cast.space_b, 5, "Stille Post")
    index = publish_below(home_of(cast.space_a), EventIndexPage(title="Veranstaltungen"))
    event = EventPage(
        title="Quartierslabor am Park",
        kind="neighbourhood_lab",
        held_on=dt.date(2026, 3, 6),
        last_day=dt.date(2026, 3, 7),
        begins_at=dt.time(17),
        ends_at=dt.time(19, 30),
        place="Nachbarschaftstreff",
        results=[("paragraph", "<p>Laternen an der Treppe</p>")],
    )
    event.districts = [
        District.objects.create(slug="nordbezirk", name="Nordbezirk", kind="city_district")
    ]
    event.fields_of_action = [FieldOfAction.objects.create(slug="wege", title="Sichere Wege")]
    event.participants = [cast.organisation_b]
    event.follow_ups = [FollowUp(measure=own), FollowUp(measure=hidden)]
    return Events(index, publish_below(index, event), own, hidden)

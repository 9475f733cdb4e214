"""A group with members of two bodies, and minutes that can be written in it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from access.granting.services import grant_role
from access.models import Space
from access.roles import Role
from accounts.models import Membership, Organisation, User
from knowledge.groups.models import GroupPage, MinutesIndexPage, MinutesPage
from knowledge.home.services import create_space
from knowledge.meetings.planning.services import Plan, plan_meetings
from tests.conftest import Cast, signed_in
from tests.factories import CircleFactory, UserFactory, home_of, publish_below

_LISTS = ("-audience", "-decisions", "-tasks")
HELD_ON = dt.date(2026, 11, 3)


@dataclass
class Group:
    """A group, its lead, and two members of other bodies."""

    space: Space
    index: Any
    lead: User  # publishes
    member: User  # of Amt A, reads
    partner: User  # of Amt B, reads
    outsider: User  # known to the lead, without access


@pytest.fixture
def group(cast: Cast) -> Group:
    circle = CircleFactory(name="AG Licht")
    space = create_space(
        slug="ag-licht", title="AG Licht", circle=circle, home_page=GroupPage(kind="working_group")
    )
    grant_role(space, circle, Role.READER, actor=None)
    people = [
        UserFactory(
            first_name=first, last_name=last, email=f"{last.lower()}@example.org", organisation=body
        )
        for first, last, body in (
            ("Lena", "Leitung", cast.organisation_a),
            ("Mira", "Mitglied", cast.organisation_a),
            ("Paul", "Partner", cast.organisation_b),
        )
    ]
    for person in people:
        Membership.objects.create(
            user=person, group=circle.group, function="lead" if person is people[0] else "member"
        )
    grant_role(space, people[0], Role.PUBLISHER, actor=None)
    outsider = UserFactory(first_name="Otto", last_name="Außen", organisation=cast.organisation_a)
    index = publish_below(home_of(space), MinutesIndexPage(title="Protokolle", slug="protokolle"))
    return Group(space, index, *people, outsider)


def plan(group: Group, *, held_on: dt.date = HELD_ON, **more: Any) -> MinutesPage:
    meetings = plan_meetings(
        group.index, [Plan("Sitzung", held_on, dt.time(10), dt.time(11))], actor=group.lead, **more
    )
    page: MinutesPage = meetings[0].page
    return page


class Typing:
    """What somebody types into the form of minutes: read from the page as a browser does, changed, sent."""

    def __init__(self, person: User, page: MinutesPage) -> None:
        self.client, self.url = signed_in(person), f"/sitzung/{page.pk}/"
        self.read()

    def read(self) -> None:
        answer = self.client.get(self.url)
        self.fill(answer.context)

    def fill(self, context: Any) -> None:
        """Take over what the form shows, and its empty item."""
        shown = json.loads(context["base"])
        self.keys = shown["item"]
        self.fields: dict[str, Any] = {
            name: values
            if name == "item" or len(values) > 1 or name.endswith(_LISTS)
            else values[0]
            for name, values in shown.items()
            if values
        }
        self.fields |= {
            "base": context["base"], "stamp": context["stamp"], "item": [*self.keys, "neu"],
            "neu-fresh": context["blank"]["fresh"],
        }  # fmt: skip

    def narrow(self, number: int, *bodies: Organisation) -> None:
        self.fields[f"{self.keys[number]}-audience"] = [body.pk for body in bodies]

    def item(self, number: int, **values: str) -> None:
        for name, value in values.items():
            self.fields[f"{self.keys[number]}-{name}"] = value

    def task(self, number: int, **values: str) -> None:
        """Type into the first task of an item."""
        self._row(number, "tasks", values)

    def decision(self, number: int, **values: str) -> None:
        """Type into the first decision of an item."""
        self._row(number, "decisions", values)

    def _row(self, number: int, listed: str, values: dict[str, str]) -> None:
        row = self.fields[f"{self.keys[number]}-{listed}"][0]
        self.fields |= {f"{row}-{name}": value for name, value in values.items()}

    def new_task(self, number: int, **values: str) -> None:
        """Fill the empty task of an item."""
        self.fields |= {f"{self.keys[number]}-new-{name}": value for name, value in values.items()}

    def said(self, answer: Any) -> str:
        """Return the page that follows a save."""
        assert answer.status_code == 302
        return str(self.client.get(answer.url).content.decode())

    def add(self, title: str, notes: str = "", result: str = "") -> None:
        """Fill the empty item, save, read the page again."""
        self.fields |= {"neu-title": title, "neu-notes": notes, "neu-result": result}
        assert self.save().status_code == 302
        self.read()

    def save(self, **more: str) -> Any:
        body = urlencode({**self.fields, **more}, doseq=True)
        return self.client.post(self.url, body, content_type="application/x-www-form-urlencoded")

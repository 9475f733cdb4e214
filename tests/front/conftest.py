"""One page of every kind, in one space that a curator and a reader see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import Membership, Organisation, User
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.council.models import Consultation, PaperIndexPage, PaperPage
from knowledge.events.models import EventIndexPage, EventPage
from knowledge.groups.models import GroupPage, MinutesIndexPage, MinutesPage, Participant
from knowledge.home.services import create_space
from knowledge.measures.models import MeasurePage
from knowledge.practices.models import PracticeIndexPage, PracticePage
from tests.conftest import Cast, empties_the_database
from tests.factories import CircleFactory, home_of, make_article, make_measure, publish_below
from tests.kept_rows import KeptRows

AGENDA = [
    (
        "item",
        {
            "title": "Beleuchtung am Markt",
            "text": "<p>Es fehlen vier Leuchten.</p>",
            "decisions": ["Die Leuchten werden ersetzt."],
            "tasks": [{"what": "Plan nachreichen", "who": "", "due_on": dt.date(2026, 12, 15)}],
        },
    )
]


@dataclass(frozen=True)
class Pages:
    """The pages by kind, each as bare as the council paper leaves it."""

    space: Any
    group: GroupPage
    minutes: MinutesPage
    measure: MeasurePage
    measures: Any
    practice: PracticePage
    contact: ContactPage
    paper: PaperPage
    event: EventPage
    article: Any
    contacts: Any
    organisation: Organisation
    person: User

    def addresses(self) -> dict[str, str]:
        """Return the address of every kind of page, lists and start page included."""
        kinds = {name: named.url for name, named in vars(self).items()}
        return {"start": "/", "search": "/suche/?q=leuchten", **kinds}


KEPT_PAGES = pytest.StashKey[KeptRows[Pages]]()


@pytest.fixture
def pages(request: pytest.FixtureRequest, cast: Cast) -> Pages:
    """Return one page of every kind; what may be empty is empty."""
    if empties_the_database(request.node):
        with transaction.atomic():  # one commit, so that the search index is written once
            return make_pages(cast)
    stash = request.config.stash
    if KEPT_PAGES not in stash:
        stash[KEPT_PAGES] = KeptRows(partial(make_pages, cast))
    return stash[KEPT_PAGES].put()


def make_pages(cast: Cast) -> Pages:
    """Make the pages; the caller brackets the transaction."""
    home = home_of(cast.space_a)
    circle = CircleFactory(name="AG Licht")
    group_space = create_space(
        slug="ag-licht", title="AG Licht", circle=circle, home_page=GroupPage(kind="working_group")
    )
    Membership.objects.create(user=cast.curator, group=circle.group)
    group = home_of(group_space)
    minutes_index = publish_below(group, MinutesIndexPage(title="Protokolle", slug="protokolle"))
    minutes = publish_below(
        minutes_index,
        MinutesPage(title="Erste Sitzung", held_on=dt.date(2026, 11, 5), agenda=AGENDA),
    )
    minutes.participants.add(Participant(name="Chris Muster", is_present=False))
    minutes.save_revision().publish()
    measure = make_measure(cast.space_a, 16, "Ermittlungsdienste")
    papers = publish_below(home, PaperIndexPage(title="Drucksachen", slug="drucksachen"))
    paper = publish_below(papers, PaperPage(title="Masterplan", number="12345-26"))
    paper.consultations.add(Consultation(body="Rat der Stadt", role="decision"))
    paper.save_revision().publish()
    practices = publish_below(home, PracticeIndexPage(title="Gute Praxis", slug="praxis"))
    contacts = publish_below(home, ContactIndexPage(title="Kontakte", slug="kontakte"))
    events = publish_below(home, EventIndexPage(title="Termine", slug="termine"))
    return Pages(
        space=home,
        group=group,
        minutes=minutes,
        measure=measure,
        measures=measure.get_parent(),
        practice=publish_below(practices, PracticePage(title="Lichtkonzept")),
        contact=publish_below(
            contacts, ContactPage(title="Leitstelle", organisation=cast.organisation_a)
        ),
        paper=paper,
        event=publish_below(events, EventPage(title="Quartierslabor", kind="dialogue_format")),
        article=make_article(cast.space_a, "Platzverweis", text="<p>Wer stört, geht.</p>"),
        contacts=contacts,
        organisation=cast.organisation_a,
        person=cast.curator,
    )


@pytest.fixture
def signed_in(client: Client, cast: Cast) -> Client:
    """Return a client that is signed in as the curator, who sees both spaces."""
    client.force_login(cast.curator, backend="access.backends.AccessBackend")
    return client


@pytest.fixture
def body_of(signed_in: Client) -> Callable[[str], str]:
    """Return how to fetch a page's HTML as the curator."""

    def fetch(address: str) -> str:
        response = signed_in.get(address)
        assert response.status_code == 200, f"{address} answers {response.status_code}"
        html: str = response.content.decode()
        return html

    return fetch

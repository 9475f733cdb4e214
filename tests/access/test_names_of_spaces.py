"""Whoever was given a page alone doesn't learn the space in which it lies, wherever the page is named."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from access.granting.shares import share_page
from accounts.models import User
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.meetings.models import Decision
from knowledge.meetings.planning.services import invite
from knowledge.tasks.models import Task
from knowledge.wiki.models import Upkeep
from knowledge.wiki.tags import set_tags
from knowledge.writing.stamps import stamp_of
from tests.conftest import Cast, signed_in
from tests.export.conftest import address as file_of
from tests.export.test_files import everything_in
from tests.factories import home_of, publish_below
from tests.meetings.conftest import Group, plan
from tests.meetings.conftest import group as group
from tests.meetings.test_minutes import sent_out

pytestmark = pytest.mark.django_db


def share_everything(group: Group, cast: Cast, receiver: User) -> list[str]:
    """Share minutes, a meeting to come and a contact; return the addresses of what shows them."""
    minutes = sent_out(group)
    coming = plan(group, held_on=timezone.localdate() + dt.timedelta(days=9))
    invite(coming, actor=group.lead, stamp=stamp_of(coming))
    coming.refresh_from_db()
    contacts = publish_below(home_of(group.space), ContactIndexPage(title="Namen", slug="namen"))
    contact = publish_below(
        contacts,
        ContactPage(
            title="Leitstelle",
            organisation=cast.organisation_a,
            confirmed_on=timezone.localdate(),
            review_by=timezone.localdate(),
        ),
    )
    Upkeep.objects.create(page=contact, keeper=receiver)
    set_tags(minutes, ["Hafen"], actor=group.lead)
    for page in (minutes, coming, contact):
        share_page(page, receiver, actor=None)
    decision, task = Decision.objects.get(), Task.objects.first()
    return [
        "/schlagworte/hafen/",
        "/aktualitaet/",
        "/beschluesse/",
        "/bearbeiten/ergaenzen/?art=page&q=",
        "/bearbeiten/titel/?title=Leitstelle",
        contact.url,
        task.url,
        decision.url,
        *(f"{decision.url}{form}/" for form in ("pdf", "docx")),
        file_of(minutes, "tagesordnung"),
        "/",
    ]


@pytest.mark.both
def test_a_shared_page_names_its_space_to_readers_of_the_space_alone(
    group: Group, cast: Cast
) -> None:
    addresses = share_everything(group, cast, cast.stranger)

    def naming(person: User) -> list[str]:
        Upkeep.objects.update(keeper=person)
        answers = {address: signed_in(person).get(address) for address in addresses}
        assert {answer.status_code for answer in answers.values()} == {200}
        return [
            address
            for address, answer in answers.items()
            if group.space.title in everything_in(answer)
        ]

    assert naming(cast.stranger) == []
    assert naming(group.partner) == addresses


def test_a_list_of_decisions_offers_no_group_that_only_a_share_comes_from(
    group: Group, cast: Cast
) -> None:
    share_everything(group, cast, cast.stranger)

    def offered(person: User) -> Any:
        filters = signed_in(person).get("/beschluesse/").context["filters"]
        return next(choices for name, _label, choices, _value in filters if name == "bereich")

    assert offered(group.partner) == [("ag-licht", "AG Licht")]
    assert offered(cast.stranger) == []


def test_whoever_is_charged_learns_the_group_of_the_task(group: Group, cast: Cast) -> None:
    sent_out(group)
    task = Task.objects.first()
    Task.objects.filter(pk=task.pk).update(person=cast.stranger)
    assert group.space.title in signed_in(cast.stranger).get(task.url).content.decode()

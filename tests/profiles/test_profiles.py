"""Pages of organisations and people show, and count, what the reader may see."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.granting.services import grant_role
from access.roles import Role
from accounts.models import Membership, Organisation, User
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.groups.models import GroupPage
from knowledge.home.services import create_space
from knowledge.measures.models import MeasureResponsibility
from tests.conftest import Cast, signed_in
from tests.factories import (
    CircleFactory,
    OrganisationFactory,
    UserFactory,
    home_of,
    make_article,
    make_measure,
    publish_below,
)


@pytest.fixture
def police(cast: Cast) -> Organisation:
    """An organisation named by one measure of A, one of B and a contact in A; a person of it is in a group of B."""
    police: Organisation = OrganisationFactory(slug="polizei", name="Polizei")
    for space, number in ((cast.space_a, 1), (cast.space_b, 2)):
        make_measure(
            space, number, f"Streife {space.slug}",
            responsibilities=[MeasureResponsibility(organisation=police)],
        )  # fmt: skip
    contacts = publish_below(home_of(cast.space_a), ContactIndexPage(title="Kontakte"))
    publish_below(
        contacts,
        ContactPage(
            title="Wache", organisation=police, phone="0231 / 132-0", email="w@example.org"
        ),
    )
    return police


@pytest.fixture
def member(cast: Cast, police: Organisation) -> User:
    """Somebody of the police, who leads a group that the organisation B reads."""
    member: User = UserFactory(
        organisation=police, first_name="Maria", last_name="Muster", position="Kommissarin",
        email="w@example.org",
    )  # fmt: skip
    circle = CircleFactory(name="Kreis Licht")
    Membership.objects.create(user=member, group=circle.group, function=Membership.Function.LEAD)
    space = create_space(
        slug="ag-licht", title="AG Licht", circle=circle, home_page=GroupPage(kind="working_group")
    )
    grant_role(space, cast.organisation_b, Role.READER, actor=None)
    return member


def shown_to(person: User, url: str) -> str:
    return signed_in(person).get(url).content.decode()


def test_an_organisation_shows_and_counts_what_is_visible(
    cast: Cast, police: Organisation, member: User
) -> None:
    to_a, to_b = shown_to(cast.reader_a, police.url), shown_to(cast.reader_b, police.url)
    assert "Streife bereich-a" in to_a
    assert "Streife bereich-b" not in to_a
    assert "(1)" in to_a
    assert 'href="tel:02311320"' in to_a
    assert 'href="mailto:w@example.org"' in to_a
    assert "AG Licht" not in to_a
    assert "Maria" not in to_a
    assert "Streife bereich-a" not in to_b
    assert "Wache" not in to_b
    assert "AG Licht" in to_b
    assert f'href="{member.url}">Maria Muster' in to_b


def test_an_organisation_that_nothing_visible_names_answers_like_none(
    cast: Cast, police: Organisation
) -> None:
    hidden = signed_in(cast.stranger).get(police.url)
    missing = signed_in(cast.stranger).get("/wer/stelle/gibt-es-nicht/")
    assert hidden.status_code == missing.status_code == 404
    own = cast.stranger.organisation
    assert own is not None
    assert signed_in(cast.stranger).get(own.url).status_code == 200


def test_a_person_is_known_to_colleagues_and_to_readers_of_their_groups(
    cast: Cast, member: User
) -> None:
    to_b = shown_to(cast.reader_b, member.url)
    for word in ("Maria Muster", "Kommissarin", "AG Licht", "Leitung", "/wer/stelle/polizei/"):
        assert word in to_b
    assert "Wache" not in to_b  # the contact lies in A
    colleague = UserFactory(organisation=member.organisation)
    to_colleague = shown_to(colleague, member.url)
    assert "Kommissarin" in to_colleague
    assert "AG Licht" not in to_colleague
    assert signed_in(cast.reader_a).get(member.url).status_code == 404


def test_a_person_links_the_contact_with_their_address(cast: Cast, member: User) -> None:
    grant_role(cast.space_a, member, Role.READER, actor=None)
    assert "Wache" in shown_to(member, member.url)


def test_closed_accounts_are_not_shown(cast: Cast, member: User) -> None:
    url = member.url
    assert signed_in(cast.reader_b).get(url).status_code == 200
    member.is_active = False
    member.save()
    assert signed_in(cast.reader_b).get(url).status_code == 404


def test_hidden_and_missing_ask_the_same(cast: Cast, police: Organisation, member: User) -> None:
    for hidden, missing in (
        (police.url, "/wer/stelle/gibt-es-nicht/"),
        (member.url, "/wer/person/987654/"),
    ):
        counts = []
        for url in (hidden, missing):
            client = signed_in(cast.stranger)
            client.get(missing)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 404
            counts.append(len(captured))
        assert counts[0] == counts[1]


def test_the_number_of_queries_does_not_grow(cast: Cast, police: Organisation) -> None:
    client = signed_in(cast.reader_a)

    def count() -> int:
        client.get(police.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(police.url)
        return len(captured)

    before = count()
    index = ContactIndexPage.objects.get()
    for number in range(10, 16):
        responsible: Any = [MeasureResponsibility(organisation=police)]
        make_measure(cast.space_a, number, f"Weitere {number}", responsibilities=responsible)
        publish_below(index, ContactPage(title=f"Wache {number}", organisation=police))
        article = make_article(cast.space_a, f"Artikel {number}")
        article.owning_organisation = police
        article.save()
    assert count() == before


def test_a_persons_page_costs_the_same_for_many_groups(cast: Cast, member: User) -> None:
    client = signed_in(cast.reader_b)

    def join(number: int) -> None:
        circle = CircleFactory(name=f"Kreis {number}")
        Membership.objects.create(user=member, group=circle.group)
        home = GroupPage(kind="working_group")
        space = create_space(
            slug=f"ag-{number}", title=f"AG {number}", circle=circle, home_page=home
        )
        grant_role(space, cast.organisation_b, Role.READER, actor=None)

    def count() -> int:
        client.get(member.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(member.url)
        return len(captured)

    join(1)
    before = count()
    for number in range(2, 7):
        join(number)
    assert "AG 6" in client.get(member.url).content.decode()
    assert count() == before


def test_pages_and_lists_lead_to_the_organisation(cast: Cast, police: Organisation) -> None:
    client = signed_in(cast.reader_a)
    measure = client.get("/bereich-a/liste/").content.decode()
    assert f'href="{police.url}"' in measure
    for page in (*ContactPage.objects.all(), police.measure_responsibilities.first().measure):
        if page.space_id == cast.space_a.pk:
            assert f'href="{police.url}"' in client.get(page.url).content.decode()


def test_whoever_a_list_of_rights_names_is_reached_as_far_as_the_reader_may(
    cast: Cast, police: Organisation, member: User
) -> None:
    circle = member.memberships.get(group__circle__isnull=False).group.circle
    stranger = UserFactory(organisation=OrganisationFactory(), first_name="Unbekannt")
    page = make_article(cast.space_b, "Streifenplan")
    for body in (police, circle, member, stranger):
        grant_role(cast.space_b, body, Role.READER, actor=cast.curator)
    named = reverse("access:page", args=[page.pk])
    to_reader = shown_to(cast.reader_b, named)
    group = GroupPage.objects.get()
    for way in (police.url, group.url, member.url):
        assert f'href="{way}"' in to_reader
        assert signed_in(cast.reader_b).get(way).status_code == 200
    assert "Unbekannt" in to_reader
    assert stranger.url not in to_reader
    sheet = shown_to(cast.curator, reverse("access:space", args=["bereich-b"]))
    for way in (police.url, group.url, member.url):
        assert f'href="{way}"' in sheet
    # Nothing else than that right names the body here.
    alone = OrganisationFactory(slug="allein", name="Allein")
    assert signed_in(cast.reader_b).get(alone.url).status_code == 404
    grant_role(cast.space_b, alone, Role.READER, actor=None)
    assert signed_in(cast.reader_b).get(alone.url).status_code == 200
    assert signed_in(cast.reader_a).get(alone.url).status_code == 404


def test_links_in_lists_of_rights_cost_the_same_for_many_names(cast: Cast) -> None:
    page = make_article(cast.space_b, "Streifenplan")
    client, url = signed_in(cast.curator), reverse("access:page", args=[page.pk])

    def count() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    def more() -> None:
        for _ in range(4):
            grant_role(cast.space_b, OrganisationFactory(), Role.READER, actor=cast.curator)
            person = UserFactory(organisation=cast.organisation_a)
            grant_role(cast.space_b, person, Role.READER, actor=cast.curator)

    more()
    before = count()
    more()
    assert count() == before

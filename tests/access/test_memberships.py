"""Who belongs to a circle: changed by those who are responsible for its space, with the consequence said before."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from access.consequence.state import Outdated
from access.granting.membership_consequences import consequence_of_joining
from access.granting.memberships import Joining, change_memberships, fingerprint_of, members_of
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.models import Space
from access.rights import can
from access.roles import Action, Role
from accounts.models import Circle, Membership
from audit.models import Entry
from tests.access.sheets import confirm, sheet_at, words_of
from tests.conftest import Cast
from tests.factories import CircleFactory, make_article

MEMBER = Membership.Function.MEMBER


@pytest.fixture
def circle(cast: Cast) -> Circle:
    """Return the circle of space A, which may write there and read B."""
    made: Circle = CircleFactory(slug="kreis", name="Kreis")
    Space.objects.filter(pk=cast.space_a.pk).update(circle=made)
    grant_role(cast.space_a, made, Role.CONTRIBUTOR, actor=None)
    grant_role(cast.space_b, made, Role.READER, actor=None)
    return Circle.objects.get(pk=made.pk)


def join(circle: Circle, *changes: Joining, actor: Any) -> None:
    change_memberships(
        circle, list(changes), actor=actor, expected=fingerprint_of(members_of(circle))
    )


def test_a_steward_adds_changes_and_ends_memberships(
    cast: Cast, client: Client, circle: Circle
) -> None:
    url = "/zugriff/gruppe/kreis/"
    client.force_login(cast.steward_a)
    asked, saved = confirm(
        client, url, {"who": cast.stranger.last_name, "function": "member", "reason": "Vertretung"}
    )
    said = words_of(asked.context["consequence"])
    assert "Diese Person kann dann im Bereich „Bereich-A“ 1 Seite lesen." in said
    assert "Sie kann dort auch schreiben." in said
    assert saved.status_code == 302
    assert can(cast.stranger, Action.ADD, cast.space_a)
    assert can(cast.stranger, Action.READ, cast.space_b)

    row = f"user:{cast.stranger.pk}"
    data = sheet_at(client, url)
    data[f"{row}-choice"] = "lead"
    data[f"{row}-until"] = (timezone.localdate() + dt.timedelta(days=9)).isoformat()
    confirm(client, url, data)
    membership = Membership.objects.get(user=cast.stranger, group=circle.group)
    assert membership.function == "lead"
    assert membership.until is not None
    assert membership.added_by == cast.steward_a

    data = sheet_at(client, url)
    data[f"{row}-choice"] = "0"
    asked, _saved = confirm(client, url, data)
    assert "nicht mehr lesen" in words_of(asked.context["consequence"])
    assert not can(cast.stranger, Action.READ, cast.space_a)
    lines = Entry.objects.filter(action__startswith="membership.").order_by("pk")
    assert [one.action for one in lines] == [
        "membership.added", "membership.changed", "membership.removed",
    ]  # fmt: skip
    assert {one.actor_id for one in lines} == {cast.steward_a.pk}
    assert {one.space_id for one in lines} == {cast.space_a.pk}


def test_the_consequence_speaks_of_ones_own_spaces_only(cast: Cast, circle: Circle) -> None:
    page = make_article(cast.space_b, "Geteilt")
    share_page(page, circle, actor=None)
    joining = [Joining(cast.stranger, MEMBER)]
    said = words_of(consequence_of_joining(circle, joining, actor=cast.steward_a))
    assert "Bereich-B" not in said
    assert "freigegeben" not in said
    said = words_of(consequence_of_joining(circle, joining, actor=cast.curator))
    assert "Bereich-B" in said
    assert "auch 1 Seite lesen, die der Gruppe freigegeben ist" in said


def test_nothing_about_other_spaces_can_be_told_from_the_consequence(
    cast: Cast, circle: Circle, client: Client
) -> None:
    client.force_login(cast.steward_a)
    url, data = "/zugriff/gruppe/kreis/", {"who": cast.stranger.last_name, "function": "member"}
    with_b = client.post(url, data).context
    grant_role(cast.space_b, circle, Role.STEWARD, actor=None)
    more = client.post(url, data).context
    assert words_of(with_b["consequence"]) == words_of(more["consequence"])
    assert list(with_b["question"].notes) == list(more["question"].notes) != []


def test_whoever_may_do_it_already_gains_nothing(cast: Cast, circle: Circle) -> None:
    said = words_of(
        consequence_of_joining(circle, [Joining(cast.publisher_a, MEMBER)], actor=cast.steward_a)
    )
    assert "nicht mehr und nicht weniger" in said


@pytest.mark.parametrize("name", ["publisher_a", "publisher_b", "administrator"])
def test_others_name_no_members(cast: Cast, client: Client, circle: Circle, name: str) -> None:
    person = getattr(cast, name)
    with pytest.raises(PermissionDenied):
        join(circle, Joining(person, MEMBER), actor=person)
    client.force_login(person)
    assert client.get("/zugriff/gruppe/kreis/").status_code == 404
    assert client.get("/zugriff/gruppe/").status_code == 404
    join(circle, Joining(person, MEMBER), actor=cast.steward_a)
    assert can(person, Action.ADD, cast.space_a)


def test_a_curator_has_no_way_round_a_space_that_has_opted_out(
    cast: Cast, client: Client, circle: Circle
) -> None:
    client.force_login(cast.curator)
    assert client.get("/zugriff/gruppe/kreis/").status_code == 200
    Space.objects.filter(pk=cast.space_a.pk).update(is_curated=False)
    assert client.get("/zugriff/gruppe/kreis/").status_code == 404
    assert (
        "Kreis" not in client.get("/zugriff/").content.decode().split("<main")[1].split("table")[0]
    )


def test_a_circle_without_a_space_is_the_curators(cast: Cast, client: Client) -> None:
    CircleFactory(slug="frei", name="Frei")
    client.force_login(cast.curator)
    assert "Frei" in client.get("/zugriff/gruppe/").content.decode()
    assert client.get("/zugriff/gruppe/frei/").status_code == 200
    client.force_login(cast.steward_a)
    assert client.get("/zugriff/gruppe/frei/").status_code == 404


def test_nobody_edits_everybodys_circle(cast: Cast, client: Client) -> None:
    everybody = CircleFactory(slug="alle", is_everybody=True)
    client.force_login(cast.curator)
    assert client.get("/zugriff/gruppe/alle/").status_code == 404
    with pytest.raises(PermissionDenied):
        join(everybody, Joining(cast.stranger, None), actor=cast.curator)


def test_two_who_change_members_at_once_lose_nothing(cast: Cast, circle: Circle) -> None:
    mark = fingerprint_of(members_of(circle))
    join(circle, Joining(cast.reader_b, MEMBER), actor=cast.curator)
    with pytest.raises(Outdated):
        change_memberships(
            circle, [Joining(cast.stranger, MEMBER)], actor=cast.steward_a, expected=mark
        )
    assert [one.user for one in members_of(circle)] == [cast.reader_b]


def test_somebody_whose_membership_has_ended_can_come_back(cast: Cast, circle: Circle) -> None:
    past = timezone.now() - dt.timedelta(days=1)
    Membership.objects.create(user=cast.stranger, group=circle.group, until=past, since=past)
    join(circle, Joining(cast.stranger, MEMBER), actor=cast.steward_a)
    membership = Membership.objects.get(user=cast.stranger, group=circle.group)
    assert membership.until is None
    assert membership.since > past


def test_bad_entries_get_a_sentence(cast: Cast, client: Client, circle: Circle) -> None:
    client.force_login(cast.steward_a)
    url = "/zugriff/gruppe/kreis/"
    for data in (
        {"who": "Amt B"},
        {"who": cast.stranger.last_name, "function": "chefin"},
        {"who": cast.stranger.last_name, "function": "member", "until": "2001-01-01"},
        {"principal": f"organisation:{cast.organisation_b.pk}", "function": "member"},
    ):
        answer = client.post(url, data)
        assert answer.status_code == 200
        assert answer.context["form"].errors, data
    closed = {
        "rows": f"user:{cast.inactive.pk}",
        f"user:{cast.inactive.pk}-choice": "member",
        f"user:{cast.inactive.pk}-was": "0||",
    }
    _asked, refused = confirm(client, url, closed)
    assert "Konto dieser Person ist geschlossen" in refused.content.decode()
    assert not members_of(circle)


def test_an_organisation_in_a_row_of_members_is_passed_over(
    cast: Cast, client: Client, circle: Circle
) -> None:
    client.force_login(cast.steward_a)
    row = f"organisation:{cast.organisation_b.pk}"
    data = {"rows": row, f"{row}-choice": "member", f"{row}-was": "0||"}
    assert client.post("/zugriff/gruppe/kreis/", data).context["consequence"] is None
    assert not members_of(circle)


def test_queries_do_not_grow_with_members(
    cast: Cast, client: Client, circle: Circle, django_assert_max_num_queries: Any
) -> None:
    client.force_login(cast.steward_a)
    join(circle, Joining(cast.reader_a, MEMBER), actor=cast.steward_a)
    client.get("/zugriff/gruppe/kreis/")
    with django_assert_max_num_queries(20) as few:
        client.get("/zugriff/gruppe/kreis/")
    for person in (cast.stranger, cast.reader_b, cast.publisher_b, cast.publisher_a):
        join(circle, Joining(person, MEMBER), actor=cast.steward_a)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/zugriff/gruppe/kreis/")


def test_what_a_member_can_do_more_or_less_is_said(cast: Cast, circle: Circle) -> None:
    joining = consequence_of_joining(circle, [Joining(cast.reader_a, MEMBER)], actor=cast.steward_a)
    assert "mehr als bisher: lesen und schreiben" in words_of(joining)
    join(circle, Joining(cast.reader_a, MEMBER), actor=cast.steward_a)
    leaving = consequence_of_joining(circle, [Joining(cast.reader_a, None)], actor=cast.steward_a)
    assert "weniger als bisher, nur noch: lesen" in words_of(leaving)


def test_shares_with_the_group_end_with_the_membership(cast: Cast, circle: Circle) -> None:
    page = make_article(cast.space_a, "Geteilt")
    share_page(page.get_parent(), circle, actor=None, include_descendants=True)
    join(circle, Joining(cast.stranger, MEMBER), actor=cast.steward_a)
    leaving = consequence_of_joining(circle, [Joining(cast.stranger, None)], actor=cast.steward_a)
    assert "Die Freigaben von 2 Seiten an die Gruppe gelten für diese Person nicht mehr." in (
        words_of(leaving)
    )


def test_a_curator_gains_nothing_in_a_space_that_she_curates(cast: Cast, circle: Circle) -> None:
    said = words_of(
        consequence_of_joining(circle, [Joining(cast.curator, MEMBER)], actor=cast.steward_a)
    )
    assert "nicht mehr und nicht weniger" in said


def test_a_group_that_may_publish_or_give_rights_is_said_to(cast: Cast, circle: Circle) -> None:
    for role, said in ((Role.PUBLISHER, "veröffentlichen."), (Role.STEWARD, "Rechte geben.")):
        grant_role(cast.space_a, circle, role, actor=None)
        joining = [Joining(cast.stranger, MEMBER)]
        assert said in words_of(consequence_of_joining(circle, joining, actor=cast.curator))


def test_whoever_leaves_the_group_that_made_her_responsible_goes_home(
    cast: Cast, client: Client, circle: Circle
) -> None:
    grant_role(cast.space_a, circle, Role.STEWARD, actor=None)
    cast.stranger.organisation = None
    cast.stranger.save()
    join(circle, Joining(cast.stranger, MEMBER), actor=cast.steward_a)
    Membership.objects.filter(user=cast.stranger).update(added_by=None)
    client.force_login(cast.stranger)
    data = sheet_at(client, "/zugriff/gruppe/kreis/")
    data[f"user:{cast.stranger.pk}-choice"] = "0"
    _asked, saved = confirm(client, "/zugriff/gruppe/kreis/", data)
    assert saved.url == "/"
    assert not can(cast.stranger, Action.READ, cast.space_a)

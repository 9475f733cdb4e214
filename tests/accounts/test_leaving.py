"""Whoever leaves is out at once, by whatever path her account is closed, and comes back to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from wagtail.models import APIToken

from access.granting.leaving import roles_held_by, shares_held_by, without_steward
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.models import SpaceUserObjectPermission
from access.rights import can, rights_of
from access.roles import Action, Role
from accounts import leaving
from accounts.models import Membership, PlatformRole, Session, User
from audit.models import Entry
from people.closure import close_account, reopen_account
from tests.conftest import Cast, signed_in
from tests.factories import CircleFactory, UserFactory, make_article


def is_in(client: Client) -> bool:
    return client.get("/zugriff/mit-mir-geteilt/").status_code == 200


def lines(action: str) -> list[Entry]:
    return list(Entry.objects.filter(action=action).order_by("pk"))


def by_save(person: User) -> None:
    person.is_active = False
    person.save()


def by_one_column(person: User) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])


def by_update(person: User) -> None:
    User.objects.filter(pk=person.pk, is_active=True).update(is_active=False)


def by_bulk_update(person: User) -> None:
    person.is_active = False
    User.objects.bulk_update([person], ["is_active"])


def by_service(person: User) -> None:
    close_account(person, actor=None)


WAYS = [by_save, by_one_column, by_update, by_bulk_update, by_service]


@pytest.mark.parametrize("close", WAYS)
def test_every_way_of_closing_ends_sessions_and_tokens(cast: Cast, close: Any) -> None:
    person, other = cast.contributor_a, cast.reader_a
    clients, bystander = [signed_in(person), signed_in(person)], signed_in(other)
    token, _text = APIToken.create_token(user=person, name="Schnittstelle")
    assert all(is_in(client) for client in clients)
    close(User.objects.get(pk=person.pk))
    assert not any(is_in(client) for client in clients)
    assert not Session.objects.filter(user=person).exists()
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert is_in(bystander)


@pytest.mark.parametrize("close", WAYS)
def test_opening_again_brings_no_session_and_no_token_back(cast: Cast, close: Any) -> None:
    person = cast.contributor_a
    client = signed_in(person)
    # A request that is under way writes its session after the closing, as a sign-in at that moment would.
    data, late = dict(client.session.items()), Client()
    token, _text = APIToken.create_token(user=person, name="Schnittstelle")
    close(User.objects.get(pk=person.pk))
    session = late.session
    session.update(data)
    session.save()
    reopen_account(person, actor=cast.administrator)
    assert not is_in(client)
    late.cookies = client.cookies
    late.cookies["stadtwissen_session"] = session.session_key
    assert not is_in(late)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert is_in(signed_in(User.objects.get(pk=person.pk)))


def test_a_session_says_whose_it_is(cast: Cast) -> None:
    signed_in(cast.reader_a)
    assert Session.objects.get().user == cast.reader_a
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    assert Session.objects.get(session_key=session.session_key).user is None


def test_grants_shares_memberships_and_the_platform_role_go_with_a_line_each(cast: Cast) -> None:
    person = cast.member_of_both
    circle = CircleFactory(name="AG Licht")
    Membership.objects.create(user=person, group=circle.group)
    page = make_article(cast.space_a, "Geteilt")
    share_page(page, person, actor=None)
    grant_role(cast.space_a, person, Role.STEWARD, actor=None)
    User.objects.filter(pk=person.pk).update(platform_role=PlatformRole.DATA_PROTECTION)
    close_account(person, actor=cast.administrator, reason="Wechsel zur Stadt Hamm")
    person.refresh_from_db()
    assert (person.is_active, person.platform_role) == (False, "")
    assert person.closed_at is not None
    assert person.organisation == cast.organisation_a  # what she wrote keeps both names
    assert not Membership.objects.filter(user=person).exists()
    assert not roles_held_by(person)
    assert not shares_held_by(person)
    revoked = {(one.space_slug, one.details["role"]) for one in lines("grant.revoked")}
    assert revoked == {("bereich-a", "steward"), ("bereich-b", "reader")}
    assert [one.details["page"] for one in lines("share.revoked")] == [page.pk]
    assert [one.details["circle"] for one in lines("membership.removed")] == ["AG Licht"]
    (closed,) = lines("person.closed")
    assert closed.details["reason"] == "Wechsel zur Stadt Hamm"
    assert closed.actor == cast.administrator
    told = [*lines("grant.revoked"), *lines("share.revoked")]
    assert {one.details["reason"] for one in told} == {"Wechsel zur Stadt Hamm"}


def test_what_she_wrote_keeps_her_name(cast: Cast) -> None:
    page = make_article(cast.space_a, "Ihr Artikel")
    page.owner = cast.contributor_a
    page.save_revision(user=cast.contributor_a, log_action=True).publish()
    close_account(cast.contributor_a, actor=cast.administrator)
    page.refresh_from_db()
    assert str(page.owner) == str(cast.contributor_a)
    assert page.latest_revision.user == cast.contributor_a


def test_opened_again_she_belongs_to_her_organisation_and_holds_nothing(cast: Cast) -> None:
    person = User.objects.get(pk=cast.steward_a.pk)
    by_update(person)  # past the service: the grant is still stored
    assert SpaceUserObjectPermission.objects.filter(user=person).exists()
    reopened = reopen_account(person, actor=cast.administrator, reason="Rückkehr")
    assert reopened.is_active
    assert can(reopened, Action.READ, cast.space_a)  # by her organisation
    assert not can(reopened, Action.ADD, cast.space_a)
    assert lines("person.reopened")[0].details == {"reason": "Rückkehr"}


def test_a_closed_person_is_no_member_and_joins_no_circle_of_everybody(cast: Cast) -> None:
    assert not Membership.objects.filter(user=cast.inactive).exists()
    CircleFactory(is_everybody=True)
    assert Membership.objects.filter(user=cast.reader_a, group__circle__isnull=False).exists()
    assert not Membership.objects.filter(user=cast.inactive).exists()


@pytest.mark.parametrize("name", ["reader_a", "steward_a", "curator", "stranger"])
def test_only_an_administrator_closes_and_opens(cast: Cast, name: str) -> None:
    actor = cast.people()[name]
    for service in (close_account, reopen_account):
        with pytest.raises(PermissionDenied):
            service(cast.contributor_a, actor=actor)
    cast.contributor_a.refresh_from_db()
    assert cast.contributor_a.is_active
    close_account(cast.contributor_a, actor=cast.administrator)


def test_the_last_administrator_stays_whoever_asks(cast: Cast) -> None:
    for actor in (cast.administrator, None):
        with pytest.raises(ValidationError):
            close_account(cast.administrator, actor=actor)
    client = signed_in(cast.administrator)
    assert is_in(client)
    second = UserFactory(platform_role=PlatformRole.ADMINISTRATOR, organisation=None)
    close_account(cast.administrator, actor=second)
    assert not is_in(client)
    with pytest.raises(ValidationError):
        close_account(second, actor=None)


def test_closing_twice_says_so_once(cast: Cast) -> None:
    for _time in range(2):
        close_account(cast.reader_a, actor=cast.administrator)
    assert len(lines("person.closed")) == 1


def test_the_last_steward_of_a_space_is_named_before(cast: Cast) -> None:
    assert without_steward([cast.steward_a.pk]) == []  # the curator is one
    cast.space_a.is_curated = False
    cast.space_a.save()
    assert without_steward([cast.steward_a.pk]) == [cast.space_a]
    said = leaving.consequences_of_leaving(cast.steward_a)
    assert any("verantwortlich" in one and "Bereich-A" in one for one in said)
    grant_role(cast.space_a, cast.organisation_b, Role.STEWARD, actor=None)
    assert without_steward([cast.steward_a.pk]) == []
    everybody_b = [cast.reader_b.pk, cast.publisher_b.pk]
    assert without_steward([cast.steward_a.pk, *everybody_b]) == [cast.space_a]
    assert without_steward([cast.steward_a.pk], [cast.organisation_b.group_id]) == [cast.space_a]
    assert without_steward([cast.curator.pk]) == [cast.space_b]


@pytest.fixture
def other_part() -> Iterator[list[User]]:
    left: list[User] = []

    def leave(person: User, *, actor: User | None, reason: str) -> None:
        left.append(person)
        if reason == "Fehler":
            raise ValueError(reason)

    def consequences(person: User) -> list[str]:
        return ["Zwei Aufgaben bleiben ohne Zuständige."]

    with leaving.parts.override(leaving.Part("tests", consequences=consequences, leave=leave)):
        yield left


def test_other_apps_end_their_part_in_the_same_transaction(
    cast: Cast, other_part: list[User]
) -> None:
    assert "Zwei Aufgaben bleiben ohne Zuständige." in leaving.consequences_of_leaving(
        cast.steward_a
    )
    with pytest.raises(ValueError, match="Fehler"):
        close_account(cast.steward_a, actor=cast.administrator, reason="Fehler")
    assert other_part == [cast.steward_a]
    person = User.objects.get(pk=cast.steward_a.pk)
    assert person.is_active
    assert rights_of(person).has_role(cast.space_a.pk, Role.STEWARD)
    assert not lines("person.closed")

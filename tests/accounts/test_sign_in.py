"""Signed out there is the sign-in page; wrong passwords are slowed down, each visitor for herself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import Cast
from tests.factories import OrganisationFactory, UserFactory


@pytest.fixture
def person(db: None) -> User:
    user: User = UserFactory(username="erika")
    user.set_password("ein langes Wort")
    user.save()
    return user


def sign_in(client: Client, password: str) -> Any:
    return client.post("/anmelden/", {"login": "erika", "password": password})


@pytest.mark.parametrize("path", ["/", "/massnahmen/", "/gibt-es-nicht/", "/admin/", "/suche/?q=x"])
def test_everything_leads_to_the_sign_in_page(db: None, client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/anmelden/")


def test_the_right_password_opens_the_start_page(person: User, client: Client) -> None:
    assert sign_in(client, "ein langes Wort").url == "/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_wrong_password_and_a_wrong_name_answer_alike(person: User, client: Client) -> None:
    wrong = sign_in(client, "falsch").context["form"].errors
    unknown = client.post("/anmelden/", {"login": "niemand", "password": "falsch"})
    assert wrong == unknown.context["form"].errors


def test_a_closed_account_cannot_sign_in(person: User, client: Client) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)
    sign_in(client, "ein langes Wort")
    assert "_auth_user_id" not in client.session


def test_closing_an_account_ends_its_session_at_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.reader_a)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=cast.reader_a.pk).update(is_active=False)
    assert client.get("/").status_code == 302


def test_a_person_belongs_to_the_group_of_her_organisation(db: None) -> None:
    first, second = OrganisationFactory(), OrganisationFactory()
    user: User = UserFactory(organisation=first)
    user.organisation = second
    user.save()
    assert set(user.groups.filter(organisation__isnull=False)) == {second.group}
    user.organisation = None
    user.save()
    assert not user.groups.exists()

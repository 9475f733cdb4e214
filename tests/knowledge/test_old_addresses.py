"""Renamed and moved pages are found at their old addresses, by whoever may see them and nobody else."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.granting.shares import share_page
from knowledge.articles.models import ArticlePage
from knowledge.basepage.models import KnowledgePage, OldAddress
from tests.factories import home_of, make_article, publish_below

pytestmark = pytest.mark.django_db


def rename(page, slug):
    """Change the address part of a page as the editor does: a revision that is published."""
    page = KnowledgePage.objects.get(pk=page.pk).specific
    page.slug = slug
    page.save_revision().publish()
    return KnowledgePage.objects.get(pk=page.pk).specific


@pytest.fixture
def page(cast):
    return make_article(cast.space_a, "Müllpolizei")


@pytest.fixture
def reader(cast, client):
    client.force_login(cast.reader_a)
    return client


def test_a_renamed_page_is_found_at_its_old_address(page, reader):
    old = page.url
    renamed = rename(page, "ermittlungsdienste")
    assert renamed.url != old
    response = reader.get(old + "?druck=1")
    assert response.status_code == 302
    assert response["Location"] == renamed.url + "?druck=1"
    assert "no-cache" in response["Cache-Control"]


def test_what_lies_below_a_renamed_page_is_found_too(page, reader):
    old = page.url
    rename(page.get_parent(), "wissen")
    assert reader.get(old)["Location"] == ArticlePage.objects.get(pk=page.pk).url


def test_a_moved_page_is_found_at_its_old_address(page, cast, reader):
    old = page.url
    home = home_of(cast.space_a)
    other = publish_below(home, type(page.get_parent().specific)(title="Andere", slug="andere"))
    page.move(other, pos="last-child")
    assert reader.get(old)["Location"] == ArticlePage.objects.get(pk=page.pk).url


def test_several_old_addresses_lead_there_in_one_step(page, reader):
    addresses = [page.url]
    for slug in ("zwei", "drei", "vier"):
        page = rename(page, slug)
        addresses.append(page.url)
    for old in addresses[:-1]:
        assert reader.get(old)["Location"] == page.url


def test_a_page_that_comes_back_answers_itself(page, reader):
    first = page.url
    page = rename(page, "weg")
    page = rename(page, "muellpolizei")
    assert page.url == first
    assert reader.get(first).status_code == 200
    page.unpublish()
    assert reader.get(first).status_code == 404


def test_a_new_page_at_an_old_address_answers_there(page, cast, reader):
    old = page.url
    rename(page, "weg")
    new = make_article(cast.space_a, "Müllpolizei")
    assert new.url == old
    response = reader.get(old)
    assert response.status_code == 200
    assert response.context["page"].pk == new.pk


@pytest.mark.parametrize("hidden_one_came", [False, True])
def test_a_hidden_page_at_an_old_address_changes_nothing(cast, client, hidden_one_came):
    """Who may see the page that left is led to it, whatever has come and gone there since."""
    page = make_article(cast.space_a, "Müllpolizei")
    share_page(page, cast.reader_b, actor=cast.steward_a)
    old = page.url
    page = rename(page, "weg")
    if hidden_one_came:
        rename(make_article(cast.space_a, "Müllpolizei"), "auch-weg")
        assert make_article(cast.space_a, "Müllpolizei").url == old
    client.force_login(cast.reader_b)
    assert client.get(old)["Location"] == page.url


@pytest.mark.parametrize("name", ["reader_b", "stranger", "administrator"])
def test_nobody_else_learns_of_it(page, cast, client: Client, name):
    old = page.url
    rename(page, "ermittlungsdienste")
    client.force_login(getattr(cast, name))
    client.get("/bereich-a/artikel/gab-es-nie/")  # the city's name is read once and kept
    answers = []
    for address in (old, "/bereich-a/artikel/gibt-es-nicht/"):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        text = re.sub(r'(nonce|value)="[^"]+"', "", response.content.decode().replace(address, ""))
        answers.append((response.status_code, len(queries), text))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_drafts_leave_no_address_behind(cast):
    draft = make_article(cast.space_a, "Entwurf", live=False)
    draft.slug = "anders"
    draft.save()
    assert not OldAddress.objects.exists()


def test_a_deleted_page_takes_its_old_addresses_along(page, reader):
    old = page.url
    rename(page, "weg").delete()
    assert reader.get(old).status_code == 404
    assert not OldAddress.objects.exists()


def test_stewards_see_the_old_addresses_of_their_space(page, cast, client):
    old = page.url
    rename(page, "ermittlungsdienste")
    client.force_login(cast.steward_a)
    text = client.get(reverse("old_addresses", args=["bereich-a"])).content.decode()
    assert old in text
    assert "Müllpolizei" in text
    assert (
        reverse("old_addresses", args=["bereich-a"])
        in client.get(reverse("access:space", args=["bereich-a"])).content.decode()
    )


def test_the_list_names_no_folder_of_the_space_that_a_page_came_from(page, cast, client):
    guest = make_article(cast.space_b, "Gast")
    in_b = guest.url
    guest.move(page.get_parent(), pos="last-child")
    old = page.url
    rename(home_of(cast.space_a), "neuer-name")
    client.force_login(cast.steward_a)
    text = client.get(reverse("old_addresses", args=["bereich-a"])).content.decode()
    assert KnowledgePage.objects.get(pk=guest.pk).space == cast.space_a
    assert OldAddress.objects.filter(page=guest).exists()
    assert in_b not in text
    assert old in text


@pytest.mark.parametrize("name", ["publisher_a", "reader_a", "publisher_b", "stranger"])
def test_nobody_else_sees_the_list(page, cast, client, name):
    client.force_login(getattr(cast, name))
    assert client.get(reverse("old_addresses", args=["bereich-a"])).status_code == 404

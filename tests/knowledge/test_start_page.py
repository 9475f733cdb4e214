"""No page only leads to another: the start page is for this person, the menu opens lists."""

from __future__ import annotations

from typing import Any

import pytest

from access.granting.services import grant_role
from access.models import AccessRequest
from access.requests.services import ask_for_access, deliver_requests
from access.roles import Role
from accounts.models import Membership, User
from knowledge.articles.models import ArticleIndexPage
from knowledge.groups.models import GroupPage
from knowledge.home.services import create_space
from knowledge.pages.navigation import MANY_GROUPS
from tests.conftest import Cast, signed_in
from tests.factories import CircleFactory, UserFactory, home_of, make_article, publish_below

pytestmark = pytest.mark.django_db


def start_page(person: User) -> str:
    return signed_in(person).get("/").content.decode()


def panels_of(person: User) -> set[str]:
    panels = signed_in(person).get("/").context["panels"]
    return {one.template for place in panels.values() for one in place}


def make_group(title: str, *readers: User, lead: User | None = None) -> Any:
    circle = CircleFactory(name=title)
    space = create_space(
        slug=title.lower().replace(" ", "-"),
        title=title,
        circle=circle,
        home_page=GroupPage(kind="working_group"),
    )
    for reader in readers:
        grant_role(space, reader, Role.READER, actor=None)
    if lead is not None:
        Membership.objects.create(user=lead, group=circle.group, function="lead")
        grant_role(space, circle, Role.READER, actor=None)
    return space


def test_a_space_with_one_list_shows_it_and_one_with_two_shows_both(cast: Cast) -> None:
    article = make_article(cast.space_a, "Ein Artikel")
    home, only = home_of(cast.space_a), article.get_parent()
    answer = signed_in(cast.reader_a).get(home.url)
    assert (answer.status_code, answer["Location"]) == (302, only.url)
    assert signed_in(cast.reader_b).get(home.url).status_code == 404
    draft = publish_below(home, ArticleIndexPage(title="Noch nicht", slug="noch-nicht"))
    draft.unpublish()
    assert signed_in(cast.reader_a).get(home.url).status_code == 302
    publish_below(home, ArticleIndexPage(title="Unterlagen", slug="unterlagen"))
    assert signed_in(cast.reader_a).get(home.url).status_code == 200


def test_groups_have_a_list_with_mine_first_and_whom_to_ask_for_the_others(cast: Cast) -> None:
    lead = UserFactory(first_name="Maria", last_name="Muster")
    make_group("Zebra", lead=lead)
    for number in range(MANY_GROUPS):
        make_group(f"Andere {number}", lead, lead=UserFactory(last_name=f"Leitung {number}"))
    make_group("Verborgen", lead=UserFactory(last_name="Geheim"))
    client = signed_in(lead)
    answer = client.get("/arbeitsgruppen/")
    assert [row.page.title for row in answer.context["mine"]] == ["Zebra"]
    others = answer.context["others"]
    assert [row.page.title for row in others] == ["Andere 0", "Andere 1"]
    assert [row.leads[0].last_name for row in others] == ["Leitung 0", "Leitung 1"]
    html = answer.content.decode()
    assert "Verborgen" not in html
    assert "Geheim" not in html
    assert 'href="/arbeitsgruppen/"' in client.get("/").content.decode()
    assert "Zebra" not in signed_in(cast.stranger).get("/arbeitsgruppen/").content.decode()


def test_the_list_of_groups_asks_as_often_for_many_as_for_few(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(cast.curator)

    def count() -> int:
        client.get("/arbeitsgruppen/")
        with django_assert_max_num_queries(20) as captured:
            client.get("/arbeitsgruppen/")
        return len(captured)

    for number in range(2):
        make_group(f"Gruppe {number}", lead=UserFactory())
    few = count()
    for number in range(2, 7):
        make_group(f"Gruppe {number}", lead=UserFactory())
    assert count() == few


def test_the_start_page_tells_what_waits_for_this_person(cast: Cast) -> None:
    article = make_article(cast.space_a, "Gefragt")
    assert "access/_requests_on_start.html" not in panels_of(cast.steward_a)
    ask_for_access(cast.reader_b, address=article.url, reason="Bitte")
    deliver_requests()
    assert AccessRequest.objects.get().space == cast.space_a
    assert "access/_requests_on_start.html" in panels_of(cast.steward_a)
    for other in (cast.publisher_b, cast.reader_a, cast.publisher_a):
        assert "access/_requests_on_start.html" not in panels_of(other)

    article.title = "Geänderter Titel"
    article.save_revision(user=cast.publisher_a)
    own = "Meine Entwürfe"
    assert own in start_page(cast.publisher_a)
    assert start_page(cast.publisher_a).count("Geänderter Titel") == 1
    for other in (cast.steward_a, cast.reader_a):
        assert own not in start_page(other)
    assert "Geänderter Titel" in start_page(cast.steward_a)  # who may publish it
    article.get_latest_revision().publish()
    assert own not in start_page(cast.publisher_a)


def test_an_administrator_sees_the_state_of_the_platform(cast: Cast) -> None:
    client = signed_in(cast.administrator)
    assert 'hx-get="/plattform/zustand/"' in client.get("/").content.decode()
    page = client.get("/plattform/zustand/")
    parts = {one.part: one for one in page.context["findings"]}
    assert parts["database"].is_healthy
    assert "Datenbank" in page.content.decode()
    summary = client.get("/plattform/zustand/", headers={"HX-Request": "true"})
    assert "<html" not in summary.content.decode()
    assert "operations/_state_on_start.html" not in panels_of(cast.curator)
    assert signed_in(cast.curator).get("/plattform/zustand/").status_code == 404

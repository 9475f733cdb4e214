"""Menus, the page "New", panels of the start page and parts of a page: rooms bring them, the frame shows them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from knowledge.measures.models import MeasureIndexPage
from knowledge.pages.parts import page_parts
from tests.conftest import Cast
from tests.factories import home_of, make_article, make_measure
from web.menu import (
    Link,
    MenuEntry,
    NavigationPart,
    NewEntry,
    NewGroup,
    menu,
    navigation,
    new_entries,
)
from web.panels import Panel, Place, filled, start_panels
from web.registry import Registry


def labels(answer: Any) -> list[str]:
    return [str(entry.label) for entry in answer.context["menu"]]


def test_the_account_menu_shows_what_each_person_may_use(cast: Cast, client: Client) -> None:
    everybody = [
        "Kalender",
        "Meine Aufgaben",
        "Sachstandsabfragen",
        "Überblick Maßnahmen",
        "Jahresberichte",
        "Indikatoren",
        "Was ich beobachte",
        "Mit mir geteilt",
        "Mein Konto",
    ]
    client.force_login(cast.reader_a)
    assert labels(client.get("/")) == everybody
    client.force_login(cast.steward_a)
    mine = labels(client.get("/"))
    assert mine[:11] == [
        "Inhalte bearbeiten",
        "Kalender",
        "Meine Aufgaben",
        "Sachstandsabfragen",
        "Überblick Maßnahmen",
        "Jahresberichte",
        "Indikatoren",
        "Was ich beobachte",
        "Mit mir geteilt",
        "Bereiche und Rechte",
        "Zugangsanfragen",
    ]
    assert "Änderungsprotokoll" in mine
    assert "Organisationen" not in mine
    client.force_login(cast.administrator)
    assert "Personen und Konten" in labels(client.get("/"))


def test_a_room_brings_an_entry_a_link_and_something_new(cast: Cast, client: Client) -> None:
    client.force_login(cast.reader_a)
    entry = MenuEntry(name="t", label="Mein Kalender", route="search", icon="check", order=5)
    part = NavigationPart(name="t", order=90, links=lambda request: [Link("Kalender", "/suche/")])
    new = NewEntry(
        name="t",
        order=1,
        is_shown=lambda request: True,
        groups=lambda request: [
            NewGroup("Aufgabe", [Link("Aufgabe", "/suche/")]),
            NewGroup("Nichts", []),
        ],
    )
    assert not client.get("/").context["can_make_new"]
    assert client.get("/neu/").status_code == 404
    with menu.override(entry), navigation.override(part), new_entries.override(new):
        answer = client.get("/")
        assert labels(answer)[0] == "Mein Kalender"
        assert answer.context["navigation"][-1].title == "Kalender"
        assert 'href="/neu/"' in answer.content.decode()
        groups = client.get("/neu/").context["groups"]
    assert [group.title for group in groups] == ["Aufgabe"]


def test_new_offers_the_lists_in_which_one_publishes(cast: Cast, client: Client) -> None:
    make_measure(cast.space_a, 1, "Eine")
    make_measure(cast.space_b, 2, "Andere")
    client.force_login(cast.publisher_a)
    (group,) = client.get("/neu/").context["groups"]
    index = MeasureIndexPage.objects.child_of(home_of(cast.space_a)).get()
    assert group.title == "Maßnahme"
    (link,) = group.links
    assert link.url == f"/bearbeiten/neu/measure/{index.pk}/"
    assert client.get(link.url).status_code == 200
    client.force_login(cast.reader_a)
    assert client.get("/neu/").status_code == 404


def _panel(name: str, order: int, place: Place, said: str | None) -> Panel:
    return Panel(
        name=name,
        template="components/description.html",
        place=place,
        order=order,
        context=lambda *about: {"body": said} if said else None,
    )


def test_panels_of_the_start_page_come_from_rooms(cast: Cast, client: Client) -> None:
    client.force_login(cast.reader_a)
    with start_panels.override(
        _panel("t.tasks", 1, Place.MAIN, "Meine Aufgaben"), _panel("t.no", 2, Place.MAIN, None)
    ):
        answer = client.get("/")
    assert [one.context.get("body") for one in answer.context["panels"]["main"]] == [
        "Meine Aufgaben", None,
    ]  # fmt: skip
    html = answer.content.decode()
    assert html.index("Meine Aufgaben") < html.index("Neu in meinen Bereichen")
    assert "sw-hero" in html


@pytest.mark.parametrize("place", list(Place))
def test_parts_of_a_page_come_from_rooms(cast: Cast, client: Client, place: Place) -> None:
    page = make_article(cast.space_a, "Ein Artikel", text="<p>Der Text</p>")
    client.force_login(cast.reader_a)
    asked: list[Any] = []

    def comments(shown: Any, request: Any) -> dict[str, str]:
        asked.append((shown.pk, request.user.pk))
        return {"body": "Zwei Kommentare"}

    part = Panel(
        name="t", template="components/description.html", place=place, order=5, context=comments
    )
    with page_parts.override(part):
        html = client.get(page.url).content.decode()
    main, _aside, right_column = html.partition('<aside class="sw-aside"')
    above, _text, below = main.partition("Der Text")
    found = {Place.TOP: above, Place.MAIN: below, Place.ASIDE: right_column}
    assert [one for one in Place if "Zwei Kommentare" in found[one]] == [place]
    assert asked == [(page.pk, cast.reader_a.pk)]


def test_panels_stand_in_their_order_and_empty_ones_nowhere() -> None:
    panels: Registry[Panel] = Registry("panel", cure="x")
    panels.register(
        _panel("b", 2, Place.ASIDE, "zwei"),
        _panel("c", 3, Place.ASIDE, None),
        _panel("a", 1, Place.ASIDE, "eins"),
    )
    found = filled(panels)
    assert [one.context["body"] for one in found["aside"]] == ["eins", "zwei"]
    assert found["main"] == []

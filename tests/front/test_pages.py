"""What every kind of page shows, and what it says when a fact is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from tests.front.conftest import Pages
from web.catalogue import component_names

Fetch = Callable[[str], str]


def facts_of(html: str) -> dict[str, str]:
    """Return the facts of a page as (term, what is said)."""
    soup = BeautifulSoup(html, "html.parser")
    return {
        item.dt.get_text(" ", strip=True): item.dd.get_text(" ", strip=True)
        for item in soup.select(".kern-description-list-item")
        if item.dt and item.dd
    }


@pytest.mark.parametrize(
    "kind",
    [
        "start", "search", "space", "group", "minutes", "measure", "measures", "practice",
        "contact", "paper", "event", "article",
    ],
)  # fmt: skip
def test_page_has_one_heading_a_title_and_its_landmarks(
    pages: Pages, body_of: Fetch, kind: str
) -> None:
    soup = BeautifulSoup(body_of(pages.addresses()[kind]), "html.parser")
    assert len(soup.find_all("h1")) == 1
    assert soup.title is not None
    assert soup.title.get_text(" ", strip=True).endswith("Stadtwissen")
    assert soup.html is not None
    assert soup.html["lang"] == "de"
    for landmark in ("header", "main", "footer", "nav"):
        assert soup.find(landmark), f"no <{landmark}>"
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids)), "an id occurs twice"
    skip = soup.select_one("a.sw-skip")
    assert skip is not None
    assert skip["href"] == "#inhalt"


def test_every_page_of_a_space_says_with_one_click_who_sees_it(
    pages: Pages, body_of: Fetch
) -> None:
    addresses = pages.addresses()
    for kind in addresses.keys() - {"start", "search", "organisation", "person"}:
        page = getattr(pages, kind)
        assert f'href="/zugriff/seite/{page.pk}/"' in body_of(addresses[kind]), kind


def test_measure_says_what_the_paper_does_not(pages: Pages, body_of: Fetch) -> None:
    html = body_of(pages.measure.get_url())
    assert "Maßnahme 16" in html
    facts = facts_of(html)
    missing = {term for term, said in facts.items() if said == "nicht angegeben"}
    assert missing == {
        "Zeithorizont",
        "Stand",
        "Einschätzung",
        "Zuständig",
        "Handlungsfeld",
        "Stadtbezirke",
    }


def test_paper_shows_consultations_with_what_is_open(pages: Pages, body_of: Fetch) -> None:
    html = body_of(pages.paper.get_url())
    soup = BeautifulSoup(html, "html.parser")
    row = soup.select_one("table tbody tr")
    assert row is not None
    text = row.get_text(" ", strip=True)
    assert text.startswith("Rat der Stadt")
    assert text.count("nicht angegeben") == 2  # no session, no outcome
    assert facts_of(html)["Datum"] == "nicht angegeben"


def test_minutes_show_decisions_and_tasks(pages: Pages, body_of: Fetch) -> None:
    html = body_of(pages.minutes.get_url())
    assert facts_of(html)["Datum"] == "Donnerstag, 5. November 2026"
    text = BeautifulSoup(html, "html.parser").get_text(" ", strip=True)
    assert "TOP 1 Beleuchtung am Markt" in text
    assert "Beschluss Die Leuchten werden ersetzt." in text
    assert "Plan nachreichen nicht angegeben bis 15. Dezember 2026" in text
    assert "Chris Muster entschuldigt" in text


def test_practice_and_contact_name_their_gaps(pages: Pages, body_of: Fetch) -> None:
    practice = BeautifulSoup(body_of(pages.practice.get_url()), "html.parser")
    for step in ("problem", "approach", "results", "transfer"):
        section = practice.select_one(f"section[aria-labelledby={step}-heading]")
        assert section is not None
        assert "nicht angegeben" in section.get_text()
    contact = BeautifulSoup(body_of(pages.contact.get_url()), "html.parser")
    ways = contact.select_one(".sw-contact__ways")
    assert ways is not None
    assert ways.get_text(" ", strip=True) == "Telefon nicht angegeben E-Mail nicht angegeben"


def test_list_works_without_scripts_and_alone_for_htmx(
    pages: Pages, signed_in: Client, body_of: Fetch
) -> None:
    address = pages.measures.get_url()
    whole = BeautifulSoup(body_of(address), "html.parser")
    form = whole.select_one("form.sw-filters")
    assert form is not None
    assert form["method"] == "get"
    assert form.find("button", type="submit")
    fragment = signed_in.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    alone = BeautifulSoup(fragment, "html.parser").select_one("#results")
    assert alone is not None
    assert "Ermittlungsdienste" in alone.get_text()
    count = alone.select_one("[data-announce]")
    assert count is not None
    assert count.get_text(strip=True) == "1 Eintrag"


def test_filter_value_that_means_nothing_is_named(pages: Pages, body_of: Fetch) -> None:
    html = body_of(pages.measures.get_url() + "?horizon=gestern")
    assert "Dieser Filter wurde weggelassen." in html
    assert "Ermittlungsdienste" in html


def test_list_without_entries_says_what_to_do(pages: Pages, body_of: Fetch) -> None:
    html = body_of(pages.measures.get_url() + "?state=done")
    assert "Zu dieser Auswahl gibt es keinen Eintrag." in html
    assert "Filter zurücksetzen" in html


def test_hidden_and_missing_pages_read_the_same(pages: Pages, client: Client, cast: object) -> None:
    stranger = cast.stranger  # type: ignore[attr-defined]  # the cast of tests/conftest.py
    client.force_login(stranger, backend="access.backends.AccessBackend")
    hidden = client.get(pages.measure.get_url())
    missing = client.get("/gibt/es/nicht/")
    assert hidden.status_code == missing.status_code == 404
    plain = [response.content.decode() for response in (hidden, missing)]
    tokens = [BeautifulSoup(html, "html.parser").get_text(" ", strip=True) for html in plain]
    assert tokens[0] == tokens[1]
    assert "Seite nicht gefunden" in tokens[0]
    assert "Ermittlungsdienste" not in plain[0]


def test_menu_names_the_reader_and_hides_the_admin_from_those_who_may_not(
    pages: Pages, client: Client, cast: object, body_of: Fetch
) -> None:
    assert "Inhalte bearbeiten" in body_of("/")
    client.logout()
    client.force_login(
        cast.reader_a,  # type: ignore[attr-defined]  # the cast of tests/conftest.py
        backend="access.backends.AccessBackend",
    )
    html = client.get("/").content.decode()
    assert "Amt A" in html
    assert "Abmelden" in html
    assert "Inhalte bearbeiten" not in html


def test_catalogue_shows_every_component(body_of: Fetch) -> None:
    html = body_of("/bausteine/")
    for name in component_names():
        assert f'id="{name}"' in html

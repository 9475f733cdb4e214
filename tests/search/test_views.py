"""The search page answers whatever is asked of it, with and without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from search import outbox
from search.engines.base import SearchEngine
from search.facets import FEW, FacetGroup, FacetOption
from search.indexer import drain
from search.requests import SearchRequest
from search.saved.services import save_search
from tests.conftest import Cast
from tests.properties import examples
from tests.search.shelf import ShelfSource, Thing

pytestmark = pytest.mark.django_db

BAD_TEXTS = [
    "", '"', "*", "💥", "a" * 10_000, "Müllabfuhr " * 900, "\x00", "\x00typ:\x00", "((((", "AND OR NOT",
    "typ:", "typ:\x00", "[x TO y]", "/.*/", "a~2 b^5", "\\", "%", "' OR 1=1 --", "<script>alert(1)</script>",
    "{{ 7*7 }}", "\u202e", "é" * 500, "-", "--", '-"', "org:" + "x" * 500, "nach:9999-99-99", "vor:0000", "von:",
    "jahr:99999", "Ｍüll", "M\u0308",
]  # fmt: skip
BAD_PARAMETERS = [
    {"page": "0"}, {"page": "-1"}, {"page": "999999999999"}, {"page": "abc"}, {"page": "٣"}, {"sort": "x"},
    {"kind": "x" * 5000}, {"kind": "\x00"}, {"space": "abc"}, {"space": "99999999999999999999"}, {"space": "-1"},
    {"year": "20a5"}, {"year": "٢٠٢٥"}, {"org": ["x"] * 300}, {"after": "32.13.2025"}, {"before": "gestern\x00"},
    {"field": "💥"}, {"district": "' OR 1=1"}, {"unknown": "x"},
]  # fmt: skip


@pytest.fixture
def site(index: SearchEngine, shelf: ShelfSource, cast: Cast, client: Client) -> Client:
    for number in range(30):
        shelf.things[str(number)] = Thing(
            cast.space_a.pk, f"Buch {number}", "Die Müllabfuhr im Hafen"
        )
    shelf.things["geheim"] = Thing(cast.space_b.pk, "Kanarienvogel Hafen", "Kanarienvogel")
    outbox.enqueue("shelf", shelf.things)
    drain()
    client.force_login(cast.reader_a)
    return client


def body(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_nobody_is_sent_to_the_sign_in_page(client: Client) -> None:
    for address in ("/suche/?q=Hafen", "/suche/vorschlaege/?q=Ha"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/anmelden/")


def test_only_reading_is_possible(site: Client) -> None:
    assert site.post("/suche/").status_code == 405


def test_the_page_works_without_scripts(site: Client) -> None:
    html = body(site.get("/suche/", {"q": "Müllabfuhr"}))
    assert "30 " in re.sub(r"\s+", " ", html.partition("data-announce>")[2])[:40]
    assert html.count("<mark>Müllabfuhr</mark>") == 10
    assert 'method="get"' in html
    assert 'name="kind"' in html
    assert 'href="?q=M%C3%BCllabfuhr&amp;page=2"' in html
    assert "<h1" in html
    assert html.count("<h1") == 1
    assert "Kanarienvogel" not in html


@pytest.mark.both
def test_the_address_says_everything(site: Client, cast: Cast) -> None:
    parameters = {
        "q": "Hafen",
        "kind": "article",
        "space": cast.space_a.pk,
        "sort": "date",
        "page": 2,
    }
    html = body(site.get("/suche/", parameters))
    assert re.search(r'value="article"\s+checked', html)
    assert 'aria-current="page"' in html
    assert html.count('class="sw-hit"') == 10


def test_htmx_gets_the_answer_alone_and_the_permanent_address(site: Client) -> None:
    response = site.get(
        "/suche/",
        {"q": "Hafen", "sort": "relevance", "after": "", "before": ""},
        headers={"HX-Request": "true", "HX-Target": "search-answer"},
    )
    html = body(response)
    title, answer = html.split("</title>")
    assert " ".join(title.split()) == "<title> Suche nach „Hafen“ – Stadtwissen"
    assert answer.lstrip().startswith("<div")
    assert "<html" not in html
    assert response["HX-Push-Url"] == "/suche/?q=Hafen"
    assert "HX-Target" in response["Vary"]
    assert "no-store" in response["Cache-Control"]


def test_suggestions_are_options_of_a_listbox(site: Client) -> None:
    html = body(site.get("/suche/vorschlaege/", {"q": "buch 1"}))
    assert 'role="option"' in html
    assert "Kanarien" not in body(site.get("/suche/vorschlaege/", {"q": "kanarien"}))


@pytest.mark.both
def test_no_text_breaks_the_search(site: Client) -> None:
    for text in BAD_TEXTS:
        started = time.process_time()
        html = body(site.get("/suche/", {"q": text}))
        assert "<script>alert" not in html
        assert "Kanarienvogel" not in html
        body(site.get("/suche/vorschlaege/", {"q": text}))
        assert time.process_time() - started < 1, text[:50]


def test_no_parameter_breaks_the_search(site: Client) -> None:
    for parameters in BAD_PARAMETERS:
        html = body(site.get("/suche/", {"q": "Hafen", **parameters}))
        assert "Kanarienvogel" not in html, parameters


# The processor's time, not the clock's: other tests may run beside this one.
@examples(40)
@given(st.text(max_size=200))
def test_any_text_is_answered_within_a_second(site: Client, text: str) -> None:
    started = time.process_time()
    assert "Kanarienvogel" not in body(site.get("/suche/", {"q": text})).replace(text, "")
    assert time.process_time() - started < 1


def test_an_engine_that_is_away_is_said_plainly(
    site: Client, engine_away: Callable[[], None]
) -> None:
    html = body(site.get("/suche/", {"q": "Buch"}))
    assert "sw-alert--warning" in html
    assert "<mark>Buch</mark> 1" in html
    for text in BAD_TEXTS:
        assert "Kanarienvogel" not in body(site.get("/suche/", {"q": text}))
    body(site.get("/suche/vorschlaege/", {"q": "Buch"}))


def test_the_page_makes_a_constant_number_of_queries(
    site: Client, django_assert_max_num_queries: Any, settings: Any
) -> None:
    settings.SEARCH_COUNT_MONTHS = 0  # counted after the answer, and not for every query
    body(site.get("/suche/"))  # content types are read once a process
    with django_assert_max_num_queries(12) as one:
        body(site.get("/suche/", {"q": '"Buch 7"'}))
    with django_assert_max_num_queries(12) as many:
        body(site.get("/suche/", {"q": "Buch"}))
    assert len(one) == len(many)


def test_no_inline_script_or_style(site: Client) -> None:
    html = body(site.get("/suche/", {"q": "Hafen"}))
    assert "style=" not in html
    assert re.findall(r"<script(?![^>]*\ssrc=)", html) == []


def test_filters_say_how_many_are_set_and_a_kept_search_under_which_name(
    site: Client, cast: Cast
) -> None:
    address = "/suche/?q=Hafen&kind=article"
    html = body(site.get(address))
    assert "(1 Filter gesetzt)" in html
    assert "Suche speichern" in html
    assert 'class="sw-facet-box" >' in html
    choosing = site.get(
        address, headers={"HX-Target": "search-answer", "HX-Trigger": "search-filters"}
    )
    assert 'class="sw-facet-box" open>' in body(choosing)
    asked = SearchRequest.from_address(QueryDict("q=Hafen&kind=article"))
    save_search(owner=cast.reader_a, name="Mein Hafen", request=asked)
    html = body(site.get(address))
    assert "Gespeichert als „Mein Hafen“" in html
    assert "Suche speichern" not in html
    assert "Suche speichern" in body(site.get("/suche/?q=Hafen"))


def test_a_facet_with_many_values_folds_all_but_the_first() -> None:
    options = [FacetOption(str(number), str(number), 1, number == 9) for number in range(10)]
    many = FacetGroup("org", "Organisation", options, is_open=True)
    assert [option.value for option in (*many.first, *many.folded)] == [str(n) for n in range(10)]
    assert len(many.first) == FEW
    assert many.is_unfolded
    few = FacetGroup("org", "Organisation", options[: FEW + 1], is_open=True)
    assert (len(few.first), few.folded, few.is_unfolded) == (FEW + 1, [], False)

"""The search through the API answers what the search page answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from api.searching import marked
from knowledge.basepage.models import KnowledgePage
from search.requests import SearchRequest
from search.service import search
from tests.api.conftest import Program
from tests.conftest import Cast
from tests.properties import examples
from tests.search.conftest import engine_away  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.both]

SEARCH = "/api/v3/search/"


def ask(client: Client, **query: Any) -> Any:
    answer = client.get(SEARCH, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_it_finds_what_is_the_readers(cast: Cast, program: Program, pages: dict[str, Any]) -> None:
    for person in (cast.reader_a, cast.reader_b, cast.member_of_both, cast.stranger):
        answer = ask(program(person), q="Müllpolizei")
        page = search(person, SearchRequest(text="Müllpolizei"))
        assert [hit["key"] for hit in answer["hits"]] == [hit.key for hit in page.hits]
        assert answer["total"] == page.total
        facets = {facet["name"]: facet["options"] for facet in answer["facets"]}
        assert set(facets) == {facet.name for facet in page.facets}
    assert ask(program(cast.reader_a), q="Geheimplan")["total"] == 0


def test_a_key_finds_nothing_confidential_and_a_session_does(
    cast: Cast, program: Program, pages: dict[str, Any], client: Client
) -> None:
    reader = program(cast.reader_b)
    (hit,) = ask(reader, q="Hafen")["hits"]
    KnowledgePage.objects.filter(pk=pages["hidden"].pk).update(classification="confidential")

    assert ask(reader, q="Hafen")["hits"] == []
    title = pages["hidden"].title
    proposals = reader.get(f"{SEARCH}suggestions/", {"q": title[:4]}).json()["items"]
    assert title not in {one["text"] for one in proposals}
    client.force_login(cast.reader_b)
    assert [one["key"] for one in ask(client, q="Hafen")["hits"]] == [hit["key"]]


def test_hits_have_marked_passages_as_data(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    (hit,) = ask(program(cast.reader_b), q="Hafen")["hits"]
    (passage,) = hit["passages"]
    assert [passage["text"][start:end] for start, end in passage["marks"]] == ["Hafen"]
    assert hit["api_url"] == f"/api/v3/pages/{pages['hidden'].pk}/"
    assert hit["kind"] == "article"


def test_it_is_narrowed_by_the_parameters_of_the_page(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    reader = program(cast.reader_a)
    assert [hit["kind"] for hit in ask(reader, q="Müllpolizei", kind="measure")["hits"]] == ["measure"]  # fmt: skip
    assert ask(reader, q="Müllpolizei", kind=["measure", "article"])["total"] == 2
    assert ask(reader, q="Müllpolizei", space=str(cast.space_b.pk))["total"] == 0
    assert ask(reader, q="Müllpolizei typ:quatsch")["problems"]
    assert ask(reader, q="Müllpolitzei")["did_you_mean"]["text"] == "Müllpolizei"
    nothing = ask(reader, q="Müllpolizei Xylophon", kind="contact")
    assert nothing["explanation"]["total_without_filters"] == 2
    assert reader.get(SEARCH, {"typ": "measure"}).status_code == 422


def test_suggestions_come_from_what_the_reader_may_see(
    cast: Cast, program: Program, pages: dict[str, Any]
) -> None:
    def proposed(person: Any) -> list[str]:
        answer = program(person).get(f"{SEARCH}suggestions/", {"q": "Gehei"})
        return [one["text"] for one in answer.json()["items"]]

    assert "Geheimplan" in proposed(cast.reader_b)
    assert proposed(cast.reader_a) == []


def test_while_the_engine_is_away_it_says_so_and_gives_titles(
    cast: Cast,
    program: Program,
    pages: dict[str, Any],
    engine_away: Callable[[], None],  # noqa: F811
) -> None:
    answer = ask(program(cast.reader_a), q="Abfuhr")
    assert answer["is_degraded"]
    assert answer["total"] is None
    assert [hit["title"]["text"] for hit in answer["hits"]] == ["Abfuhr im Hafen"]
    assert answer["hits"][0]["passages"] == []


def test_marks_are_told_from_the_text() -> None:
    assert marked("<mark>A &amp; B</mark> oder &lt;mark&gt;") == {
        "text": "A & B oder <mark>", "marks": [(0, 5)],
    }  # fmt: skip
    assert marked("ohne") == {"text": "ohne", "marks": []}
    assert marked("") == {"text": "", "marks": []}


@given(text=st.text(max_size=200), page=st.text(max_size=6))
@example(text="typ:" * 400, page="99999")
@examples(40)
def test_no_query_breaks_it(cast: Cast, client: Client, text: str, page: str) -> None:
    client.force_login(cast.reader_a)
    assert ask(client, q=text.replace("\ud800", ""), page=page)["page"] >= 1

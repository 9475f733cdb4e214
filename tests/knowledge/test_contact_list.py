"""The list of contacts: what can be touched, and words that narrow it."""

from __future__ import annotations

import pytest
from django.test import Client

from knowledge.contacts.models import ContactIndexPage, ContactPage
from tests.conftest import Cast
from tests.factories import home_of, publish_below
from web.links import telephone


@pytest.fixture
def address(cast: Cast, client: Client) -> str:
    index = publish_below(home_of(cast.space_a), ContactIndexPage(title="Kontakte"))
    for title, person, what, phone in (
        ("Leitstelle", "M. Muster", "Ordnungsdienst, nachts", "0231 / 50-0"),
        ("Wache Nord", "", "Anzeigen", ""),
    ):
        contact = ContactPage(
            title=title, organisation=cast.organisation_a, person=person, responsibility=what,
            phone=phone, email="post@example.org",
        )  # fmt: skip
        publish_below(index, contact)
    client.force_login(cast.reader_a)
    url: str = index.url
    return url


def test_ways_to_reach_somebody_can_be_touched(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert 'href="tel:0231500"' in text
    assert 'href="mailto:post@example.org"' in text
    assert "Ordnungsdienst, nachts" in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("nachts", ["Leitstelle"]),
        ("amt wache", ["Wache Nord"]),
        ("muster  ordnung", ["Leitstelle"]),
        ("muster anzeigen", []),
        ("", ["Leitstelle", "Wache Nord"]),
        ("%", []),
        ("\0", ["Leitstelle", "Wache Nord"]),
    ],
)
def test_words_narrow_the_list(client: Client, address: str, words: str, found: list[str]) -> None:
    answer = client.get(address, {"text": words})
    assert [row.title for row in answer.context["listing"].rows] == found
    assert answer.context["listing"].unknown_filters == []


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("+49 (0)231 50-0", "+49231500"),
        ("0231 / 50-1, 50-2", "0231501"),
        ("110", "110"),
    ],
)
def test_a_telephone_number_is_dialled_as_it_is_meant(number: str, dialled: str) -> None:
    assert f'href="tel:{dialled}"' in telephone(number)


def test_what_is_no_number_stays_text() -> None:
    assert telephone("über die Zentrale") == "über die Zentrale"

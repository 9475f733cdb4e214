"""`[[Title]]`: red for whoever may write in the space, plain for others; a hidden page's title is like none."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from access.granting.services import revoke_role
from tests.conftest import Cast, signed_in
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def naming(cast: Cast, *titles: str) -> Any:
    words = " und ".join(f"[[{title}]]" for title in titles)
    return make_article(cast.space_a, "Verweise", text=f"<p>Siehe {words}.</p>")


def prose(client: Client, page: Any) -> str:
    html = client.get(page.url).content.decode()
    return html.partition("Siehe ")[2].partition("</p>")[0]


@pytest.mark.both
def test_a_missing_page_is_red_for_writers_and_plain_for_readers(cast: Cast) -> None:
    page = naming(cast, "Neuer Steg")
    assert prose(signed_in(cast.reader_a), page) == "Neuer Steg."
    shown = prose(signed_in(cast.contributor_a), page)
    assert f'<a class="sw-missing" href="/fehlende-seite/{page.pk}/?titel=Neuer%20Steg">' in shown
    assert "fehlt" in shown, "colour alone says nothing"
    made = make_article(cast.space_a, "Neuer Steg")
    for person in (cast.reader_a, cast.contributor_a):
        assert prose(signed_in(person), page) == f'<a href="{made.url}">Neuer Steg</a>.'


@pytest.mark.both
def test_the_title_of_a_hidden_page_is_like_none(cast: Cast) -> None:
    page = naming(cast, "Geheimer Plan", "Gibt es nicht")
    make_article(cast.space_b, "Geheimer Plan")
    draft = make_article(cast.space_a, "Entwurf", live=False)
    for person in (cast.reader_a, cast.contributor_a, cast.publisher_a):
        hidden, missing = prose(signed_in(person), page).split(" und ")
        assert hidden.replace("Geheimer Plan", "T").replace("Geheimer%20Plan", "T") == (
            missing.replace("Gibt es nicht", "T").replace("Gibt%20es%20nicht", "T").rstrip(".")
        )
    assert "sw-missing" not in prose(signed_in(cast.member_of_both), page)
    assert "/bereich-b/" in prose(signed_in(cast.member_of_both), page)
    writer = signed_in(cast.contributor_a)
    asked = writer.get(f"/fehlende-seite/{page.pk}/", {"titel": "Geheimer Plan"})
    assert asked.status_code == 302, "one list, and nothing that is called so: straight to the form"
    assert (
        "Geheim"
        not in writer.get("/bearbeiten/titel/", {"title": "Geheimer Plan"}).content.decode()
    )
    assert "Entwurf" in writer.get("/bearbeiten/titel/", {"title": draft.title}).content.decode()
    told = signed_in(cast.reader_a).get("/bearbeiten/titel/", {"title": draft.title})
    assert "Entwurf" not in told.content.decode()


def test_a_red_link_leads_to_a_new_page_of_the_space(cast: Cast) -> None:
    page = naming(cast, "Neuer Steg")
    writer = signed_in(cast.contributor_a)
    form = writer.get(f"/fehlende-seite/{page.pk}/", {"titel": "Neuer Steg"}, follow=True)
    assert 'value="Neuer Steg"' in form.content.decode()
    path = form.redirect_chain[-1][0]
    made = writer.post(path, {"title": "Neuer Steg"})
    assert made.url.startswith("/bearbeiten/")
    again = writer.get(f"/fehlende-seite/{page.pk}/", {"titel": "Neuer Steg"}).content.decode()
    assert "Eine solche Seite gibt es schon" in again
    for person in (cast.reader_a, cast.publisher_b):
        answer = signed_in(person).get(f"/fehlende-seite/{page.pk}/", {"titel": "x"})
        assert answer.status_code == 404


def test_a_title_that_is_taken_is_said_before_a_page_is_made(cast: Cast) -> None:
    taken = make_article(cast.space_a, "Steg")
    url = f"/bearbeiten/neu/article/{taken.get_parent().pk}/"
    writer = signed_in(cast.contributor_a)
    first = writer.post(url, {"title": "Steg"})
    assert "Eine solche Seite gibt es schon" in first.content.decode()
    assert first.status_code == 200
    assert writer.post(url, {"title": "Steg", "warned_of": "Steg"}).status_code == 302


def test_bad_titles_do_no_harm(cast: Cast) -> None:
    odd = ["Verweise", "javascript:alert(1)", "x" * 300, "A &amp; B", "<b>fett</b>"]
    page = naming(cast, *odd)
    shown = prose(signed_in(cast.contributor_a), page).split(" und ")
    assert shown[0] == "Verweise", "a page doesn't lead to itself"
    assert 'href="/fehlende-seite/' in shown[1], "a title is never an address"
    assert shown[2] == "x" * 300
    assert ">A &amp; B<" in shown[3]
    assert "sw-missing" not in shown[4]
    linked = make_article(
        cast.space_a, "Im Link", text='<p>Siehe <a href="https://example.org/">[[Nie da]]</a>.</p>'
    )
    assert "sw-missing" not in prose(signed_in(cast.contributor_a), linked)
    writer = signed_in(cast.contributor_a)
    for title in ("", "x" * 300, "\0"):
        answer = writer.get(f"/fehlende-seite/{page.pk}/", {"titel": title})
        assert "kann kein Titel sein" in answer.content.decode()


def test_rights_that_end_take_the_link_along(cast: Cast) -> None:
    page = naming(cast, "Anderswo")
    make_article(cast.space_b, "Anderswo")
    both = signed_in(cast.member_of_both)
    assert "<a " in prose(both, page)
    revoke_role(cast.space_b, cast.member_of_both, actor=None)
    assert prose(both, page) == "Anderswo."


def test_titles_cost_one_query_however_many(cast: Cast) -> None:
    client = signed_in(cast.reader_a)

    def count(page: Any) -> int:
        client.get(page.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(page.url)
        return len(captured)

    one = count(naming(cast, "Eins"))
    page = make_article(cast.space_a, "Viele")
    page.body = [("paragraph", f"<p>[[Titel {n}]]</p>") for n in range(30)]
    page.save_revision().publish()
    assert count(page) == one


def test_files_of_a_page_hold_the_words_alone(cast: Cast) -> None:
    page = naming(cast, "Neuer Steg")
    file = signed_in(cast.publisher_a).get(f"/herunterladen/{page.pk}/md/").content.decode()
    assert "Neuer Steg" in file
    assert "fehlende-seite" not in file

"""`[[Title]]` that was saved keeps to its page: renamed, moved, hidden, deleted; and no text shows its brackets."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from access.granting.services import revoke_role
from knowledge.articles.kind import content
from knowledge.articles.models import ArticlePage
from knowledge.writing import services as writing
from knowledge.writing.renaming import rename_page
from tests.api.conftest import program
from tests.conftest import Cast, signed_in
from tests.editing.test_services import Writing, draft_of
from tests.factories import home_of, make_article
from tests.wiki.test_missing import prose

pytestmark = pytest.mark.django_db
__all__ = ["program"]


def line(*runs: Any) -> list[Any]:
    return ["k1", "p", list(runs)]


def written(page: Any, person: Any, *runs: Any) -> Any:
    """Write one line in the editor and publish it; return what the browser is answered."""
    editor = Writing(page, person)
    saved = editor.save([line(*runs)])
    editor.client.post(editor.url("publish"), {"stamp": saved["stamp"]})
    page.refresh_from_db()
    return saved


def rename(page: Any, title: str, person: Any) -> None:
    rename_page(page, title=title, slug="anders", actor=person, stamp=writing.stamp_of(page))
    page.refresh_from_db()


@pytest.fixture
def target(cast: Cast) -> ArticlePage:
    return make_article(cast.space_a, "Steg Nord")


@pytest.fixture
def page(cast: Cast) -> ArticlePage:
    return make_article(cast.space_a, "Verweise", text="<p>Siehe nichts</p>")


def test_saved_it_is_a_link_to_the_page_and_the_window_is_told(
    cast: Cast, page: ArticlePage, target: ArticlePage
) -> None:
    saved = written(page, cast.publisher_a, "Siehe [[Steg Nord]] und [[Fehlt]].")
    link = ["[[Steg Nord]]", "", "page", str(target.pk)]
    assert saved["texts"]["body"] == [line("Siehe ", link, " und [[Fehlt]].")]
    assert saved["known"]["links"] == {f"page:{target.pk}": target.url}
    assert saved["merged"] is False, "nobody else wrote"
    assert f'<a href="{target.url}">Steg Nord</a>' in prose(signed_in(cast.reader_a), page)


def test_it_follows_its_page_that_is_renamed_or_moved(
    cast: Cast, page: ArticlePage, target: ArticlePage
) -> None:
    written(page, cast.publisher_a, "Siehe [[Steg Nord]].")
    rename(target, "Steg & Treppe", cast.publisher_a)
    shown = f'<a href="{target.url}">Steg &amp; Treppe</a>.'
    for person in (cast.reader_a, cast.contributor_a):
        assert prose(signed_in(person), page) == shown
    # Written on by somebody else: it stays, although no page is called so any more.
    editor = Writing(page, cast.steward_a)
    first = editor.base["body"][0]
    editor.save([[first[0], "p", [*first[2][:-1], " und mehr."]]])
    assert (
        f'id="{target.pk}">[[Steg Nord]]</a> und mehr.' in draft_of(page).body.raw_data[0]["value"]
    )
    target.move(home_of(cast.space_a), pos="last-child")
    target = ArticlePage.objects.get(pk=target.pk)
    assert f'<a href="{target.url}">' in prose(signed_in(cast.reader_a), page)


def test_another_title_in_the_brackets_is_another_page(
    cast: Cast, page: ArticlePage, target: ArticlePage
) -> None:
    other = make_article(cast.space_a, "Steg Süd")
    written(page, cast.publisher_a, "[[Steg Nord]]")
    link = ["", "page", str(target.pk)]
    saved = written(page, cast.publisher_a, ["[[Steg Süd]]", *link])
    assert saved["texts"]["body"] == [line(["[[Steg Süd]]", "", "page", str(other.pk)])]
    assert written(page, cast.publisher_a, ["[[Nie da]]", *link])["texts"]["body"] == [
        line("[[Nie da]]")
    ]


def test_a_hidden_target_looks_like_a_missing_one(cast: Cast, page: ArticlePage) -> None:
    hidden = make_article(cast.space_b, "Geheimer Plan")
    # Nobody links by title what the writer doesn't see.
    assert written(page, cast.publisher_a, "Siehe [[Geheimer Plan]] und [[Fehlt]]")["texts"] == {}
    page.body = [
        ("paragraph", f'<p>Siehe <a linktype="page" id="{hidden.pk}">[[Geheimer Plan]]</a> und [[Fehlt]]</p>')
    ]  # fmt: skip
    page.save_revision().publish()
    for person in (cast.reader_a, cast.contributor_a):
        one, other = prose(signed_in(person), page).split(" und ")
        assert one.replace("Geheimer Plan", "T").replace("Geheimer%20Plan", "T") == (
            other.replace("Fehlt", "T")
        )
    both = signed_in(cast.member_of_both)
    assert prose(both, page).startswith(f'<a href="{hidden.url}">Geheimer Plan</a>')
    revoke_role(cast.space_b, cast.member_of_both, actor=None)
    assert "/bereich-b/" not in prose(both, page)
    hidden.delete()
    assert prose(both, page).startswith("Geheimer Plan und")


def test_a_page_doesnt_link_to_itself_and_headings_and_other_links_stay(
    cast: Cast, page: ArticlePage, target: ArticlePage
) -> None:
    editor = Writing(page, cast.publisher_a)
    lines = [
        ["k1", "p", ["[[Verweise]]"]],
        ["k2", "h2", ["[[Steg Nord]]"]],
        ["k3", "p", [["[[Steg Nord]]", "", "url", "https://example.org/"]]],
    ]
    assert editor.save(lines)["texts"] == {}


def test_search_and_api_have_the_title_without_brackets(
    cast: Cast, page: ArticlePage, target: ArticlePage, program: Any
) -> None:
    written(page, cast.publisher_a, "Siehe [[Steg Nord]] und [[Fehlt]].")
    assert content(page).text.body == "Siehe Steg Nord und Fehlt."
    home = home_of(cast.space_a)
    home.introduction = "<p>Hier: [[Steg Nord]], [[Fehlt]]</p>"
    writing.publish(home, actor=cast.publisher_a, stamp=None)
    asking: Client = program(cast.reader_a)
    for one in (page, home):
        answer = asking.get(f"/api/v3/pages/{one.pk}/").content.decode()
        assert "Steg Nord" in answer
        assert "Fehlt" in answer
        assert "[[" not in answer

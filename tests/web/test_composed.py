"""What is composed once says what Django's own query says, for whatever values and in every thread."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from access.granting.shares import share_page
from access.models import Space
from access.querysets import visible_by, visible_values
from access.rights import scope_for
from access.scope import NOTHING
from knowledge.articles.models import ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.pages.frame import find_page
from knowledge.pages.source import SOURCE, PageSource
from search.models import IndexedText, OutboxEntry
from search.passages.texts import current_texts
from search.registry import make_key
from tests.conftest import Cast
from tests.factories import make_article, publish_below_any
from web import composed as composing
from web.composed import composed

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both,
]  # lists as one parameter: each database has its own way


@composed
def _articles(*, pks: Any) -> QuerySet[ArticlePage]:
    return ArticlePage.objects.filter(pk__among=pks, live=True).select_related("space").order_by()


def test_rows_are_those_of_the_queryset(cast: Cast) -> None:
    pages = [make_article(cast.space_a, f"Artikel {number}") for number in range(7)]
    make_article(cast.space_a, "Entwurf", live=False)
    for wanted in (pages, pages[:1], pages[2:5], []):
        keys = [page.pk for page in wanted]
        found = {page.pk: page for page in _articles(pks=keys)}
        expected = {page.pk: page for page in ArticlePage.objects.filter(pk__in=keys, live=True)}
        assert found == expected
        assert all(page.title == expected[pk].title for pk, page in found.items())


def test_values_are_made_of_columns_at_each_use(cast: Cast) -> None:
    page = make_article(cast.space_a, "Artikel")
    expected = ArticlePage.objects.get(pk=page.pk)
    for _use in range(2):
        (found,) = _articles(pks=[page.pk])
        assert found.first_published_at == expected.first_published_at
        assert found.live is True
        assert found.translation_key == expected.translation_key


def test_a_related_object_comes_with_its_row(cast: Cast, django_assert_num_queries: Any) -> None:
    page = make_article(cast.space_a, "Artikel")
    with django_assert_num_queries(1):
        assert [one.space for one in _articles(pks=[page.pk])] == [cast.space_a]


def test_a_value_may_be_any_text(cast: Cast) -> None:
    @composed
    def slugs(*, wanted: Any, other: Any) -> QuerySet[Any, Any]:
        found = Space.objects.filter(slug__among=wanted) | Space.objects.filter(slug=other)
        return found.order_by("slug").values_list("slug")

    odd = ["bereich-a", "' OR 1=1 --", "%s", 'ä"]', ""]
    assert list(slugs(wanted=odd, other="bereich-b")) == [("bereich-a",), ("bereich-b",)]
    assert list(slugs(wanted=[], other="%s")) == []


def test_each_set_of_names_is_composed_by_itself_and_few_are_kept(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "MAX_SHAPES", 2)
    made: list[tuple[str, ...]] = []

    @composed
    def spaces(**slugs: Any) -> QuerySet[Any, Any]:
        made.append(tuple(slugs))
        found = Space.objects.none()
        for slug in slugs.values():
            found = found | Space.objects.filter(slug=slug)
        return found.order_by("slug").values_list("slug", flat=True)

    for _turn in range(2):
        assert list(spaces(a="bereich-a")) == ["bereich-a"]
        assert list(spaces(a="bereich-b", b="bereich-a")) == ["bereich-a", "bereich-b"]
    assert made == [("a",), ("a", "b")]
    assert list(spaces(c="bereich-b")) == ["bereich-b"]
    assert list(spaces(a="bereich-b")) == ["bereich-b"]


def test_what_is_visible_is_the_same_composed_and_not(cast: Cast) -> None:
    ours = make_article(cast.space_a, "Unser Artikel")
    theirs = [make_article(cast.space_b, f"Artikel {number}") for number in range(3)]
    publish_below_any(theirs[1], ArticlePage(title="Darunter"))
    secret = publish_below_any(
        theirs[1], ArticlePage(title="Vertraulich", classification="confidential")
    )

    @composed
    def visible(**values: Any) -> QuerySet[Any, Any]:
        return KnowledgePage.objects.filter(visible_by(values)).order_by().values_list("pk")

    def agree() -> set[int]:
        scope = scope_for(cast.reader_a)
        found = {pk for (pk,) in visible(**visible_values(scope))}
        assert found == set(
            KnowledgePage.objects.visible_to(cast.reader_a).values_list("pk", flat=True)
        )
        assert found == {
            page.pk
            for page in KnowledgePage.objects.filter(live=True, depth__gt=1)
            if page.depth == 2 or scope.allows(space_id=page.space_id, path=page.path)
        }
        return found

    assert ours.pk in agree()
    share_page(theirs[0], cast.reader_a, actor=None)
    assert theirs[0].pk in agree()
    share_page(theirs[1], cast.reader_a, actor=None, include_descendants=True)
    assert secret.pk not in agree()
    share_page(theirs[2], cast.reader_a, actor=None, include_descendants=True)
    assert theirs[2].pk in agree()
    assert list(visible(**visible_values(NOTHING))) == []


def test_a_single_share_counts_although_a_confidential_page_lies_below(cast: Cast) -> None:
    page = make_article(cast.space_b, "Geteilt")
    below = publish_below_any(page, ArticlePage(title="Darunter"))
    for one in (page, below):
        share_page(one, cast.reader_a, actor=None)
    KnowledgePage.objects.filter(pk=below.pk).update(classification="confidential")
    visible = KnowledgePage.objects.visible_to(cast.reader_a)
    assert visible.filter(pk=page.pk).exists()
    assert not visible.filter(pk=below.pk).exists()


def test_hits_are_what_the_reader_may_see(cast: Cast) -> None:
    ours = [make_article(cast.space_a, f"Artikel {number}") for number in range(2)]
    theirs = [make_article(cast.space_b, f"Artikel {number}") for number in range(2)]
    draft = make_article(cast.space_a, "Entwurf", live=False)
    share_page(theirs[0], cast.reader_a, actor=None)
    keys = {page.pk: make_key(SOURCE, page.pk) for page in (*ours, *theirs, draft)}
    for person in cast.people().values():
        visible = KnowledgePage.objects.visible_to(person).filter(pk__in=keys)
        cards = PageSource().load_hits(list(keys.values()), person)
        assert set(cards) == {keys[page.pk] for page in visible}
    # A shared page doesn't tell the name of the space around it.
    cards = PageSource().load_hits(list(keys.values()), cast.reader_a)
    assert {card.space_title for card in cards.values()} == {cast.space_a.title, ""}
    assert cards[keys[theirs[0].pk]].space_title == ""


def test_a_kept_text_is_used_only_while_nothing_changed(cast: Cast) -> None:
    page = make_article(cast.space_a, "Artikel", text="<p>Jetzt</p>")
    key = make_key(SOURCE, page.pk)
    content = {"headings": [], "body": "Früher", "attachments": []}
    IndexedText.objects.update_or_create(
        key=key,
        defaults={"source": SOURCE, "object_id": page.pk, "content": content, "fingerprint": "x"},
    )
    OutboxEntry.objects.all().delete()
    assert current_texts([key])[key].body == "Früher"
    OutboxEntry.objects.note(SOURCE, [page.pk])
    assert not IndexedText.objects.filter(key=key).current().exists()
    assert current_texts([key])[key].body == "Jetzt"


def test_the_navigation_looks_for_spaces_and_not_through_their_pages(cast: Cast) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL knows how many values there are")
    with CaptureQueriesContext(connection) as asked:
        find_page(cast.reader_a, "/start/bereich-a/")
    [sql] = [one["sql"] for one in asked if '"url_path"' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "page_depth_path" in plan
    assert "page_space_live" not in plan

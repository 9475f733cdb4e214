"""Pages keep their space, whatever happens to the tree."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from access.rights import can
from access.roles import Action
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from tests.conftest import Cast
from tests.factories import home_of, make_article, make_space, publish_below

pytestmark = pytest.mark.both


def test_a_page_takes_the_space_of_its_parent(cast: Cast) -> None:
    assert make_article(cast.space_a, "Seite").space == cast.space_a


def test_moving_a_subtree_takes_pages_and_files_into_the_other_space(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    make_article(cast.space_b, "Andere")
    document = KnowledgeDocument.objects.create(title="Datei", file="x.txt", space=cast.space_a)
    PageAttachment.objects.create(page=page, document=document)
    target = ArticleIndexPage.objects.get(space=cast.space_b)
    folder = publish_below(page.get_parent().specific, ArticleIndexPage(title="Ordner"))
    page.move(folder, pos="last-child")
    KnowledgePage.objects.get(pk=folder.pk).specific.move(target, pos="last-child")
    page.refresh_from_db()
    document.refresh_from_db()
    assert page.space == document.space == cast.space_b
    assert can(cast.reader_b, Action.READ, page)
    assert not can(cast.reader_a, Action.READ, page)


def test_a_file_that_a_remaining_page_uses_stays(cast: Cast) -> None:
    page, other = make_article(cast.space_a, "Eins"), make_article(cast.space_a, "Zwei")
    make_article(cast.space_b, "Drei")
    document = KnowledgeDocument.objects.create(title="Datei", file="x.txt", space=cast.space_a)
    for one in (page, other):
        PageAttachment.objects.create(page=one, document=document)
    page.move(ArticleIndexPage.objects.get(space=cast.space_b), pos="last-child")
    document.refresh_from_db()
    assert document.space == cast.space_a


def test_there_and_back_again_changes_nothing(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    make_article(cast.space_b, "Andere")
    before = KnowledgePage.objects.values("space", "url_path").get(pk=page.pk)
    page.move(ArticleIndexPage.objects.get(space=cast.space_b), pos="last-child")
    page.refresh_from_db()
    page.move(ArticleIndexPage.objects.get(space=cast.space_a), pos="last-child")
    assert KnowledgePage.objects.values("space", "url_path").get(pk=page.pk) == before


def test_no_page_below_the_start_page_is_without_space(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    with pytest.raises(IntegrityError), transaction.atomic():
        KnowledgePage.objects.filter(pk=page.pk).update(space=None)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fifty_pages_at_once_under_one_parent_give_fifty_pages() -> None:
    space = make_space("eilig")
    parent = publish_below(home_of(space), ArticleIndexPage(title="Artikel", slug="artikel"))

    def create(number: int) -> Any:
        try:
            stale_parent = ArticleIndexPage.objects.get(pk=parent.pk)
            page = ArticlePage(title=f"Seite {number}")
            stale_parent.add_child(instance=page)
            return page.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=10) as pool:
        made = set(pool.map(create, range(50)))
    children = ArticlePage.objects.child_of(parent)
    assert len(made) == children.count() == 50
    assert len(set(children.values_list("path", flat=True))) == 50
    assert ArticleIndexPage.objects.get(pk=parent.pk).numchild == 50
    assert KnowledgePage.find_problems() == ([], [], [], [], [])

"""Fill a stack with many pages at once: the rows that importing would write, without revisions and audit lines.

What the search does with them is the real thing: the index is built by `search.maintenance.rebuild`, which reads the
pages, analyses them, keeps their texts and fills the engine.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from html import escape
from itertools import islice
from typing import Any

from benchmarks.corpora.multiplied import Text, multiplied

SPACES = 200
READERS = {"leserin-3": 3, "leserin-30": 30, "leserin-200": 200}
BATCH = 1000


def fill(corpus: Sequence[Text], *, documents: int, spaces: int = SPACES) -> int:
    """Add pages until there are `documents`, page n in space n modulo `spaces`; returns how many were added."""
    from knowledge.articles.models import ArticlePage

    indexes = _indexes(spaces)
    first = ArticlePage.objects.count()
    texts = multiplied(corpus, first=first, last=documents)
    number = first
    while batch := list(islice(texts, BATCH)):
        _add(indexes, batch, first=number)
        number += len(batch)
    if number > first:
        _count_children(indexes)
    return number - first


def _count_children(indexes: Sequence[Any]) -> None:
    from knowledge.basepage.models import KnowledgePage

    for index in indexes:
        below = KnowledgePage.objects.filter(path__startswith=index.path, depth=index.depth + 1)
        KnowledgePage.objects.filter(pk=index.pk).update(numchild=below.count())


def _indexes(count: int) -> list[Any]:
    """Return the list of articles of each space, making spaces, lists and readers at the first time."""
    from django.db import transaction

    from access.granting.services import grant_role
    from access.roles import Role
    from accounts.models import User
    from knowledge.articles.models import ArticleIndexPage
    from knowledge.home.services import create_space

    lists = list(ArticleIndexPage.objects.filter(slug="messung").order_by("path"))
    if lists:
        return lists
    with transaction.atomic():
        spaces = [
            create_space(slug=f"messung-{number}", title=f"Messung {number}")
            for number in range(count)
        ]
        for space in spaces:
            home = space.pages.get(depth=3)
            home.add_child(instance=ArticleIndexPage(title="Messung", slug="messung"))
        for username, number in READERS.items():
            reader = User.objects.create(username=username)
            for space in spaces[:number]:
                grant_role(space, reader, Role.READER, actor=None)
    return list(ArticleIndexPage.objects.filter(slug="messung").order_by("path"))


def _add(indexes: Sequence[Any], texts: Sequence[Text], *, first: int) -> None:
    from django.db import transaction

    from knowledge.articles.models import ArticlePage
    from knowledge.basepage.models import KnowledgePage

    pages = [
        _page(indexes[number % len(indexes)], number // len(indexes) + 1, number, text)
        for number, text in enumerate(texts, first)
    ]
    articles = [ArticlePage(body=body_of(text)) for text in texts]
    with transaction.atomic():
        KnowledgePage.objects.bulk_create(pages)
        for article, page in zip(articles, pages, strict=True):
            setattr(article, ArticlePage._meta.pk.attname, page.pk)
        _insert_own_rows(articles)


def _insert_own_rows(articles: Sequence[Any]) -> None:
    """Insert what the table of articles adds to pages; Django's bulk_create has no way for such models."""
    from django.db import connection

    meta = articles[0]._meta
    fields = meta.local_concrete_fields
    columns, marks = ", ".join(one.column for one in fields), ", ".join(["%s"] * len(fields))
    rows = [
        [one.get_db_prep_save(getattr(article, one.attname), connection) for one in fields]
        for article in articles
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {meta.db_table} ({columns}) VALUES ({marks})", rows)  # noqa: S608


def _page(index: Any, place: int, number: int, text: Text) -> Any:
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone

    from knowledge.articles.models import ArticlePage
    from knowledge.basepage.models import KnowledgePage

    published = timezone.now() - timedelta(hours=number)
    slug = f"dokument-{number}"
    return KnowledgePage(
        path=KnowledgePage._get_path(index.path, index.depth + 1, place),
        depth=index.depth + 1,
        title=text.title[:255],
        draft_title=text.title[:255],
        slug=slug,
        url_path=f"{index.url_path}{slug}/",
        content_type=ContentType.objects.get_for_model(ArticlePage),
        locale_id=index.locale_id,
        space_id=index.space_id,
        live=True,
        first_published_at=published,
        last_published_at=published,
    )


def body_of(text: Text) -> str:
    """Return what the StreamField of an article stores for a text."""
    blocks = [{"type": "heading", "value": heading} for heading in text.headings]
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.body.splitlines())
    return json.dumps([*blocks, {"type": "paragraph", "value": paragraphs}])

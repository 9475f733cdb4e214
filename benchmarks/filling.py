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


def fill(corpus: Sequence[Text], *, documents: int) -> int:
    """Add pages until there are `documents`, page n in space n modulo 200; returns how many were added."""
    from knowledge.articles.models import ArticlePage

    indexes = _indexes()
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


def _indexes() -> list[Any]:
    """Return the list of articles of each space, making spaces, lists and readers at the first time."""
    from django.db import transaction

    from access.roles import Role
    from access.services import grant_role
    from accounts.models import User
    from knowledge.articles.models import ArticleIndexPage
    from knowledge.home.services import create_space

    lists = list(ArticleIndexPage.objects.filter(slug="messung").order_by("path"))
    if lists:
        return lists
    with transaction.atomic():
        spaces = [
            create_space(slug=f"messung-{number}", title=f"Messung {number}")
            for number in range(SPACES)
        ]
        for space in spaces:
            home = space.pages.get(depth=3)
            home.add_child(instance=ArticleIndexPage(title="Messung", slug="messung"))
        for username, count in READERS.items():
            reader = User.objects.create(username=username)
            for space in spaces[:count]:
                grant_role(space, reader, Role.READER, actor=None)
    return list(ArticleIndexPage.objects.filter(slug="messung").order_by("path"))


def _add(indexes: Sequence[Any], texts: Sequence[Text], *, first: int) -> None:
    from django.db import connection, transaction

    from knowledge.articles.models import ArticlePage
    from knowledge.basepage.models import KnowledgePage

    pages = [
        _page(indexes[number % SPACES], number, text) for number, text in enumerate(texts, first)
    ]
    with transaction.atomic():
        KnowledgePage.objects.bulk_create(pages)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {ArticlePage._meta.db_table} ({ArticlePage._meta.pk.column}, body) VALUES (%s, %s)",  # noqa: S608
                [(page.pk, _body(text)) for page, text in zip(pages, texts, strict=True)],
            )


def _page(index: Any, number: int, text: Text) -> Any:
    from django.contrib.contenttypes.models import ContentType
    from django.utils import timezone

    from knowledge.articles.models import ArticlePage
    from knowledge.basepage.models import KnowledgePage

    published = timezone.now() - timedelta(hours=number)
    slug = f"dokument-{number}"
    return KnowledgePage(
        path=KnowledgePage._get_path(index.path, index.depth + 1, number // SPACES + 1),
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


def _body(text: Text) -> str:
    blocks = [{"type": "heading", "value": heading} for heading in text.headings]
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.body.splitlines())
    return json.dumps([*blocks, {"type": "paragraph", "value": paragraphs}])

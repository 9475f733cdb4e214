"""Make what `page_view` asks of our site, and print where it is; run by it in the shell of the site."""

from __future__ import annotations

import json

from django.test import Client

from accounts.models import User
from benchmarks.corpora.multiplied import queries_from, read_corpus
from benchmarks.filling import READERS, fill
from benchmarks.stacks import CORPUS
from benchmarks.views_texts import BLOCKS, SPACES, described, search_paths
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from search.engines import get_engine
from search.maintenance import rebuild


def main(pages: int) -> None:
    """Fill the site with so many pages in eight spaces, all of which the reader sees."""
    corpus = read_corpus(CORPUS)
    if fill(corpus, documents=pages, spaces=SPACES) or get_engine().status().documents < pages:
        rebuild(lambda done, total: None)
    index = ArticleIndexPage.objects.filter(slug="messung").order_by("path").first()
    page = ArticlePage.objects.filter(slug="abstimmung").first()
    if page is None:
        page = index.add_child(
            instance=ArticlePage(title="Abstimmung", slug="abstimmung", body=BLOCKS)
        )
        page.save_revision().publish()
    client = Client()
    client.force_login(User.objects.get(username=max(READERS, key=READERS.__getitem__)))
    queries = queries_from(corpus, count=100, documents=pages)
    paths = {"page": [page.url], "search": search_paths("/suche/?q=", queries)}
    print(json.dumps(described(client, paths)))

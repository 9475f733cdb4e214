"""Make what `page_view` asks of the bare Wagtail site, and print where it is; run by it in the shell of the site."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page

from benchmarks.bare_wagtail.bare.models import BarePage
from benchmarks.corpora.multiplied import Text, multiplied, queries_from, read_corpus
from benchmarks.filling import body_of
from benchmarks.stacks import CORPUS
from benchmarks.views_texts import BLOCKS, SPACES, described, search_paths


def main(pages: int) -> None:
    """Fill the site with so many pages below eight others."""
    corpus = read_corpus(CORPUS)
    if not BarePage.objects.filter(slug="abstimmung").exists():
        _fill(corpus, pages)
    page = BarePage.objects.get(slug="abstimmung")
    user, _is_new = get_user_model().objects.get_or_create(username="leserin")
    client = Client()
    client.force_login(user)
    queries = queries_from(corpus, count=100, documents=pages)
    paths = {"page": [page.url], "search": search_paths("/search/?query=", queries)}
    print(json.dumps(described(client, paths)))


def _fill(corpus: Sequence[Text], pages: int) -> None:
    home = Page.objects.get(depth=2)
    indexes = []
    for number in range(SPACES):
        space = home.add_child(
            instance=BarePage(title=f"Messung {number}", slug=f"messung-{number}")
        )
        indexes.append(space.add_child(instance=BarePage(title="Messung", slug="messung")))
    for number, text in enumerate(multiplied(corpus, first=0, last=pages)):
        page = BarePage(title=text.title[:255], slug=f"dokument-{number}", body=body_of(text))
        indexes[number % SPACES].add_child(instance=page)
    indexes[0].add_child(instance=BarePage(title="Abstimmung", slug="abstimmung", body=BLOCKS))
    call_command("update_index", verbosity=0)

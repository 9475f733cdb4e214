"""Make the article that `editor` writes on our site, and print where it is; run by it in the shell of the site."""

from __future__ import annotations

import json

from django.conf import settings
from django.test import Client

from access.granting.services import grant_role
from access.models import Space
from access.roles import Role
from accounts.models import Organisation, User
from benchmarks.views_texts import BLOCKS
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.editing.selectors import editor_data, page_to_edit
from knowledge.home.services import create_space


def main() -> None:
    """Make a space with an article and somebody who may publish it."""
    page = ArticlePage.objects.filter(slug="schreiben").first() or _made()
    writer = User.objects.get(username="schreiberin")
    client = Client()
    client.force_login(writer)
    data = editor_data(page_to_edit(writer, page.pk), writer)
    told = {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}",
        "csrf": settings.CSRF_COOKIE_NAME,
        "edit": f"/bearbeiten/{page.pk}/",
        "save": f"/bearbeiten/{page.pk}/entwurf/",
        "title": data["title"],
        "stamp": data["stamp"],
        "lines": data["texts"][0]["lines"],
    }
    print(json.dumps(told))


def _made() -> ArticlePage:
    organisation = Organisation.objects.create(
        slug="schreibstelle", name="Schreibstelle", short_name="Schreibstelle", kind="other"
    )
    User.objects.create(username="schreiberin", organisation=organisation)
    space: Space = create_space(slug="schreiben", title="Schreiben")
    grant_role(space, organisation, Role.PUBLISHER, actor=None)
    index = space.pages.get(depth=3).add_child(
        instance=ArticleIndexPage(title="Artikel", slug="artikel")
    )
    page: ArticlePage = index.add_child(
        instance=ArticlePage(title="Schreiben", slug="schreiben", body=BLOCKS)
    )
    page.save_revision().publish()
    return page

"""Pages that change their space: the consequence is said and confirmed before anything moves."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from access.consequence.confirmation import Refused
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.roles import Role
from audit.context import acting
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.writing.moving import consequence_of_moving
from tests.access.sheets import words_of
from tests.conftest import Cast
from tests.factories import home_of, make_article, publish_below


@pytest.fixture
def folder(cast: Cast) -> Any:
    """Return a folder in A with a confidential page, a draft and a file; B has a list to move it to."""
    make_article(cast.space_b, "Andere")
    index = make_article(cast.space_a, "Bleibt").get_parent().specific
    folder = publish_below(index, ArticleIndexPage(title="Ordner"))
    page = publish_below(folder, ArticlePage(title="Vertraulich", classification="confidential"))
    folder.add_child(instance=ArticlePage(title="Entwurf", live=False))
    document = KnowledgeDocument.objects.create(title="Datei", file="x.txt", space=cast.space_a)
    PageAttachment.objects.create(page=page, document=document)
    for person in (cast.publisher_a, cast.steward_a):
        grant_role(cast.space_b, person, Role.PUBLISHER, actor=None)
    return ArticleIndexPage.objects.get(pk=folder.pk)


@pytest.fixture
def target(cast: Cast, folder: Any) -> Any:
    """Return where it moves."""
    return ArticleIndexPage.objects.get(space=cast.space_b)


@pytest.mark.both
def test_who_gains_who_loses_and_what_goes_along(cast: Cast, folder: Any, target: Any) -> None:
    said = words_of(consequence_of_moving([folder], target))
    assert "Aus dem Bereich „Bereich-A“ in den Bereich „Bereich-B“" in said
    assert "2 Seiten (davon 1 vertraulich), 1 Entwurf, 1 Datei" in said
    # Amt B's two people gain; of Amt A's five, publisher, steward and the member of both read B as well.
    assert "2 Personen, die sie jetzt nicht lesen können, können sie dann lesen" in said
    assert "2 Personen, die sie jetzt lesen können, können es dann nicht mehr" in said


def test_shares_that_stay_end_and_begin_are_named(cast: Cast, folder: Any, target: Any) -> None:
    share_page(folder, cast.stranger, actor=None)
    share_page(folder.get_parent(), cast.organisation_b, actor=None, include_descendants=True)
    share_page(target, cast.reader_a, actor=None, include_descendants=True)
    said = words_of(consequence_of_moving([folder], target))
    assert f"bestehen bleiben: {cast.stranger}." in said
    assert "nicht mehr erreichen: Amt B." in said
    assert f"vertrauliche Seiten ausgenommen: {cast.reader_a}." in said


def test_many_receivers_of_shares_are_counted(cast: Cast, folder: Any, target: Any) -> None:
    people = [one for one in cast.people().values() if one.is_authenticated and one.is_active]
    for receiver in (*people, cast.organisation_b):
        share_page(folder, receiver, actor=None)
    assert len(people) == 10
    assert "und 1 weitere" in words_of(consequence_of_moving([folder], target))


def test_a_move_inside_a_space_has_no_such_consequence(cast: Cast, folder: Any) -> None:
    assert consequence_of_moving([folder], home_of(cast.space_a)) is None
    assert consequence_of_moving([folder], home_of(cast.space_a).get_parent()) is None


def test_the_admin_asks_before_a_page_moves(
    cast: Cast, folder: Any, target: Any, client: Client
) -> None:
    client.force_login(cast.steward_a)
    url = reverse("wagtailadmin_pages:move_confirm", args=[folder.pk, target.pk])
    for answer in (client.get(url), client.post(url)):
        assert answer.status_code == 200
        assert "2 Seiten (davon 1 vertraulich)" in answer.content.decode()
    folder.refresh_from_db()
    assert folder.space == cast.space_a
    assert client.post(url, client.get(url).context["hidden"]).status_code == 302
    folder.refresh_from_db()
    assert folder.space == cast.space_b
    assert KnowledgeDocument.objects.get().space == cast.space_b


@pytest.mark.both
def test_only_a_steward_carries_something_confidential_out(
    cast: Cast, folder: Any, target: Any, client: Client
) -> None:
    client.force_login(cast.publisher_a)
    url = reverse("wagtailadmin_pages:move_confirm", args=[folder.pk, target.pk])
    bulk = reverse("wagtail_bulk_action", args=["basepage", "knowledgepage", "move"])
    for answer in (
        client.get(url),
        client.post(url),
        client.post(f"{bulk}?id={folder.pk}", {"chooser": target.pk}),
    ):
        assert answer.status_code == 403
        assert "dürfen nur die Verantwortlichen des Bereichs „Bereich-A“" in answer.content.decode()
    # Whatever the door, with and without what was confirmed; a draft alone is enough.
    page = make_article(cast.space_a, "Noch intern")
    page.classification = "confidential"
    page.save_revision()
    page.refresh_from_db()
    assert page.classification == "internal"
    with pytest.raises(Refused), acting(cast.publisher_a):
        page.move(target, pos="last-child", user=cast.publisher_a)
    page.refresh_from_db()
    assert page.space == cast.space_a
    page.move(target, pos="last-child")  # the installation itself
    page.refresh_from_db()
    assert page.space == cast.space_b


def test_a_consequence_that_no_longer_holds_is_asked_anew(
    cast: Cast, folder: Any, target: Any, client: Client
) -> None:
    client.force_login(cast.steward_a)
    url = reverse("wagtailadmin_pages:move_confirm", args=[folder.pk, target.pk])
    confirmed = client.get(url).context["hidden"]
    grant_role(cast.space_b, cast.stranger, Role.READER, actor=None)
    again = client.post(url, confirmed)
    assert again.context["is_outdated"]
    folder.refresh_from_db()
    assert folder.space == cast.space_a
    assert client.post(url, again.context["hidden"]).status_code == 302


def test_the_admin_asks_before_several_pages_move(
    cast: Cast, folder: Any, target: Any, client: Client
) -> None:
    client.force_login(cast.steward_a)
    other = ArticlePage.objects.get(title="Bleibt")
    bulk = reverse("wagtail_bulk_action", args=["basepage", "knowledgepage", "move"])
    url = f"{bulk}?id={folder.pk}&id={other.pk}"
    asked = client.post(url, {"chooser": target.pk})
    assert "3 Seiten (davon 1 vertraulich)" in asked.content.decode()
    folder.refresh_from_db()
    assert folder.space == cast.space_a
    assert client.post(url, asked.context["hidden"]).status_code == 302
    for page in (folder, other):
        page.refresh_from_db()
        assert page.space == cast.space_b


def test_inside_a_space_wagtails_own_question_is_enough(
    cast: Cast, folder: Any, client: Client
) -> None:
    client.force_login(cast.publisher_a)
    other = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Zweite Liste"))
    url = reverse("wagtailadmin_pages:move_confirm", args=[folder.pk, other.pk])
    assert client.post(url).status_code == 302
    bulk = reverse("wagtail_bulk_action", args=["basepage", "knowledgepage", "unpublish"])
    assert client.post(f"{bulk}?id={folder.pk}").status_code == 302

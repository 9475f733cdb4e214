"""Copies ask like moves and are never milder than their source; aliases stay in their space."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from access.consequence.confirmation import NotConfirmed, Refused, confirmed
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.roles import Role
from audit.context import acting
from audit.models import Entry
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.writing.copying import copy_page, make_alias
from tests.conftest import Cast
from tests.factories import home_of, make_article, publish_below

SECRET = "Geheimwort"


@pytest.fixture
def page(cast: Cast) -> Any:
    """Return a page in A; its publisher publishes in B, too."""
    make_article(cast.space_b, "Andere")
    grant_role(cast.space_b, cast.publisher_a, Role.PUBLISHER, actor=None)
    return make_article(cast.space_a, "Vorlage", text=SECRET)


@pytest.fixture
def target(cast: Cast, page: Any) -> Any:
    """Return the list in B."""
    return ArticleIndexPage.objects.get(space=cast.space_b)


def mark(page: Any, classification: str) -> Any:
    """Publish the page with another mark, as the installation."""
    page.classification = classification
    page.save_revision().publish()
    return page


def copy(page: Any, to: Any, actor: Any, **more: Any) -> Any:
    """Copy a page with what doesn't matter here."""
    usual = {"title": "Kopie", "slug": "kopie", "with_subpages": True, "is_live": True}
    return copy_page(page, to=to, actor=actor, **{**usual, **more})


def send(client: Client, page: Any, to: Any, **more: Any) -> Any:
    """Send the admin's form for copying."""
    fields = {"new_title": "Kopie", "new_slug": "kopie", "new_parent_page": to.pk, **more}
    return client.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), fields)


def lines() -> set[tuple[str, int | None]]:
    """Return what the log says of pages copied: action and space."""
    entries = Entry.objects.filter(action__regex="^page.(copied|alias)")
    return set(entries.values_list("action", "space_id"))


def test_a_copy_in_another_space_asks_who_gains(
    cast: Cast, page: Any, target: Any, client: Client
) -> None:
    client.force_login(cast.publisher_a)
    asked = send(client, page, target, publish_copies="on")
    consequence = asked.context["consequence"]
    assert [cast.space_a.title in one.change for one in consequence.items] == [True]
    # Amt B's two people; the publisher and the member of both read A as well.
    assert "2 Personen, die sie jetzt nicht lesen können" in consequence.items[0].effects[1]
    assert not KnowledgePage.objects.filter(slug="kopie").exists()
    assert lines() == set()
    assert client.post(asked.wsgi_request.path, asked.context["hidden"]).status_code == 302
    assert KnowledgePage.objects.get(slug="kopie", live=True).space == cast.space_b
    assert lines() == {
        ("page.copied_away", cast.space_a.pk),
        ("page.copied_here", cast.space_b.pk),
    }


def test_the_question_says_which_files_stay(cast: Cast, page: Any, target: Any) -> None:
    document = KnowledgeDocument.objects.create(title="Datei", file="x.txt", space=cast.space_a)
    page.attachments.add(PageAttachment(document=document))
    page.save_revision().publish()
    with pytest.raises(NotConfirmed) as problem:
        copy(page, target, cast.publisher_a)
    assert any("1 Datei" in one for one in problem.value.consequence.items[0].effects)
    with confirmed(problem.value.consequence.fingerprint):
        copy(page, target, cast.publisher_a)
    document.refresh_from_db()
    assert document.space == cast.space_a


def test_a_copy_inside_a_space_is_made_and_logged(cast: Cast, page: Any, client: Client) -> None:
    client.force_login(cast.publisher_a)
    assert send(client, page, page.get_parent(), publish_copies="on").status_code == 302
    assert KnowledgePage.objects.get(slug="kopie").space == cast.space_a
    assert lines() == {("page.copied", cast.space_a.pk)}


@pytest.mark.parametrize("where", ["page", "draft", "subpage"])
def test_nobody_copies_confidential_pages_into_another_space(
    cast: Cast, page: Any, target: Any, client: Client, where: str
) -> None:
    folder = publish_below(page.get_parent().specific, ArticleIndexPage(title="Ordner"))
    child = publish_below(folder, ArticlePage(title="Unten"))
    if where == "draft":
        child.classification = "confidential"
        child.save_revision()
    else:
        mark(folder if where == "page" else child, "confidential")
    for person in (cast.publisher_a, cast.curator):
        client.force_login(person)
        answer = send(client, folder, target, copy_subpages="on", publish_copies="on")
        assert "new_parent_page" in answer.context["form"].errors
        with pytest.raises(Refused):
            copy(KnowledgePage.objects.get(pk=folder.pk), target, person)
    assert not KnowledgePage.objects.filter(slug="kopie").exists()


def test_a_copy_is_as_strict_as_the_latest_draft(cast: Cast, page: Any) -> None:
    page.classification = "confidential"
    page.save_revision()
    stored = KnowledgePage.objects.get(pk=page.pk)
    made = copy(stored, page.get_parent(), cast.publisher_a)
    assert made.classification == made.get_latest_revision_as_object().classification
    assert made.classification == "confidential"


def test_only_a_steward_of_the_target_copies_a_page_as_public(cast: Cast, page: Any) -> None:
    mark(page, "public")
    for person, expected in ((cast.publisher_a, "internal"), (cast.steward_a, "public")):
        made = copy(page, page.get_parent(), person, slug=f"von-{person.username}")
        assert made.classification == expected
        assert made.get_latest_revision_as_object().classification == expected


def test_drafts_and_earlier_versions_stay_in_their_space(
    cast: Cast, page: Any, target: Any
) -> None:
    page.body = [("paragraph", "Neuer Text")]
    page.save_revision()
    with pytest.raises(NotConfirmed) as problem:
        copy(page, target, cast.publisher_a)
    with confirmed(problem.value.consequence.fingerprint):
        stored = KnowledgePage.objects.get(pk=page.pk)
        made = copy(stored, target, cast.publisher_a)
    assert made.revisions.count() == 1
    assert SECRET in str(made.get_latest_revision().content)


def test_an_alias_in_another_space_is_refused(
    cast: Cast, page: Any, target: Any, client: Client
) -> None:
    client.force_login(cast.curator)
    answer = send(client, page, target, alias="on")
    assert "alias" in answer.context["form"].errors
    with pytest.raises(Refused):
        make_alias(page, to=target, actor=cast.curator, slug="alias", with_subpages=False)
    assert not KnowledgePage.objects.filter(alias_of__isnull=False).exists()


def test_whatever_made_the_alias_it_never_lies_in_another_space(
    cast: Cast, page: Any, target: Any
) -> None:
    alien = ArticlePage(title="Tunnel", alias_of=KnowledgePage.objects.get(pk=page.pk))
    with pytest.raises(Refused):
        target.add_child(instance=alien)


def test_wagtails_own_copying_is_closed_to_people(cast: Cast, page: Any, target: Any) -> None:
    with acting(cast.curator):
        for deed in (page.copy, page.create_alias):
            with pytest.raises(Refused):
                deed()
    with pytest.raises(Refused):
        page.copy(to=target, user=cast.curator)
    assert KnowledgePage.objects.filter(title=page.title).count() == 1


def test_an_alias_inside_a_space_is_logged_and_said(cast: Cast, page: Any, client: Client) -> None:
    client.force_login(cast.publisher_a)
    assert send(client, page, page.get_parent(), alias="on").status_code == 302
    alias = KnowledgePage.objects.get(alias_of=page)
    assert lines() == {("page.alias_made", cast.space_a.pk)}
    for one, other in ((page, alias), (alias, page)):
        shown = client.get(reverse("access:page", args=[one.pk]))
        assert [same.pk for same in shown.context["aliases"]] == [other.pk]
    share_page(page, cast.stranger, actor=None)
    client.force_login(cast.stranger)
    shown = client.get(reverse("access:page", args=[page.pk]))
    assert not shown.context["aliases"]


@pytest.mark.parametrize("moved", ["source", "alias"])
def test_page_and_alias_are_not_parted_by_a_move(
    cast: Cast, page: Any, target: Any, client: Client, moved: str
) -> None:
    folder = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Ordner"))
    alias = make_alias(page, to=folder, actor=cast.publisher_a, slug="alias", with_subpages=False)
    chosen = page if moved == "source" else alias
    client.force_login(cast.publisher_a)
    url = reverse("wagtailadmin_pages:move_confirm", args=[chosen.pk, target.pk])
    answer = client.post(url, client.get(url).context["hidden"])
    assert answer.status_code == 403
    for one in (page, alias):
        one.refresh_from_db()
        assert one.space == cast.space_a


def test_an_alias_below_a_share_asks(cast: Cast, page: Any, client: Client) -> None:
    folder = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Geteilt"))
    share_page(folder, cast.stranger, actor=None, include_descendants=True)
    client.force_login(cast.publisher_a)
    asked = send(client, page, folder, alias="on")
    assert str(cast.stranger) in " ".join(asked.context["consequence"].items[0].effects)
    assert not KnowledgePage.objects.filter(alias_of=page).exists()
    assert client.post(asked.wsgi_request.path, asked.context["hidden"]).status_code == 302
    assert KnowledgePage.objects.filter(alias_of=page).exists()


def test_republishing_a_source_asks_for_its_shared_alias(cast: Cast, page: Any) -> None:
    alias = make_alias(
        page, to=page.get_parent(), actor=cast.publisher_a, slug="alias", with_subpages=False
    )
    share_page(alias, cast.stranger, actor=None)
    page.unpublish()
    with acting(cast.publisher_a), pytest.raises(NotConfirmed):
        KnowledgePage.objects.get(pk=page.pk).get_latest_revision().publish()
    alias.refresh_from_db()
    assert not alias.live


def test_an_alias_that_becomes_a_page_is_logged(cast: Cast, page: Any, client: Client) -> None:
    alias = make_alias(
        page, to=page.get_parent(), actor=cast.publisher_a, slug="alias", with_subpages=False
    )
    client.force_login(cast.publisher_a)
    url = reverse("wagtailadmin_pages:convert_alias", args=[alias.pk])
    assert client.post(url).status_code == 302
    assert ("page.alias_ended", cast.space_a.pk) in lines()

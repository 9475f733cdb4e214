"""Whatever lets people outside a space read a page by a share is asked first, by whichever door it comes."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.consequence.confirmation import NotConfirmed, confirmed
from access.granting.shares import share_page
from audit.context import acting
from audit.models import Entry
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from tests.conftest import Cast
from tests.factories import home_of, publish_below


@pytest.fixture
def folder(cast: Cast) -> Any:
    """Return a list in A that a stranger reads with its subpages."""
    folder = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Geteilt"))
    share_page(folder, cast.stranger, actor=None, include_descendants=True)
    return folder


@pytest.fixture
def page(cast: Cast) -> Any:
    """Return a page that only A reads."""
    inside = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Innen"))
    return publish_below(inside, ArticlePage(title="Inneres"))


@pytest.fixture
def publisher(cast: Cast, client: Client) -> Client:
    """Return a client of A's publisher, who is no steward."""
    client.force_login(cast.publisher_a)
    return client


def sees(person: Any, page: Any) -> bool:
    """Tell whether somebody sees a page now."""
    return bool(KnowledgePage.objects.visible_to(person).filter(pk=page.pk).exists())


def asked_about(answer: Any, person: Any) -> dict[str, list[str]]:
    """Check that the answer asks about a person; return what confirms it."""
    assert answer.status_code == 200, answer
    said = [one for item in answer.context["consequence"].items for one in item.effects]
    assert any(str(person) in one for one in said), said
    hidden: dict[str, list[str]] = answer.context["hidden"]
    return hidden


def fields_of(page: Any, **more: str) -> dict[str, str]:
    """Return what the admin's editor sends for an article."""
    return {
        "title": page.title,
        "slug": page.slug or "neu",
        "summary": "",
        "body-count": "0",
        "attachments-TOTAL_FORMS": "0",
        "attachments-INITIAL_FORMS": "0",
        "classification": page.classification,
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **more,
    }


def test_moving_a_page_below_a_share_asks(
    cast: Cast, folder: Any, page: Any, publisher: Client
) -> None:
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, folder.pk])
    asked_about(publisher.get(url), cast.stranger)
    hidden = asked_about(publisher.post(url), cast.stranger)
    assert not sees(cast.stranger, page)
    assert publisher.post(url, hidden).status_code == 302
    assert sees(cast.stranger, page)


def test_moving_several_pages_below_a_share_asks_once(
    cast: Cast, folder: Any, page: Any, publisher: Client
) -> None:
    other = publish_below(page.get_parent(), ArticlePage(title="Zweites"))
    bulk = reverse("wagtail_bulk_action", args=["basepage", "knowledgepage", "move"])
    url = f"{bulk}?id={page.pk}&id={other.pk}"
    hidden = asked_about(publisher.post(url, {"chooser": folder.pk}), cast.stranger)
    assert publisher.post(url, hidden).status_code == 302
    assert sees(cast.stranger, page)
    assert sees(cast.stranger, other)


def test_creating_a_page_below_a_share_asks(cast: Cast, folder: Any, publisher: Client) -> None:
    url = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", folder.pk])
    fields = fields_of(ArticlePage(title="Neu"), **{"action-publish": "x"})
    asked = publisher.post(url, fields)
    hidden = asked_about(asked, cast.stranger)
    assert not KnowledgePage.objects.filter(slug="neu").exists()
    assert not Entry.objects.filter(action="page.published", actor=cast.publisher_a).exists()
    assert publisher.post(url, hidden).status_code == 302
    assert sees(cast.stranger, KnowledgePage.objects.get(slug="neu"))
    assert list(publisher.get(reverse("wagtailadmin_home")).context["messages"])


def test_what_was_typed_may_be_kept_as_a_draft(cast: Cast, folder: Any, publisher: Client) -> None:
    url = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", folder.pk])
    fields = fields_of(ArticlePage(title="Neu"), **{"action-publish": "x"})
    asked = publisher.post(url, fields)
    assert publisher.post(url, asked.context["as_draft"]).status_code == 302
    assert not KnowledgePage.objects.get(slug="neu").live


def test_a_draft_below_a_share_asks_nothing_until_it_is_published(
    cast: Cast, folder: Any, publisher: Client
) -> None:
    url = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", folder.pk])
    assert publisher.post(url, fields_of(ArticlePage(title="Neu"))).status_code == 302
    draft = KnowledgePage.objects.get(slug="neu").specific
    edit = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    fields = fields_of(draft, **{"action-publish": "x"})
    hidden = asked_about(publisher.post(edit, fields), cast.stranger)
    assert draft.revisions.count() == 1
    assert publisher.post(edit, hidden).status_code == 302
    assert sees(cast.stranger, draft)
    # Who reads it doesn't grow any more.
    assert publisher.post(edit, fields).status_code == 302


def test_publishing_several_drafts_asks_once(cast: Cast, folder: Any, publisher: Client) -> None:
    drafts = [ArticlePage(title=f"Entwurf {n}", live=False) for n in range(3)]
    for one in drafts:
        folder.add_child(instance=one)
        one.save_revision()
    bulk = reverse("wagtail_bulk_action", args=["basepage", "knowledgepage", "publish"])
    url = f"{bulk}?id={folder.pk}"
    asked = publisher.post(url, {"include_descendants": "on"})
    hidden = asked_about(asked, cast.stranger)
    assert all(one.title in asked.context["consequence"].items[0].change for one in drafts)
    assert not any(sees(cast.stranger, one) for one in drafts)
    assert publisher.post(url, hidden).status_code == 302
    assert all(sees(cast.stranger, one) for one in drafts)


def test_a_time_to_publish_is_asked_when_it_is_set(
    cast: Cast, folder: Any, publisher: Client
) -> None:
    url = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", folder.pk])
    soon = timezone.localtime() + dt.timedelta(days=1)
    fields = fields_of(ArticlePage(title="Neu"), **{"action-publish": "x"})
    fields["go_live_at"] = soon.strftime("%d.%m.%Y %H:%M")
    hidden = asked_about(publisher.post(url, fields), cast.stranger)
    assert publisher.post(url, hidden).status_code == 302
    page = KnowledgePage.objects.get(slug="neu")
    assert not page.live
    assert page.scheduled_revision


def test_moving_a_page_that_will_be_published_below_a_share_asks(
    cast: Cast, folder: Any, page: Any, publisher: Client
) -> None:
    draft = ArticlePage(title="Bald", live=False)
    page.get_parent().add_child(instance=draft)
    revision = draft.save_revision(approved_go_live_at=timezone.now() + dt.timedelta(days=1))
    url = reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, folder.pk])
    asked_about(publisher.get(url), cast.stranger)
    revision.approved_go_live_at = None
    revision.save()
    assert "consequence" not in (publisher.get(url).context or {})  # Wagtail's own question


def test_a_milder_mark_below_a_share_asks(cast: Cast, folder: Any, client: Client) -> None:
    page = publish_below(folder, ArticlePage(title="Akte", classification="confidential"))
    client.force_login(cast.steward_a)
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    fields = fields_of(page, classification="internal", **{"action-publish": "x"})
    asked_about(client.post(edit, fields), cast.stranger)
    assert not sees(cast.stranger, page)


def test_restoring_an_earlier_version_that_was_public_asks(
    cast: Cast, folder: Any, client: Client
) -> None:
    page = publish_below(folder, ArticlePage(title="Akte"))
    earlier = page.latest_revision
    page.classification = "confidential"
    page.save_revision().publish()
    client.force_login(cast.steward_a)
    url = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, earlier.pk])
    fields = fields_of(page, classification="internal", **{"action-publish": "x"})
    asked_about(client.post(url, fields), cast.stranger)
    assert not sees(cast.stranger, page)


def test_publishing_again_what_is_shared_asks(cast: Cast, page: Any, publisher: Client) -> None:
    share_page(page, cast.stranger, actor=None)
    page.unpublish()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    fields = fields_of(page, **{"action-publish": "x"})
    hidden = asked_about(publisher.post(edit, fields), cast.stranger)
    assert publisher.post(edit, hidden).status_code == 302
    assert sees(cast.stranger, page)


def test_copying_below_a_share_asks_with_its_subpages(
    cast: Cast, folder: Any, publisher: Client
) -> None:
    source = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Quelle"))
    publish_below(source, ArticlePage(title="Unten"))
    url = reverse("wagtailadmin_pages:copy", args=[source.pk])
    fields = {
        "new_title": "Kopie", "new_slug": "kopie", "new_parent_page": folder.pk, "copy_subpages": "on",
    }  # fmt: skip
    asked = publisher.post(url, {**fields, "publish_copies": "on"})
    asked_about(asked, cast.stranger)
    assert "Unten" in asked.context["consequence"].items[0].change
    # As drafts nobody outside reads them.
    assert publisher.post(url, fields).status_code == 302


def test_a_service_that_nobody_thought_of_asks_all_the_same(
    cast: Cast, folder: Any, page: Any
) -> None:
    with acting(cast.publisher_a):
        with pytest.raises(NotConfirmed) as moved:
            page.move(folder, pos="last-child")
        with pytest.raises(NotConfirmed):
            folder.add_child(instance=ArticlePage(title="Neu"))
        draft = ArticlePage(title="Entwurf", live=False)
        folder.add_child(instance=draft)
        with pytest.raises(NotConfirmed):
            draft.save_revision().publish()
    assert {one.title for one in KnowledgePage.objects.visible_to(cast.stranger)} == {
        "Geteilt", home_of(cast.space_a).get_parent().title,
    }  # fmt: skip
    with acting(cast.publisher_a), confirmed(moved.value.consequence.fingerprint):
        KnowledgePage.objects.get(pk=page.pk).move(folder, pos="last-child")
    assert sees(cast.stranger, page)


def test_who_reads_the_same_is_not_asked(
    cast: Cast, folder: Any, page: Any, publisher: Client
) -> None:
    lower = publish_below(folder, ArticleIndexPage(title="Unterordner"))
    child = publish_below(folder, ArticlePage(title="Kind"))
    url = reverse("wagtailadmin_pages:move_confirm", args=[child.pk, lower.pk])
    assert publisher.post(url).status_code == 302
    position = reverse("wagtailadmin_pages:set_page_position", args=[lower.pk])
    assert publisher.post(f"{position}?position=0").status_code == 200
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert publisher.post(edit, fields_of(page, **{"action-publish": "x"})).status_code == 302


def test_a_longer_share_asks_too(cast: Cast, page: Any, folder: Any, publisher: Client) -> None:
    share_page(page, cast.stranger, actor=None, until=timezone.now() + dt.timedelta(days=1))
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, folder.pk])
    asked_about(publisher.get(url), cast.stranger)


def test_autosaving_programs_are_told_in_their_way(
    cast: Cast, folder: Any, publisher: Client
) -> None:
    url = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", folder.pk])
    fields = fields_of(ArticlePage(title="Neu"), **{"action-publish": "x"})
    answer = publisher.post(url, fields, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error_code"]) == (409, "needs_confirmation")
    again = {**fields, "state": answer.json()["state"]}
    publisher.post(url, again, headers={"Accept": "application/json"})
    assert sees(cast.stranger, KnowledgePage.objects.get(slug="neu"))


def test_an_import_below_a_share_asks(cast: Cast, folder: Any, tmp_path: Path) -> None:
    (tmp_path / "neu.txt").write_text("Ein neuer Text.")

    def run(**more: Any) -> None:
        call_command(
            "import_documents", str(tmp_path), space=cast.space_a.slug, under=folder.slug,
            stdout=StringIO(), stderr=StringIO(), **more,
        )  # fmt: skip

    run(dry_run=True)
    with pytest.raises(CommandError, match=str(cast.stranger)) as problem:
        run()
    assert not ArticlePage.objects.exists()
    run(confirm=str(problem.value).rpartition(" ")[2].rstrip("."))
    assert sees(cast.stranger, ArticlePage.objects.get())

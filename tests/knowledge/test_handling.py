"""The mark of a page: who may change it, what ends with it, what a print says."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import get_page_models

from access.granting.shares import end_shares_of_confidential_page, share_page
from access.models import PageGroupObjectPermission, PageUserObjectPermission
from access.rights import can
from access.roles import Action
from audit.models import Entry
from knowledge.articles.models import ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.wagtail_edge.forms import check_forms
from tests.conftest import Cast
from tests.factories import make_article


def save(client: Client, page: Any, mark: str, *, publish: bool = True) -> Any:
    """Send the admin's form of an article with a mark."""
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = {
        "title": page.title, "slug": page.slug, "classification": mark, "owning_organisation": "",
        "review_by": "", "source": "", "body-count": 0, "attachments-TOTAL_FORMS": 0,
        "attachments-INITIAL_FORMS": 0, "attachments-MIN_NUM_FORMS": 0,
        "attachments-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    return client.post(url, data | ({"action-publish": "1"} if publish else {}), follow=True)


def mark_of(page: Any) -> str:
    """Return the published mark."""
    stored: str = KnowledgePage.objects.get(pk=page.pk).classification
    return stored


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person, backend="access.backends.AccessBackend")
    return client


@pytest.mark.parametrize(
    ("before", "after"),
    [("confidential", "internal"), ("confidential", "public"), ("internal", "public")],
)
def test_a_publisher_chooses_no_milder_mark_and_a_steward_does(
    cast: Cast, client: Client, before: str, after: str
) -> None:
    page = make_article(cast.space_a, "Seite")
    page.classification = before
    page.save_revision().publish()
    refused = save(signed_in(client, cast.publisher_a), page, after)
    assert "Eine weniger strenge Handhabung" in refused.content.decode()
    assert mark_of(page) == before
    save(signed_in(client, cast.steward_a), page, after)
    assert mark_of(page) == after


def test_a_publisher_chooses_a_stricter_mark(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    save(signed_in(client, cast.publisher_a), page, "confidential")
    assert mark_of(page) == "confidential"


def test_a_draft_that_is_sent_without_a_mark_keeps_it(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    page.classification = "confidential"
    page.save_revision().publish()
    answer = save(signed_in(client, cast.publisher_a), page, "", publish=False)
    assert answer.status_code == 200
    page.refresh_from_db()
    assert page.get_latest_revision_as_object().classification == "confidential"
    assert page.revisions.count() == 3


def test_what_was_never_published_may_be_taken_back(cast: Cast, client: Client) -> None:
    page = make_article(cast.space_a, "Seite")
    save(signed_in(client, cast.publisher_a), page, "confidential", publish=False)
    assert mark_of(page) == "internal"
    save(client, page, "internal")
    assert mark_of(page) == "internal"
    assert (
        ArticlePage.objects.get(pk=page.pk).get_latest_revision_as_object().classification
        == "internal"
    )


def test_a_draft_that_a_steward_lowered_is_published_by_a_publisher(
    cast: Cast, client: Client
) -> None:
    page = make_article(cast.space_a, "Seite")
    page.classification = "confidential"
    page.save_revision().publish()
    save(signed_in(client, cast.steward_a), page, "internal", publish=False)
    assert mark_of(page) == "confidential"
    save(signed_in(client, cast.publisher_a), page, "internal")
    assert mark_of(page) == "internal"


def test_an_older_milder_revision_does_not_come_back_by_a_publisher(
    cast: Cast, client: Client
) -> None:
    page = make_article(cast.space_a, "Seite")
    first = page.latest_revision
    page.classification = "confidential"
    page.save_revision().publish()
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, first.pk])
    assert signed_in(client, cast.publisher_a).get(revert).status_code == 200
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = {
        "title": page.title, "slug": page.slug, "classification": "internal", "revision": first.pk,
        "owning_organisation": "", "review_by": "", "source": "", "body-count": 0,
        "attachments-TOTAL_FORMS": 0, "attachments-INITIAL_FORMS": 0, "action-publish": "1",
    }  # fmt: skip
    client.post(url, data)
    assert mark_of(page) == "confidential"


@pytest.mark.parametrize(("name", "is_made"), [("publisher_a", False), ("steward_a", True)])
def test_a_new_page_is_public_only_by_a_steward(
    cast: Cast, client: Client, name: str, is_made: bool
) -> None:
    folder = make_article(cast.space_a, "Seite").get_parent()
    url = reverse("wagtailadmin_pages:add", args=["articles", "articlepage", folder.pk])
    data = {
        "title": "Neu", "slug": "neu", "classification": "public", "body-count": 0,
        "owning_organisation": "", "review_by": "", "source": "", "attachments-TOTAL_FORMS": 0,
        "attachments-INITIAL_FORMS": 0, "action-publish": "1",
    }  # fmt: skip
    signed_in(client, getattr(cast, name)).post(url, data)
    assert KnowledgePage.objects.filter(slug="neu").exists() is is_made
    data["classification"] = "internal"
    data["slug"] = "zweite"
    client.post(url, data)
    assert KnowledgePage.objects.filter(slug="zweite").exists()


def test_shares_end_with_a_line_and_a_message_and_do_not_come_back(
    cast: Cast, client: Client
) -> None:
    page = make_article(cast.space_a, "Seite")
    share_page(page, cast.stranger, actor=cast.steward_a)
    share_page(page.get_parent(), cast.organisation_b, actor=None, include_descendants=True)
    assert can(cast.reader_b, Action.READ, page)
    said = save(signed_in(client, cast.publisher_a), page, "confidential").content.decode()
    assert str(cast.stranger) in said
    assert "Amt B" in said
    assert not can(cast.stranger, Action.READ, page)
    assert not can(cast.reader_b, Action.READ, page)
    assert not PageUserObjectPermission.objects.exists()
    assert PageGroupObjectPermission.objects.count() == 1
    line = Entry.objects.get(action="share.revoked")
    assert (line.actor_id, line.object_id) == (cast.publisher_a.pk, str(cast.stranger.pk))
    save(signed_in(client, cast.steward_a), page, "internal")
    assert not can(cast.stranger, Action.READ, page)


def test_shares_of_other_pages_are_not_ended(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    with pytest.raises(ValueError, match="not confidential"):
        end_shares_of_confidential_page(page, actor=None)


@pytest.mark.parametrize(
    ("mark", "said", "names_reader"),
    [("public", "Handhabung: öffentlich", False), ("internal", "Handhabung: intern", False),
     ("confidential", "Handhabung: vertraulich", True)],
)  # fmt: skip
def test_a_print_says_how_it_must_be_handled(
    cast: Cast, client: Client, mark: str, said: str, names_reader: bool
) -> None:
    page = make_article(cast.space_a, "Seite")
    page.classification = mark
    page.save()
    text = signed_in(client, cast.reader_a).get(page.url).content.decode()
    assert said in text
    assert (f"Abgerufen von {cast.reader_a}" in text) is names_reader


def test_a_kind_of_page_with_a_form_that_does_not_ask_is_refused_at_the_start() -> None:
    class Careless:
        base_form_class = WagtailAdminPageForm

    with pytest.raises(ImproperlyConfigured, match="must extend KnowledgePageForm"):
        check_forms([ArticlePage, Careless])
    check_forms(get_page_models())

"""Shares: one page for somebody outside its space, and nothing more."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from access.granting.shares import share_page, unshare_page
from access.models import PageUserObjectPermission
from access.rights import can, scope_for
from access.roles import Action
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from tests.conftest import Cast
from tests.factories import make_article


def test_a_share_gives_one_page_and_its_files(cast: Cast, client: Client) -> None:
    page, other = make_article(cast.space_a, "Geteilt"), make_article(cast.space_a, "Anderes")
    document = KnowledgeDocument.objects.create(title="Datei", file="x.txt", space=cast.space_a)
    PageAttachment.objects.create(page=page, document=document)
    page.save()  # Wagtail notes the reference when the page is saved
    share_page(page, cast.reader_b, actor=cast.steward_a, reason="Absprache")
    assert can(cast.reader_b, Action.READ, page)
    assert can(cast.reader_b, Action.READ, document)
    assert list(KnowledgeDocument.objects.visible_to(cast.reader_b)) == [document]
    assert not can(cast.reader_b, Action.READ, other)
    assert not can(cast.reader_b, Action.READ, cast.space_a)
    client.force_login(cast.reader_b)
    assert client.get(page.url).status_code == 200
    assert client.get(other.url).status_code == 404
    assert client.get(page.get_parent().url).status_code == 404


def test_a_share_reaches_subpages_only_if_that_is_said(cast: Cast) -> None:
    page = make_article(cast.space_a, "Unterseite")
    folder = page.get_parent()
    share_page(folder, cast.organisation_b, actor=cast.steward_a)
    assert not can(cast.reader_b, Action.READ, page)
    share_page(folder, cast.organisation_b, actor=cast.steward_a, include_descendants=True)
    assert can(cast.reader_b, Action.READ, page)
    assert page in KnowledgePage.objects.visible_to(cast.reader_b).specific()


def test_a_share_never_reaches_a_confidential_page(cast: Cast) -> None:
    page = make_article(cast.space_a, "Vertraulich")
    folder = page.get_parent()
    share_page(folder, cast.reader_b, actor=None, include_descendants=True)
    page.classification = "confidential"
    page.save_revision().publish()
    assert not can(cast.reader_b, Action.READ, page)
    assert page.pk not in KnowledgePage.objects.visible_to(cast.reader_b).values_list(
        "pk", flat=True
    )
    assert not scope_for(cast.reader_b).allows(space_id=page.space_id, path=page.path)
    with pytest.raises(ValidationError):
        share_page(page, cast.reader_b, actor=None)


def test_a_share_ends_at_its_moment(cast: Cast) -> None:
    page = make_article(cast.space_a, "Befristet")
    share_page(page, cast.reader_b, actor=None, until=timezone.now() + dt.timedelta(days=1))
    assert can(cast.reader_b, Action.READ, page)
    PageUserObjectPermission.objects.update(until=timezone.now())
    assert not can(cast.reader_b, Action.READ, page)


@pytest.mark.parametrize("name", ["reader_a", "publisher_a", "publisher_b", "reader_b"])
def test_only_stewards_share(cast: Cast, name: str) -> None:
    page = make_article(cast.space_a, "Seite")
    for change in (share_page, unshare_page):
        with pytest.raises(PermissionDenied):
            change(page, cast.reader_b, actor=getattr(cast, name))


def test_taking_a_share_back_counts_at_once(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    share_page(page, cast.reader_b, actor=None)
    unshare_page(page, cast.reader_b, actor=cast.curator)
    assert not can(cast.reader_b, Action.READ, page)


def test_deleting_the_page_ends_its_shares(cast: Cast) -> None:
    page = make_article(cast.space_a, "Seite")
    share_page(page, cast.reader_b, actor=None)
    page.delete()
    assert scope_for(cast.reader_b).shared == ()

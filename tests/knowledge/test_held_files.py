"""A file that a confidential page holds back is opened by nobody's silence: whatever lets it go is asked first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from access.consequence.confirmation import NotConfirmed, confirmed
from access.consequence.held_files import let_go
from access.granting.services import grant_role
from access.granting.shares import share_page
from access.handling import is_confidential
from access.roles import Role
from audit.context import acting
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.files.models import KnowledgeDocument, PageAttachment
from knowledge.writing import binning
from knowledge.writing.models import BinnedPage
from knowledge.writing.moving import consequence_of_moving
from tests.conftest import Cast
from tests.factories import home_of, make_article, publish_below


@pytest.fixture
def document(cast: Cast) -> Any:
    """Return a file of A that a page attaches which a stranger reads, and a confidential page, too."""
    document = KnowledgeDocument(title="Lageplan", space=cast.space_a)
    document.file.save("lageplan.txt", ContentFile(b"x"))
    shared = make_article(cast.space_a, "Offen")
    attach(shared, document)
    share_page(shared, cast.stranger, actor=None)
    assert sees(cast.stranger, document)
    attach(secret_of(cast), document)
    assert not sees(cast.stranger, document)
    return document


def secret_of(cast: Cast) -> Any:
    """Return the confidential page; made when it is asked for first."""
    found = KnowledgePage.objects.filter(title="Geheim").first()
    if found is not None:
        return found.specific
    folder = publish_below(home_of(cast.space_a), ArticleIndexPage(title="Ordner"))
    return publish_below(folder, ArticlePage(title="Geheim", classification="confidential"))


def attach(page: Any, document: Any) -> None:
    """Publish a page with a file more."""
    page.attachments.add(PageAttachment(document=document))
    page.save_revision().publish()


def sees(person: Any, document: Any) -> bool:
    """Tell whether somebody may fetch a file now."""
    return bool(KnowledgeDocument.objects.visible_to(person).filter(pk=document.pk).exists())


def detach(page: Any) -> None:
    """Publish the page without its file."""
    page.attachments = []
    page.save_revision().publish()


def soften(page: Any) -> None:
    """Publish the page as an internal one."""
    page.classification = "internal"
    page.save_revision().publish()


def delete(page: Any) -> None:
    """Delete the page."""
    page.delete()


def delete_folder(page: Any) -> None:
    """Delete what lies above the page."""
    page.get_parent().specific.delete()


@pytest.mark.parametrize("deed", [detach, soften, delete, delete_folder])
def test_whatever_lets_the_file_go_is_asked(
    cast: Cast, document: Any, deed: Callable[[Any], None]
) -> None:
    with acting(cast.steward_a):
        with pytest.raises(NotConfirmed) as asked:
            deed(secret_of(cast))
        assert not sees(cast.stranger, document)
        consequence = asked.value.consequence
        said = " ".join((consequence.items[-1].change, *consequence.items[-1].effects))
        assert "Lageplan" in said
        assert str(cast.stranger) in said
        with confirmed(consequence.fingerprint):
            deed(secret_of(cast))
    assert sees(cast.stranger, document)


def test_what_leaves_the_space_and_leaves_the_file_behind_says_so_once(
    cast: Cast, document: Any, client: Any
) -> None:
    grant_role(cast.space_b, cast.steward_a, Role.PUBLISHER, actor=None)
    target = publish_below(home_of(cast.space_b), ArticleIndexPage(title="Drüben"))
    page = secret_of(cast)
    consequence = consequence_of_moving([page], target)
    assert consequence is not None
    assert any("Lageplan" in one.change for one in consequence.items)
    client.force_login(cast.steward_a)
    url = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, target.pk])
    asked = client.post(url)
    assert not sees(cast.stranger, document)
    assert client.post(url, asked.context["hidden"]).status_code == 302
    assert sees(cast.stranger, document)


def test_what_opens_no_file_asks_nothing(cast: Cast, document: Any) -> None:
    attach(other := make_article(cast.space_a, "Andere"), document)
    with acting(cast.steward_a):
        other.delete()
        page = secret_of(cast)
        page.title = "Weiter geheim"
        page.save_revision().publish()
    assert not sees(cast.stranger, document)


def test_emptying_the_bin_opens_no_file_to_shares_that_nobody_was_asked_about(
    cast: Cast, document: Any
) -> None:
    page = secret_of(cast)
    binning.put_into_bin(page, actor=cast.publisher_a)
    later = make_article(cast.space_a, "Später geteilt")
    attach(later, document)
    share_page(later, cast.reader_b, actor=None)
    BinnedPage.objects.update(deleted_at=timezone.now() - 2 * binning.KEPT)
    assert binning.empty_bin() == 1
    assert not KnowledgePage.objects.filter(pk=page.pk).exists()
    assert not any(sees(one, document) for one in (cast.stranger, cast.reader_b))
    assert sees(cast.reader_a, document)
    document.refresh_from_db()
    assert is_confidential(document)
    assert not KnowledgeDocument.objects.exportable_by(cast.reader_a).exists()
    assert let_go([("files.KnowledgeDocument", document.pk)]) == {}


def test_a_file_that_another_confidential_page_still_shows_is_let_go_by_that_page(
    cast: Cast, document: Any
) -> None:
    folder = ArticleIndexPage.objects.get(title="Ordner")
    second = publish_below(folder, ArticlePage(title="Zweite", classification="confidential"))
    attach(second, document)
    binning.put_into_bin(secret_of(cast), actor=cast.publisher_a)
    BinnedPage.objects.update(deleted_at=timezone.now() - 2 * binning.KEPT)
    binning.empty_bin()
    assert not sees(cast.stranger, document)
    with acting(cast.steward_a), pytest.raises(NotConfirmed) as asked:
        soften(second)
    with acting(cast.steward_a), confirmed(asked.value.consequence.fingerprint):
        soften(second)
    assert sees(cast.stranger, document)


def test_a_confidential_page_in_the_bin_holds_its_files_back_still(
    cast: Cast, document: Any, client: Any
) -> None:
    client.force_login(cast.publisher_a)
    page = secret_of(cast)
    url = reverse("wagtailadmin_pages:delete", args=[page.pk])
    assert client.post(url).status_code == 302
    assert KnowledgePage.objects.filter(pk=page.pk, live=False).exists()
    assert not sees(cast.stranger, document)

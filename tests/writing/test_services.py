"""The one way in which a page changes: rights, stamps, locks, marks, history, log and search."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from access.consequence.confirmation import NotConfirmed, Refused, confirmed
from access.granting.shares import share_page
from access.handling import Classification
from audit.models import Entry
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.basepage.models import KnowledgePage
from knowledge.contacts.models import ContactIndexPage, ContactPage
from knowledge.pages.source import SOURCE
from knowledge.writing.services import (
    SITTING,
    Locked,
    autosave,
    create_page,
    create_published_page,
    draft_of,
    publish,
    publish_draft,
    save_draft,
    stamp_of,
    unpublish,
)
from knowledge.writing.stamps import Stale
from search.models import OutboxEntry
from tests.conftest import Cast
from tests.factories import home_of, make_article, publish_below


@pytest.fixture
def index(cast: Cast) -> Any:
    """Return the list of articles of space A."""
    make_article(cast.space_a, "Erste")
    return ArticleIndexPage.objects.get(space=cast.space_a)


def retitled(page: Any, title: str) -> Any:
    """Return the latest draft with another title."""
    draft = draft_of(page)
    draft.title = title
    return draft


def test_who_may_do_what(cast: Cast, index: Any) -> None:
    own = create_page(ArticlePage(title="Eigene"), below=index, actor=cast.contributor_a)
    other = make_article(cast.space_a, "Fremde")
    drafting = {"contributor_a", "publisher_a", "steward_a", "curator"}
    publishing = drafting - {"contributor_a"}
    deeds: dict[str, tuple[Any, set[str]]] = {
        "create": (
            lambda who: create_page(ArticlePage(title="Neu"), below=index, actor=who), drafting,
        ),
        "create published": (
            lambda who: create_published_page(ArticlePage(title="Neu"), below=index, actor=who),
            publishing,
        ),
        "draft of one's own": (
            lambda who: save_draft(retitled(own, "A"), actor=who, stamp=None), drafting,
        ),
        "draft of others": (
            lambda who: save_draft(retitled(other, "B"), actor=who, stamp=None), publishing,
        ),
        "autosave": (
            lambda who: autosave(retitled(own, "C"), actor=who, stamp=stamp_of(fresh(own))), drafting,
        ),
        "publish": (lambda who: publish(retitled(own, "D"), actor=who, stamp=None), publishing),
        "publish the draft": (lambda who: publish_draft(own, actor=who, stamp=None), publishing),
        "unpublish": (lambda who: unpublish(fresh(other), actor=who), publishing),
    }  # fmt: skip
    people = {name: one for name, one in cast.people().items() if name != "nobody"}
    for deed, (do, allowed) in deeds.items():
        for name, person in people.items():
            before = state()
            if name in allowed:
                do(person)
            else:
                with pytest.raises(PermissionDenied):
                    do(person)
                assert state() == before, f"{deed} by {name} left something"


def fresh(page: Any) -> Any:
    """Return the page as it is stored."""
    return type(page).objects.get(pk=page.pk)


def state() -> tuple[int, ...]:
    """Count whatever a deed could leave."""
    return tuple(
        model.objects.count()
        for model in (KnowledgePage, Revision, PageLogEntry, Entry, OutboxEntry)
    )


def test_a_draft_changes_nothing_that_is_published(cast: Cast, index: Any) -> None:
    page = make_article(cast.space_a, "Alt")
    OutboxEntry.objects.all().delete()
    saved = save_draft(retitled(page, "Neu"), actor=cast.publisher_a, stamp=stamp_of(page))
    assert fresh(page).title == "Alt"
    assert draft_of(fresh(page)).title == "Neu"
    assert saved.latest_revision.user == cast.publisher_a
    assert not OutboxEntry.objects.filter(source=SOURCE).exists()
    published = publish_draft(saved, actor=cast.publisher_a, stamp=stamp_of(saved))
    assert published.title == fresh(page).title == "Neu"
    assert published.live_revision_id == saved.latest_revision_id
    assert OutboxEntry.objects.filter(source=SOURCE, object_id=page.pk).exists()
    assert Entry.objects.filter(action="page.published", actor=cast.publisher_a).count() == 1
    lines = PageLogEntry.objects.filter(page=page, user=cast.publisher_a)
    assert set(lines.values_list("action", flat=True)) >= {"wagtail.edit", "wagtail.publish"}


def test_an_old_stamp_is_refused_and_says_what_is_newer(cast: Cast, index: Any) -> None:
    page = make_article(cast.space_a, "Alt")
    began = stamp_of(page)
    mine, hers = retitled(page, "Meins"), retitled(page, "Ihres")
    save_draft(hers, actor=cast.steward_a, stamp=began)
    for deed in (save_draft, autosave, publish, publish_draft):
        with pytest.raises(Stale) as refused:
            deed(mine, actor=cast.publisher_a, stamp=began)
        assert refused.value.newer == fresh(page).latest_revision
        assert refused.value.newer is not None
        assert refused.value.newer.content["title"] == "Ihres"
        assert refused.value.stamp == stamp_of(fresh(page))
    assert Revision.objects.for_instance(page).count() == 2
    save_draft(mine, actor=cast.publisher_a, stamp=refused.value.stamp)
    assert draft_of(fresh(page)).title == "Meins"


def test_autosave_overwrites_only_what_is_being_written(cast: Cast, index: Any) -> None:
    writer = cast.contributor_a
    page = create_page(ArticlePage(title="Entwurf"), below=index, actor=writer)
    stamps = [stamp_of(page)]
    for title in ("Entwurf a", "Entwurf b"):
        page = autosave(retitled(page, title), actor=writer, stamp=stamps[-1])
        stamps.append(stamp_of(page))
    revisions = Revision.objects.for_instance(page)
    assert len(set(stamps)) == 3, "a second window must hear of the first"
    assert revisions.count() == 1
    assert PageLogEntry.objects.filter(page=page, action="wagtail.edit").count() == 1
    autosave(retitled(page, "Entwurf c"), actor=cast.publisher_a, stamp=stamps[-1])
    assert revisions.count() == 2, "somebody else's version is kept"
    page = publish(retitled(page, "Fertig"), actor=cast.publisher_a, stamp=None)
    page = autosave(retitled(page, "Danach"), actor=cast.publisher_a, stamp=stamp_of(page))
    assert page.live_revision.content["title"] == "Fertig", "what is published is never overwritten"
    latest = page.latest_revision
    Revision.objects.filter(pk=latest.pk).update(created_at=timezone.now() - SITTING)
    autosave(retitled(page, "Morgen"), actor=cast.publisher_a, stamp=None)
    assert fresh(page).latest_revision_id != latest.pk, "yesterday's version is kept"


def test_a_page_that_was_moved_while_somebody_wrote_stays_where_it_is(
    cast: Cast, index: Any
) -> None:
    page = create_page(ArticlePage(title="Entwurf"), below=index, actor=cast.publisher_a)
    folder = publish_below(index, ArticleIndexPage(title="Ordner"))
    draft = retitled(page, "Weiter")
    fresh(page).move(folder, pos="last-child")
    save_draft(draft, actor=cast.publisher_a, stamp=stamp_of(page))
    assert fresh(page).get_parent().pk == folder.pk
    assert fresh(page).title == "Weiter"


def test_locked_pages_aliases_and_pages_that_are_gone_say_so(cast: Cast, index: Any) -> None:
    page = make_article(cast.space_a, "Beschlossen")
    alias = page.create_alias(update_slug="alias")
    locked = {"locked": True, "locked_by": cast.steward_a, "locked_at": timezone.now()}
    KnowledgePage.objects.filter(pk=page.pk).update(**locked)
    for deed in (save_draft, publish, publish_draft):
        with pytest.raises(Locked, match="gesperrt"):
            deed(draft_of(page), actor=cast.publisher_a, stamp=None)
    save_draft(draft_of(page), actor=cast.steward_a, stamp=None)  # whoever locked it goes on
    with pytest.raises(Refused, match="Alias"):
        save_draft(alias, actor=cast.publisher_a, stamp=None)
    KnowledgePage.objects.get(pk=alias.pk).delete()
    with pytest.raises(Refused, match="gibt es nicht mehr"):
        save_draft(alias, actor=cast.publisher_a, stamp=None)
    with pytest.raises(Refused, match="kann unter"):
        create_page(ContactPage(title="Wer"), below=index, actor=cast.publisher_a)


def test_a_mark_is_as_strict_as_the_form_wants_it(cast: Cast, index: Any) -> None:
    public = Classification.PUBLIC.value
    with pytest.raises(ValidationError, match="weniger strenge"):
        create_page(
            ArticlePage(title="Neu", classification=public), below=index, actor=cast.publisher_a
        )
    page = make_article(cast.space_a, "Intern")
    draft = draft_of(page)
    draft.classification = public
    for deed in (save_draft, publish):
        with pytest.raises(ValidationError, match="weniger strenge"):
            deed(draft, actor=cast.publisher_a, stamp=None)
    lowered = save_draft(draft, actor=cast.steward_a, stamp=None)
    # The steward has decided; whoever goes on writing needn't ask again.
    assert publish(draft_of(lowered), actor=cast.publisher_a, stamp=None).classification == public


def test_below_a_share_publishing_is_asked_first(cast: Cast, index: Any) -> None:
    share_page(index, cast.stranger, actor=cast.steward_a, include_descendants=True)
    draft = create_page(ArticlePage(title="Neu"), below=index, actor=cast.publisher_a)
    with pytest.raises(NotConfirmed) as asked:
        publish_draft(draft, actor=cast.publisher_a, stamp=None)
    assert not fresh(draft).live
    with confirmed(asked.value.consequence.fingerprint):
        assert publish_draft(draft, actor=cast.publisher_a, stamp=None).live
    with pytest.raises(NotConfirmed):
        create_published_page(ArticlePage(title="Sofort"), below=index, actor=cast.publisher_a)
    assert not ArticlePage.objects.filter(title="Sofort").exists()


def test_what_becomes_confidential_loses_its_shares(cast: Cast, index: Any) -> None:
    page = make_article(cast.space_a, "Geteilt")
    share_page(page, cast.stranger, actor=cast.steward_a)
    draft = draft_of(page)
    draft.classification = Classification.CONFIDENTIAL.value
    publish(draft, actor=cast.publisher_a, stamp=None)
    assert not ArticlePage.objects.visible_to(cast.stranger).filter(pk=page.pk).exists()


def test_a_draft_needs_a_title_and_a_published_page_everything(cast: Cast) -> None:
    index = publish_below(home_of(cast.space_a), ContactIndexPage(title="Kontakte"))
    with pytest.raises(ValidationError):
        create_page(ContactPage(title=""), below=index, actor=cast.publisher_a)
    with pytest.raises(ValidationError, match="organisation"):
        create_page(ContactPage(title="Wache"), below=index, actor=cast.contributor_a)
    page = ContactPage(title="Wache", organisation=cast.organisation_a, email="keine")
    page = create_page(page, below=index, actor=cast.contributor_a)
    assert (page.owner, page.live) == (cast.contributor_a, False)
    with pytest.raises(ValidationError):
        publish_draft(page, actor=cast.publisher_a, stamp=stamp_of(page))
    with pytest.raises(ValidationError):
        publish(draft_of(page), actor=cast.publisher_a, stamp=None)
    draft = draft_of(page)
    draft.email = "wache@example.org"
    assert publish(draft, actor=cast.publisher_a, stamp=stamp_of(page)).live


def test_creating_published_leaves_the_rows_of_creating_and_publishing(
    cast: Cast, index: Any
) -> None:
    at_once = create_published_page(ArticlePage(title="Eins"), below=index, actor=None)
    draft = create_page(ArticlePage(title="Zwei"), below=index, actor=None)
    later = publish_draft(draft, actor=None, stamp=None)
    for page in (fresh(at_once), later):
        assert page.live
        assert not page.has_unpublished_changes
        assert page.live_revision_id == page.latest_revision_id
        assert page.first_published_at is not None

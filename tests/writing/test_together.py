"""Several people write one page at the same moment: one counts, the others are told; nothing is lost unsaid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from wagtail.models import Revision

from access.granting.services import grant_role
from access.roles import Role
from accounts.models import User
from knowledge.articles.models import ArticleIndexPage, ArticlePage
from knowledge.writing.services import create_page, draft_of, publish, save_draft, stamp_of
from knowledge.writing.stamps import Stale
from tests.audit.test_together import at_once
from tests.factories import UserFactory, make_article, make_space

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.postgresql,  # where rows are locked; SQLite lets one writer in at a time anyway
]
WRITERS = 4


@pytest.fixture
def writers() -> list[User]:
    space = make_space("gemeinsam")
    make_article(space, "Erste")
    people = [UserFactory() for _ in range(WRITERS)]
    for person in people:
        grant_role(space, person, Role.PUBLISHER, actor=None)
    return people


@pytest.mark.parametrize("write", [save_draft, publish])
def test_of_writers_with_one_stamp_one_counts_and_the_others_hear_of_it(
    writers: list[User], write: Callable[..., Any]
) -> None:
    page = ArticlePage.objects.get()
    stamp = stamp_of(page)
    stale: list[Any] = []

    def writing(person: User) -> Callable[[], None]:
        def deed() -> None:
            draft = draft_of(page)
            draft.title = f"Von {person.username}"
            try:
                write(draft, actor=person, stamp=stamp)
            except Stale as newer:
                stale.append(newer.newer)

        return deed

    at_once(*map(writing, writers))
    page.refresh_from_db()
    assert len(stale) == WRITERS - 1
    assert set(stale) == {page.latest_revision}
    assert Revision.objects.for_instance(page).count() == 2
    assert page.draft_title.startswith("Von person")


def test_pages_that_are_created_at_once_lie_beside_each_other(writers: list[User]) -> None:
    index = ArticleIndexPage.objects.get()

    def creating(person: User) -> Callable[[], None]:
        title = f"Von {person.username}"
        return lambda: create_page(ArticlePage(title=title), below=fresh(index), actor=person)

    at_once(*map(creating, writers))
    made = ArticlePage.objects.child_of(index)
    assert made.count() == WRITERS + 1
    assert len(set(made.values_list("path", flat=True))) == WRITERS + 1


def fresh(page: Any) -> Any:
    """Return the page as it is stored; threads must not share one."""
    return type(page).objects.get(pk=page.pk)

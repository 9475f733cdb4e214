"""Comments as one reader sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from access.rights import Person, can, spaces_where
from access.roles import Action
from accounts.models import User
from knowledge.basepage.models import KnowledgePage
from knowledge.collaboration.models import Comment, CommentQuerySet, Reply
from knowledge.collaboration.passages import Passage, Place, passages_of, place_of


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its answers, as one reader sees it.

    Attributes:
        comment: The comment.
        replies: Its answers, the oldest first.
        place: Where its passage is now.
        may_remove: Whether the reader may remove it.
    """

    comment: Comment
    replies: list[Reply]
    place: Place
    may_remove: bool

    @property
    def is_changed(self) -> bool:
        """Tell whether the passage was changed since."""
        return self.place is Place.CHANGED

    @property
    def is_gone(self) -> bool:
        """Tell whether the passage is gone."""
        return self.place is Place.GONE


def may_comment(user: Person, page: Any) -> bool:
    """Tell whether `user` sees and writes comments on a page: if it is published, contributors of its space do."""
    return bool(page.live) and page.space_id in spaces_where(user, Action.READ_DRAFT)


def commented_page(user: Person, pk: int) -> Any:
    """Return a published page, of its own kind, on which `user` may comment; None if there is none."""
    page = KnowledgePage.objects.visible_to(user).filter(pk=pk).select_related("space").first()
    return page.specific if page is not None and may_comment(user, page) else None


def comments_on(user: Person, page: Any) -> CommentQuerySet:
    """Return the comments on a page that `user` may see, the newest first."""
    return Comment.objects.visible_to(user).filter(page=page.pk)


def comment_for(user: Person, pk: int) -> Comment | None:
    """Return a comment that `user` may see; None if there is none."""
    return Comment.objects.visible_to(user).filter(pk=pk).select_related("page").first()


def threads_of(
    comments: Iterable[Comment], page: Any, user: Person, passages: list[Passage] | None = None
) -> list[Thread]:
    """Put comments of a page together with their answers and places; they were loaded with `with_words`."""
    if passages is None:
        passages = passages_of(page, user)
    is_publisher = can(user, Action.PUBLISH, page)
    return [
        Thread(
            comment=one,
            replies=list(one.replies.all()),
            place=place_of(one, passages),
            may_remove=is_publisher or (one.author_id == user.pk and not one.replies.all()),
        )
        for one in comments
    ]


# unscoped: of comments that this person sees
def people_heard(user: Person, page: Any) -> list[User]:
    """Return who wrote the comments and answers on a page that `user` sees."""
    seen = comments_on(user, page).order_by()
    replies = Reply.objects.filter(comment__in=seen.values("pk")).order_by()
    wrote = Q(pk__in=seen.values("author")) | Q(pk__in=replies.values("author"))
    people = User.objects.filter(wrote, is_active=True, pseudonymised_at__isnull=True)
    return list(people.select_related("organisation"))

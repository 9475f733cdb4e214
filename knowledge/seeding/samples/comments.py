"""Sample comments on sample pages: open ones, one that is settled, with answers."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.utils import timezone

from accounts.models import User
from knowledge.articles.models import ArticlePage
from knowledge.collaboration.models import Comment, Reply
from knowledge.collaboration.passages import Passage, passages_of
from knowledge.seeding.ledger import Ledger
from knowledge.seeding.samples.pages import Facts
from knowledge.seeding.samples.people import rows
from knowledge.seeding.samples.texts import working_day

ANSWER_TAKES = dt.timedelta(hours=5)


def load_comments(ledger: Ledger, facts: Facts) -> None:
    """Load the comments; they go with their pages."""
    for row in rows("comments.csv"):
        ledger.ensure(
            f"sample_comment:{row['page']}/{row['days']}",
            Comment.objects.filter(page__slug=row["page"], text=row["text"]),
            partial(_comment, row),
        )


def _comment(row: dict[str, str]) -> Comment | None:
    page = ArticlePage.objects.filter(slug=row["page"], is_sample=True).first()
    author = _person(row["author"])
    if page is None or author is None:
        return None
    day = working_day(int(row["days"]))
    written_at = timezone.make_aware(dt.datetime.combine(day, dt.time(9, 20)))
    comment = Comment(page=page, author=author, text=row["text"], written_at=written_at)
    comment.revision_id = page.live_revision_id
    if passage := _passage(page, row["passage"], author):
        comment.content_path, comment.position = passage.path, passage.position
        comment.passage, comment.quote = passage.key, passage.quote
    if row["resolved_by"]:
        comment.resolved_by = _person(row["resolved_by"])
        comment.resolved_at = written_at + 2 * ANSWER_TAKES
    comment.save()
    if row["answer"]:
        Reply.objects.create(
            comment=comment,
            author=_person(row["answer_by"]),
            text=row["answer"],
            written_at=written_at + ANSWER_TAKES,
        )
    return comment


def _person(username: str) -> User | None:
    return User.objects.filter(username=username, is_sample=True).first()


def _passage(page: ArticlePage, words: str, reader: User) -> Passage | None:
    found = (one for one in passages_of(page, reader) if words and one.text.startswith(words))
    return next(found, None)

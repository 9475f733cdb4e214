"""Comment, answer, settle; whom it concerns is told, if they may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.consequence.confirmation import Refused
from access.rights import can
from access.roles import Action
from accounts.models import User
from audit.services import record
from knowledge.basepage.models import KnowledgePage
from knowledge.collaboration.mentions import Mentions, mentions_in
from knowledge.collaboration.models import LONGEST, Comment, Reply
from knowledge.collaboration.passages import passages_of
from knowledge.collaboration.selectors import may_comment, people_heard
from notices.services import notify, withdraw

MENTIONED, ANSWERED, COMMENTED = (
    "collaboration.mentioned", "collaboration.answered", "collaboration.commented",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a comment or an answer.

    Attributes:
        comment: The comment, or the one that was answered.
        told: Those of the people named who were told.
        untold: Those who may not see it, and so weren't.
        unclear: What stands after an `@` and is nobody, or several.
    """

    comment: Comment
    told: list[User] = field(default_factory=list)
    untold: list[User] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def comment_on(page: Any, *, actor: User, text: str, passage: str = "") -> Said:
    """Comment on a page, or on a passage of it.

    Args:
        page: The published page, of its own kind.
        actor: Who comments.
        text: What is said; names after `@` are told.
        passage: Its name (`Passage.name`); empty for the whole page.

    Raises:
        PermissionDenied: If the actor may not comment there.
        ValidationError: If nothing is said.
        Refused: If the passage is gone.
    """
    words = _checked(text)
    with transaction.atomic():
        _ask(page, actor)
        comment = Comment(page=page, author=actor, text=words, revision_id=page.live_revision_id)
        if passage:
            found = next((one for one in passages_of(page, actor) if one.name == passage), None)
            if found is None:
                raise Refused(
                    _(
                        "The passage was changed or removed while you were writing. Nothing was lost: choose another "
                        "passage, or the whole page, and send it again."
                    )
                )
            comment.content_path, comment.position = found.path, found.position
            comment.passage, comment.quote = found.key, found.quote
        comment.save()
        record("page.commented", actor=actor, obj=page)
        return _tell(comment, None, actor)


def answer(comment: Comment, *, actor: User, text: str) -> Said:
    """Answer a comment.

    Raises:
        PermissionDenied: If the actor may not comment there.
        ValidationError: If nothing is said.
        Refused: If it is settled.
    """
    words = _checked(text)
    with transaction.atomic():
        fresh = _locked(comment, actor)
        if fresh.is_resolved:
            raise Refused(
                _(
                    "Somebody settled this comment meanwhile. Your answer wasn't saved; open the comment again and "
                    "send it once more."
                )
            )
        reply = Reply.objects.create(comment=fresh, author=actor, text=words)
        record("page.commented", actor=actor, obj=fresh.page)
        return _tell(fresh, reply, actor)


def resolve(comment: Comment, *, actor: User) -> None:
    """Settle a comment: it leaves the page and stays among the settled ones.

    Raises:
        PermissionDenied: If the actor may not comment there.
        Refused: If somebody did already.
    """
    with transaction.atomic():
        fresh = _locked(comment, actor)
        if fresh.is_resolved:
            raise Refused(_("Somebody settled this comment already. Nothing was changed."))
        fresh.resolved_at, fresh.resolved_by = timezone.now(), actor
        fresh.save(update_fields=["resolved_at", "resolved_by"])
        record("page.comment_resolved", actor=actor, obj=fresh.page)
        for kind in (MENTIONED, ANSWERED, COMMENTED):
            withdraw(kind, key=_key(fresh))


def reopen(comment: Comment, *, actor: User) -> None:
    """Open a settled comment again.

    Raises:
        PermissionDenied: If the actor may not comment there.
        Refused: If it is open.
    """
    with transaction.atomic():
        fresh = _locked(comment, actor)
        if not fresh.is_resolved:
            raise Refused(_("This comment is open already. Nothing was changed."))
        fresh.resolved_at = fresh.resolved_by = None
        fresh.save(update_fields=["resolved_at", "resolved_by"])
        record("page.comment_reopened", actor=actor, obj=fresh.page)


def remove(comment: Comment, *, actor: User) -> None:
    """Remove a comment for good: one's own that nobody answered, or any as whoever publishes there.

    Raises:
        PermissionDenied: If it isn't the actor's to remove.
        Refused: If it is one's own, and somebody answered it.
    """
    with transaction.atomic():
        fresh = _locked(comment, actor)
        if not can(actor, Action.PUBLISH, fresh.page):
            if fresh.author_id != actor.pk:
                raise PermissionDenied
            if fresh.replies.exclude(author=actor).exists():
                raise Refused(
                    _(
                        "Somebody answered your comment. Whoever publishes here can remove it with the answers; "
                        "nothing was changed."
                    )
                )
        for kind in (MENTIONED, ANSWERED, COMMENTED):
            withdraw(kind, key=_key(fresh))
        record("page.comment_removed", actor=actor, obj=fresh.page)
        fresh.delete()


def _checked(text: str) -> str:
    words = text.replace("\x00", "").strip()
    if not words:
        raise ValidationError(_("Please write something. Nothing was sent."))
    if len(words) > LONGEST:
        raise ValidationError(
            _("This has more than %(most)d characters. Nothing was lost; please shorten it.")
            % {"most": LONGEST}
        )
    return words


def _ask(page: Any, actor: User) -> None:
    if not may_comment(actor, page):
        raise PermissionDenied


def _locked(comment: Comment, actor: User) -> Comment:
    rows = Comment.objects.visible_to(actor).select_for_update(of=("self",)).select_related("page")
    fresh = rows.filter(pk=comment.pk).first()
    if fresh is None:
        raise PermissionDenied
    return fresh


def _key(comment: Comment) -> str:
    return f"comment:{comment.pk}"


def _tell(comment: Comment, reply: Reply | None, actor: User) -> Said:
    """Tell those who are named, those who took part, and whose page it is; each once, and only who may see it."""
    page = comment.page
    mentions = Mentions()
    if page.space is not None:
        text = (reply or comment).text
        mentions = mentions_in(
            text, writer=actor, space=page.space, heard=lambda: people_heard(actor, page)
        )
    named = mentions.people(page.space) - {actor} if page.space is not None else set()
    told = {one for one in named if sees(one, comment)}
    details = {"comment": comment.pk, "reply": reply.pk if reply else 0, "by": actor.pk}
    notify(told, MENTIONED, key=_key(comment), details=details)
    others = _took_part(comment) if reply else _concerned(page)
    others = {one for one in others - told - {actor} if sees(one, comment)}
    notify(others, ANSWERED if reply else COMMENTED, key=_key(comment), details=details)
    by_name = sorted(told, key=str)
    return Said(comment, by_name, sorted(named - told, key=str), mentions.unclear)


def sees(person: User, comment: Comment) -> bool:
    """Tell whether a person may see a comment now."""
    return Comment.objects.visible_to(person).filter(pk=comment.pk).exists()


def _took_part(comment: Comment) -> set[User]:
    writers = {one.author for one in comment.replies.select_related("author")}
    return {one for one in (comment.author, *writers) if one is not None and one.is_active}


def _concerned(page: KnowledgePage) -> set[User]:
    """Return whose page it is."""
    return {page.owner} if page.owner is not None and page.owner.is_active else set()

"""What people are told, with the reason; words with the recipient's rights at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.handling import mail_excerpt_allowed
from accounts.models import User
from knowledge.collaboration.happenings import WATCHED
from knowledge.collaboration.models import Comment, Happening, ReadingRequest, Reply, Watch
from knowledge.collaboration.reading import ASKED, asked_of
from knowledge.collaboration.services import ANSWERED, COMMENTED, MENTIONED
from knowledge.collaboration.watching import in_lines, watched_by, watched_tags_on
from notices.kinds import Delivery, NoticeKind, Render, Rendered, kinds
from notices.models import Notice

EXCERPT = 200  # characters of a comment
LINES = 10  # pages in one batch that are named


def _telling(
    sentence: Callable[[], str], closed: Callable[[], str], why: Callable[[], str]
) -> Render:
    """Return what puts notices of one kind into words.

    Args:
        sentence: With `person` and `page`.
        closed: The same of a confidential page, which is not named.
        why: The reason.
    """

    def render(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
        numbers = {one.details.get("comment", 0) for one in notices}
        seen = (
            Comment.objects.visible_to(recipient)
            .filter(pk__in=numbers)
            .select_related("page", "author")
        )
        comments = {one.pk: one for one in seen}
        # unscoped: only those below comments that the recipient sees are put into words
        replies = Reply.objects.select_related("author").in_bulk(
            {one.details.get("reply", 0) for one in notices}
        )
        return [
            _words(
                comments.get(one.details.get("comment", 0)),
                replies.get(one.details.get("reply", 0)),
            )
            for one in notices
        ]

    def _words(comment: Comment | None, reply: Reply | None) -> Rendered | None:
        if comment is None:
            return None
        url = f"{comment.page.url}#{comment.anchor}"
        if not mail_excerpt_allowed(comment.page):
            return Rendered(closed(), why(), url=url, is_confidential=True)
        said = reply if reply is not None and reply.comment_id == comment.pk else comment
        text = said.text if len(said.text) <= EXCERPT else f"{said.text[:EXCERPT].rstrip()} …"
        return Rendered(
            sentence() % {"person": said.author or _("Somebody"), "page": comment.page.title},
            f"{text}\n{why()}",
            url=url,
        )

    return render


def render_watched(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Put batches of what happened on watched pages into words, a line for each page, with the reason."""
    numbers = {pk for one in notices for pk in one.details.get("happenings", ())}
    seen = Happening.objects.visible_to(recipient).filter(pk__in=numbers)
    happenings = list(seen.select_related("page__space", "actor"))
    watches = watched_by(recipient)
    tags = watched_tags_on(recipient, {one.page_id for one in happenings})
    return [
        _batch(
            [one for one in happenings if one.pk in set(notice.details.get("happenings", ()))],
            watches,
            tags,
        )
        for notice in notices
    ]


def _batch(
    happenings: list[Happening], watches: list[Watch], tags: Mapping[int, Sequence[str]]
) -> Rendered | None:
    lines = in_lines(happenings, watches, tags)
    if not lines:
        return None
    title = ngettext(
        "Something is new on %(count)d page that you watch.",
        "Something is new on %(count)d pages that you watch.",
        len(lines),
    ) % {"count": len(lines)}
    said = [f"{line.says}, {line.why}." for line in lines[:LINES]]
    if len(lines) > LINES:
        said.append(_("And %(count)d more.") % {"count": len(lines) - LINES})
    url = lines[0].page.url if len(lines) == 1 else reverse("collaboration:watched")
    return Rendered(title, "\n".join(said), url=url)


def render_asked(recipient: User, notices: Sequence[Notice]) -> Sequence[Rendered | None]:
    """Ask to read a page, while it is neither confirmed nor over."""
    numbers = {one.details.get("request", 0) for one in notices}
    waiting = asked_of(recipient).filter(request__in=numbers, confirmed_at__isnull=True)
    by_request = {one.request_id: one.request for one in waiting}
    return [_asked(by_request.get(one.details.get("request", 0))) for one in notices]


def _asked(request: ReadingRequest | None) -> Rendered | None:
    if request is None:
        return None
    url = reverse("collaboration:reading", args=[request.pk])
    day = date_format(request.due_on, "j. F Y")
    why = _("You are told because you were asked to confirm that you read it.")
    if not mail_excerpt_allowed(request.page):
        title = _("Please read a confidential page by %(day)s, and confirm it.") % {"day": day}
        return Rendered(title, why, url=url, is_confidential=True)
    title = _("%(person)s asks you to read “%(page)s” by %(day)s, and to confirm it.") % {
        "person": request.asker,
        "page": request.page.title,
        "day": day,
    }
    return Rendered(title, why, url=url)


def register_kinds() -> None:
    """Register the kinds; called once, when the app is ready."""
    kinds.register(
        NoticeKind(
            ASKED, gettext_lazy("I am asked to read a page"), render_asked, Delivery.AT_ONCE
        ),
        NoticeKind(WATCHED, gettext_lazy("News on what I watch"), render_watched, Delivery.DAILY),
        NoticeKind(
            MENTIONED,
            gettext_lazy("Somebody names me in a comment"),
            _telling(
                lambda: _("%(person)s names you in a comment on “%(page)s”."),
                lambda: _("You are named in a comment on a confidential page."),
                lambda: _("You are told because you, or your organisation, are named."),
            ),
            Delivery.AT_ONCE,
        ),
        NoticeKind(
            ANSWERED,
            gettext_lazy("An answer to a comment in which I took part"),
            _telling(
                lambda: _("%(person)s answers a comment on “%(page)s”."),
                lambda: _("There is an answer to a comment on a confidential page."),
                lambda: _("You are told because you took part in it."),
            ),
            Delivery.DAILY,
        ),
        NoticeKind(
            COMMENTED,
            gettext_lazy("A comment on a page of mine"),
            _telling(
                lambda: _("%(person)s comments on “%(page)s”."),
                lambda: _("There is a comment on a confidential page."),
                lambda: _("You are told because you wrote the page."),
            ),
            Delivery.DAILY,
        ),
    )

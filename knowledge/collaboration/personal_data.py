"""Comments of a person and what this person watches, in what the platform holds on this person."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from accounts.personal_data import Row, Section, sections
from knowledge.collaboration.models import Comment, Reading, Reply, Watch
from knowledge.collaboration.reading import asked_of
from knowledge.collaboration.watching import tags_watched_by, watched_by


# unscoped: what this person wrote, without what it was about
def _comments(person: User) -> Iterable[Row]:
    for comment in Comment.objects.filter(author=person).order_by("pk"):
        yield {pgettext("on a page", "Comment"): comment.text, _("Written at"): comment.written_at}
    for reply in Reply.objects.filter(author=person).order_by("pk"):
        yield {_("Answer"): reply.text, _("Written at"): reply.written_at}


def _watches(person: User) -> Iterable[Row]:
    for one in watched_by(person):
        if one.page is not None:
            yield {_("Page"): one.page.title, _("Since"): one.since}
    for name in tags_watched_by(person).values():
        yield {_("Tag"): name}


def _readings(person: User) -> Iterable[Row]:
    for one in asked_of(person):
        yield {
            _("Page"): one.request.page.title,
            _("To be read by"): one.request.due_on,
            _("Confirmed at"): one.confirmed_at,
        }


# unscoped: deletes, shows nothing
def _forget_readings(person: User) -> None:
    Reading.objects.filter(person=person).delete()


# unscoped: deletes, shows nothing
def _forget_watches(person: User) -> None:
    Watch.objects.filter(person=person).delete()


def register_sections() -> None:
    """Register the sections; called once, when the app is ready."""
    sections.register(
        Section(
            "comments",
            gettext_lazy("My comments on pages"),
            collect=_comments,
            remains=gettext_lazy("Comments stay, without the name."),
        )
    )
    sections.register(
        Section(
            "watches",
            gettext_lazy("What I watch"),
            collect=_watches,
            erase=_forget_watches,
        )
    )
    sections.register(
        Section(
            "readings",
            gettext_lazy("What I was asked to read"),
            collect=_readings,
            erase=_forget_readings,
        )
    )

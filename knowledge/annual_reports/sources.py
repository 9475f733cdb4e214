"""Texts that a report must not repeat unseen: those that aren't public, of the whole installation.

Nothing here is shown to anybody: `comparison` reads the texts as a machine, and shows words of the report alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.models import Revision

from access.handling import Classification
from access.models import NarrowedPassage
from access.rights import Person
from knowledge.annual_reports.content import strings_of
from knowledge.annual_reports.models import Choice, Report
from knowledge.collaboration.models import Comment, Reply
from knowledge.groups.models import MinutesPage
from knowledge.measures.models import Entry
from knowledge.reporting.models import TEXTS, Answer, Inquiry
from knowledge.text import lines_of_html

ENTRY, ANSWER, MINUTES, COMMENT = "entry", "answer", "minutes", "comment"
_AT_ONCE = 500  # rows read from the database together


@dataclass(frozen=True, slots=True)
class Text:
    """A text and where it stands."""

    kind: str
    pk: int
    words: str


# unscoped: read by the comparison and shown to nobody
def hidden_texts(report: Report) -> Iterator[Text]:
    """Yield every text that isn't public and that this report doesn't release: entries, answers, minutes, comments."""
    released = _released(report).values("entry")
    entries = Entry.objects.exclude(pk__in=Entry.objects.free_to_leave().values("pk"))
    for pk, *said in _rows(entries.exclude(pk__in=released), "text", "next_step", "evidence"):
        yield Text(ENTRY, pk, "\n\n".join(said))
    for pk, *said in _rows(Answer.objects.filter(sent_at__isnull=False), "reason", *TEXTS):
        yield Text(ANSWER, pk, "\n\n".join(said))
    yield from _minutes()
    for pk, text in _rows(Comment.objects.all(), "text"):
        yield Text(COMMENT, pk, text)
    replies = Reply.objects.order_by("pk").values_list("comment", "text")
    for pk, text in replies.iterator(chunk_size=_AT_ONCE):
        yield Text(COMMENT, pk, text)


# unscoped: read by the comparison and shown to nobody
def open_texts(report: Report) -> Iterator[str]:
    """Yield what is public, released by this report, or has stood in a frozen report of this space."""
    free = Entry.objects.free_to_leave() | Entry.objects.filter(
        pk__in=_released(report).values("entry")
    )
    for _pk, *said in _rows(free, "text", "next_step"):
        yield "\n\n".join(said)
    frozen = Report.objects.frozen().filter(space=report.space_id)
    for content in frozen.values_list("content", flat=True):
        yield "\n\n".join(strings_of(json.loads(content)["parts"]))


def _released(report: Report) -> Any:
    return Choice.objects.filter(report=report, is_in=True, entry__isnull=False).exclude(reason="")


def _rows(rows: Any, *columns: str) -> Iterator[Any]:
    found = rows.order_by("pk").values_list("pk", *columns)
    return iter(found.iterator(chunk_size=_AT_ONCE))


# unscoped: read by the comparison and shown to nobody
def _minutes() -> Iterator[Text]:
    """Yield minutes as published and as drafted; of public ones what is narrowed, and the draft."""
    narrowed = {str(key) for key in NarrowedPassage.objects.values_list("key", flat=True)}
    pages = MinutesPage.objects.order_by("pk")
    for page in pages.iterator(chunk_size=_AT_ONCE):
        is_open = page.live and page.classification == Classification.PUBLIC
        items = list(page.agenda.raw_data)
        if is_open:
            items = [one for one in items if str(one.get("id", "")) in narrowed]
        yield Text(MINUTES, page.pk, _words_in(items))
    drafts = Revision.page_revisions.filter(
        pk__in=pages.filter(Q(has_unpublished_changes=True) | Q(live=False)).values(
            "latest_revision"
        )
    )
    for object_id, content in drafts.values_list("object_id", "content").iterator(chunk_size=50):
        yield Text(MINUTES, int(object_id), _words_in(content.get("agenda", "")))


def _words_in(value: Any) -> str:
    """Return all text in the raw data of a stream, HTML as plain text."""
    return "\n\n".join(_strings(value))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        for line, _is_heading in lines_of_html(value):
            yield line
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, Iterable):
        for one in value:
            yield from _strings(one)


# --- for whoever may go there -------------------------------------------------------------------------
def _seen_entries(user: Person, pks: set[int]) -> Iterator[tuple[int, str, str]]:
    for entry in Entry.objects.visible_to(user).filter(pk__in=pks).select_related("measure"):
        yield entry.pk, f"{entry.measure.label}, {entry}", f"{entry.measure.url}#{entry.key}"


def _seen_answers(user: Person, pks: set[int]) -> Iterator[tuple[int, str, str]]:
    from_inquiry = Answer.objects.filter(pk__in=pks).select_related("inquiry__measure")
    seen = set(
        Inquiry.objects.visible_to(user).filter(answers__in=pks).values_list("pk", flat=True)
    )
    for answer in from_inquiry:
        if answer.inquiry_id in seen:
            yield answer.pk, str(answer.inquiry), answer.inquiry.url


def _seen_minutes(user: Person, pks: set[int]) -> Iterator[tuple[int, str, str]]:
    for page in MinutesPage.objects.visible_to(user).filter(pk__in=pks):
        yield page.pk, page.title, page.url


def _seen_comments(user: Person, pks: set[int]) -> Iterator[tuple[int, str, str]]:
    for comment in Comment.objects.visible_to(user).filter(pk__in=pks).select_related("page"):
        yield (
            comment.pk,
            _("Comment on “%(page)s”") % {"page": comment.page.title},
            comment.page.url,
        )


_SEEN: dict[str, Callable[[Person, set[int]], Iterator[tuple[int, str, str]]]] = {
    ENTRY: _seen_entries,
    ANSWER: _seen_answers,
    MINUTES: _seen_minutes,
    COMMENT: _seen_comments,
}


def places_for(
    user: Person, sources: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], tuple[str, str]]:
    """Return name and address of those sources that `user` may read; a query or two for each kind."""
    by_kind: dict[str, set[int]] = {}
    for kind, pk in sources:
        by_kind.setdefault(kind, set()).add(pk)
    return {
        (kind, pk): (name, url)
        for kind, pks in by_kind.items()
        for pk, name, url in _SEEN[kind](user, pks)
    }

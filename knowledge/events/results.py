"""The results of an event by themselves: as a file, and as an article that others may read or that may be public."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.handling import Classification, is_confidential
from access.rights import Person, can, spaces_where
from access.roles import Action
from accounts.models import User
from knowledge.articles.models import ArticleIndexPage, ArticlePage, DatedBy
from knowledge.events.models import EventPage
from knowledge.export.composing import in_language_of_files, sheet_of_html
from knowledge.export.files import PDF, WORD, pdf, word
from knowledge.export.names import file_name
from knowledge.export.outputs import Download, Output
from knowledge.export.sheets import Sheet
from knowledge.writing.copying import create_from
from knowledge.writing.services import save_draft, stamp_of
from web.panels import Panel, Place


def may_take_over(event: EventPage, user: Person) -> bool:
    """Tell whether there are results that `user` may take over; where to is another question."""
    return bool(event.live and event.results) and can(user, Action.READ_DRAFT, event)


@transaction.atomic
def results_page_of(
    event: EventPage, index: ArticleIndexPage, *, actor: User, title: str, mark: Classification
) -> ArticlePage:
    """Make an article of the published results of an event, as a draft that leads to the event.

    Args:
        event: The event, as it is published.
        index: The list of articles in which it lies.
        actor: Who makes it; asked for rights to both places.
        title: Of the article.
        mark: How the article is handled.

    Raises:
        PermissionDenied, Refused, NotConfirmed: As `knowledge.writing.copying.create_from`.
        ValidationError: If the mark is milder than the event's, and not for the actor to choose.
    """
    page = ArticlePage(
        title=title,
        body=[{"type": kind, "value": value, "id": str(uuid4())} for kind, value in _copied(event)],
        dated_on=event.held_on,
        dated_by=DatedBy.PERSON if event.held_on else "",
        classification=mark.value,
    )
    made: ArticlePage = create_from(event, page, below=index, actor=actor)
    if Classification(made.classification) is mark:
        return made
    # A copy is never milder than its source by itself; here somebody chose, who answers for both places.
    if is_confidential(event) or not can(actor, Action.LOWER_CLASSIFICATION, event):
        raise ValidationError({"mark": _milder()})
    made.classification = mark.value
    return save_draft(made, actor=actor, stamp=stamp_of(made))


def _milder() -> str:
    return _(
        "Results are handled as strictly as their event, unless those responsible for its space "
        "choose otherwise; what is confidential stays so. Choose a stricter handling, or ask them."
    )


def _copied(event: EventPage) -> Iterator[tuple[str, Any]]:
    """Return the blocks of the article: where it is from, then the results, with task lines as text."""
    link = format_html('<a linktype="page" id="{}">{}</a>', event.pk, event.title)
    yield "paragraph", format_html("<p>{}: {}</p>", _("Results of"), link)
    for block in event.results.raw_data:
        if block["type"] == "tasks":
            # The event's tasks are there already; they don't begin a second time.
            lines = "".join(f"<li>{one['text']}</li>" for one in _lines_of(block))
            yield "paragraph", f"<ul>{lines}</ul>"
        else:
            yield block["type"], block["value"]


def _lines_of(block: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in block["value"]:
        yield one.get("value", one)  # ListBlock keeps an id beside each value


def _has_results(page: Any, request: HttpRequest) -> bool:
    return isinstance(page, EventPage) and bool(page.results)


def _file(
    ending: str, media_type: str, write: Callable[[Sheet], bytes]
) -> Callable[[EventPage, HttpRequest], Download]:
    @in_language_of_files()
    def make(page: EventPage, request: HttpRequest) -> Download:
        title = _("Results: %(event)s") % {"event": page.title}
        source = render_to_string("events/paper_results.html", {"page": page}, request)
        sheet = sheet_of_html(source, request, page=page, title=title, address=page.url)
        return Download(file_name(title, ending), write(sheet), media_type)

    return make


def _on_event(page: Any, request: HttpRequest) -> Mapping[str, Any] | None:
    if page.pk is None or not isinstance(page, EventPage):
        return None
    is_writer = may_take_over(page, request.user) and bool(spaces_where(request.user, Action.ADD))
    return {"number": page.pk} if is_writer else None


PAPERS = (
    Output(
        name="ergebnisse",
        label=gettext_lazy("Results as PDF"),
        group=gettext_lazy("Results"),
        order=42,
        make=_file("pdf", PDF, pdf),
        is_offered=_has_results,
    ),
    Output(
        name="ergebnisse-word",
        label=gettext_lazy("Results as Word"),
        group=gettext_lazy("Results"),
        order=43,
        make=_file("docx", WORD, word),
        is_offered=_has_results,
    ),
)
ON_EVENT = Panel(
    name="events.results",
    template="events/_results_page.html",
    place=Place.ASIDE,
    order=96,
    context=_on_event,
)

"""Minutes on paper, beside the page itself: agenda, list of attendance, extract of a decision.

Each is a template filled with what the page shows to its reader, so that narrowed items need no second rule.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.rights import can
from access.roles import Action
from knowledge.export.composing import in_language_of_files, sheet_of_html
from knowledge.export.files import PDF, WORD, pdf, word
from knowledge.export.names import file_name
from knowledge.export.outputs import Download, Output
from knowledge.groups.models import MinutesPage
from knowledge.meetings.models import Invitation
from knowledge.meetings.selectors import Extract, people_at, people_of, procedure_of, shown_items

EXTRACT_FORMS = {"pdf": "PDF", "docx": "Word"}
EMPTY_ROWS = 5  # for guests


def _is_of_meeting(page: Any, request: HttpRequest) -> bool:
    return isinstance(page, MinutesPage)


def _is_kept_by_reader(page: Any, request: HttpRequest) -> bool:
    return isinstance(page, MinutesPage) and can(request.user, Action.EDIT, page)


@in_language_of_files()
def agenda(page: MinutesPage, request: HttpRequest) -> Download:
    """Return the agenda to print."""
    meeting = procedure_of(page, request.user).meeting
    context = {
        "page": page,
        "items": shown_items(page, request.user, meeting),
        **people_of(page, request.user),
    }
    return _paper(page, request, _("Agenda"), "meetings/paper_agenda.html", context)


@in_language_of_files()
def attendance(page: MinutesPage, request: HttpRequest) -> Download:
    """Return the list to sign: who is invited or noted, and some empty rows for guests."""
    noted = [(one.name, one.organisation) for one in page.participants.all()]
    # unscoped: whoever keeps the minutes sees who is invited to the meeting
    invited = Invitation.objects.filter(meeting__page=page.pk).select_related(
        "person__organisation"
    )
    expected = noted or sorted(
        ((one.person.get_full_name(), one.person.organisation) for one in invited),
        key=itemgetter(0),
    )
    context = {"page": page, "expected": expected, "empty_rows": range(EMPTY_ROWS)}
    return _paper(page, request, _("List of attendance"), "meetings/paper_attendance.html", context)


@in_language_of_files()
def extract_as(form: str, extract: Extract, request: HttpRequest) -> Download:
    """Return the extract of one decision.

    Args:
        form: pdf or docx.
        extract: What the reader sees of it.
        request: The reader's.
    """
    page, decision = extract.page, extract.decision
    title = _("Decision %(number)s") % {"number": decision.number}
    context = {
        "extract": extract,
        "decision": decision,
        "page": page,
        "title": title,
        **people_at(extract, request.user),
    }
    source = render_to_string("meetings/paper_extract.html", context)
    sheet = sheet_of_html(source, request, page=page, title=title, address=decision.url)
    if form == "docx":
        return Download(file_name(title, "docx"), word(sheet), WORD)
    return Download(file_name(title, "pdf"), pdf(sheet), PDF)


def _paper(
    page: MinutesPage, request: HttpRequest, what: str, template: str, context: dict[str, Any]
) -> Download:
    title = f"{what}: {page.title}, {date_format(page.held_on, 'j. F Y')}"
    source = render_to_string(template, {**context, "title": what})
    sheet = sheet_of_html(source, request, page=page, title=title, address=page.url)
    return Download(file_name(title, "pdf"), pdf(sheet), PDF)


PAPERS = (
    Output(
        name="tagesordnung",
        label=gettext_lazy("Agenda"),
        group=gettext_lazy("To print"),
        order=40,
        make=agenda,
        is_offered=_is_of_meeting,
    ),
    Output(
        name="anwesenheit",
        label=gettext_lazy("List of attendance"),
        group=gettext_lazy("To print"),
        order=41,
        make=attendance,
        is_offered=_is_kept_by_reader,
    ),
)
